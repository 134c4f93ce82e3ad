// axe on every scene in both themes, colour contrast included.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
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

for (const scene of SCENES) {
  for (const theme of ["light", "dark"]) {
    test(`${scene.name}, ${theme}`, async () => {
      const { page, faults, close } = await openPage(browser, sceneUrl(host.url, scene, theme));
      try {
        await scene.act(page);
        await page.waitForTimeout(120);
        await page.evaluate(source);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.any[0]?.message ?? node.failureSummary}`).slice(0, 3).join(" | ")}`);
        assert.deepEqual(found, []);
        assert.deepEqual(faults, []);
      } finally {
        await close();
      }
    });
  }
}
