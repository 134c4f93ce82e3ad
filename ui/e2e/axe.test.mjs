// axe on every scene in both themes, colour contrast included.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { launch, openPage, serve } from "./host.mjs";
import { SCENES, sceneUrl } from "./scenes.mjs";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let host, browser;
before(async () => {
  host = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await host?.close();
});

/** The rules that colours decide: all others say the same of both themes. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** What axe finds wrong in a theme. */
async function look(page, theme, rules) {
  const { violations } = await page.evaluate(([scheme, only]) => {
    document.documentElement.style.colorScheme = scheme;
    const some = only === null ? {} : { runOnly: { type: "rule", values: only } };
    return window.axe.run(document, { resultTypes: ["violations"], ...some });
  }, [theme, rules]);
  return violations.map(({ id, nodes }) => `${theme}: ${id}: ${nodes.map((node) => `${node.target} ${node.any[0]?.message ?? node.failureSummary}`).slice(0, 3).join(" | ")}`);
}

// Each scene has a page of its own, so two are looked at at a time.
describe("axe", { concurrency: 2 }, () => {
  for (const scene of SCENES) {
    test(scene.name, async () => {
      const { page, faults, close } = await openPage(browser, sceneUrl(host.url, scene, "light"));
      try {
        await scene.act(page);
        await page.waitForTimeout(120);
        await page.evaluate(source);
        const found = [...(await look(page, "light", null)), ...(await look(page, "dark", OF_COLOURS))];
        assert.deepEqual(found, []);
        assert.deepEqual(faults, []);
      } finally {
        await close();
      }
    });
  }
});

test("a colour that is hard to read is found in the dark theme too", async () => {
  const { page, close } = await openPage(browser, sceneUrl(host.url, SCENES[0], "light"));
  await SCENES[0].act(page);
  await page.evaluate(source);
  await page.evaluate(() => (document.querySelector("h1").style.color = "light-dark(black, #222)"));
  assert.deepEqual(await look(page, "light", OF_COLOURS), []);
  assert.match((await look(page, "dark", OF_COLOURS)).join(), /color-contrast/);
  await close();
});
