// Every scene, as each person may have it: axe in both themes, German in a narrow window, and a scene of each view at 200 %
// zoom with forced colours. One page a scene: it is arranged once and looked at in all of these.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { cut, opened } from "./host.mjs";
import { SCENES } from "./scenes.mjs";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const on = opened();
const ZOOMED = new Set([
  "inbox", "inbox-sorted", "inbox-chosen", "review", "activity-busy", "activity-detail", "finished", "charts", "settings", "settings-options", "settings-services",
  "settings-storage", "settings-types", "settings-appearance", "ledger", "privacy", "welcome", "collections", "info-staged", "info-processing", "items",
  "items-unmatched", "items-all-values", "items-photo", "deck-settings", "deck", "deck-preflight", "deck-versions", "dialog-export", "dialog-cancel",
]);

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

const arranged = (scene, act) => on(`theme=light${scene.query ? `&${scene.query}` : ""}`, async (page) => {
  await scene.act(page);
  await page.waitForTimeout(120);
  await page.evaluate(source);
  await act(page);
});

// Each scene has a page of its own, so two are looked at at a time.
describe("scenes", { concurrency: 2 }, () => {
  for (const scene of SCENES) {
    test(scene.name, () => arranged(scene, async (page) => {
      assert.deepEqual([...(await look(page, "light", null)), ...(await look(page, "dark", OF_COLOURS))], []);

      await page.setViewportSize({ width: 1024, height: 700 });
      await page.evaluate(() => window.mock.speak("de"));
      await page.waitForTimeout(60);
      assert.deepEqual(await page.evaluate(cut), [], "in German, in a window of 1024 × 700");

      if (!ZOOMED.has(scene.name)) return;
      await page.emulateMedia({ forcedColors: "active" });
      await page.setViewportSize({ width: 640, height: 400 });
      await page.waitForTimeout(60);
      assert.deepEqual(await page.evaluate(cut), [], "in German, at 200 % zoom with forced colours");
    }));
  }
});

test("a colour that is hard to read is found in the dark theme too", () => arranged(SCENES[0], async (page) => {
  await page.evaluate(() => (document.querySelector("h1").style.color = "light-dark(black, #222)"));
  assert.deepEqual(await look(page, "light", OF_COLOURS), []);
  assert.match((await look(page, "dark", OF_COLOURS)).join(), /color-contrast/);
}));
