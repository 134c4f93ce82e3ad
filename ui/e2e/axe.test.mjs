// Every scene, as each person may have it: axe in the light theme, contrast in the dark one, German in a narrow window, and
// a scene of each view at 200 % zoom with forced colours. One page a scene: it is arranged once and looked at in all of these.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { cut, opened } from "./host.mjs";
import { SCENES } from "./scenes.mjs";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const on = opened();
const ZOOMED = new Set([
  "inbox", "inbox-sorted", "inbox-chosen", "review", "activity-busy", "activity-detail", "finished", "charts", "settings", "settings-options", "settings-services",
  "settings-storage", "settings-types", "settings-appearance", "ledger", "privacy", "welcome", "collections", "info-staged", "info-processing", "items",
  "items-unmatched", "items-all-values", "items-photo", "deck-settings", "deck", "deck-preflight", "deck-versions", "dialog-export", "dialog-cancel",
]);

async function violations(page, options) {
  const { violations: found } = await page.evaluate((how) => window.axe.run(document, { resultTypes: ["violations"], ...how }), options);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.any[0]?.message ?? node.failureSummary}`).slice(0, 3).join(" | ")}`);
}

for (const scene of SCENES) {
  test(scene.name, () => on(`theme=light${scene.query ? `&${scene.query}` : ""}`, async (page) => {
    await scene.act(page);
    await page.waitForTimeout(120);
    await page.evaluate(source);
    assert.deepEqual(await violations(page, {}), [], "in the light theme");
    await page.evaluate(() => (document.documentElement.style.colorScheme = "dark"));
    assert.deepEqual(await violations(page, { runOnly: ["color-contrast"] }), [], "in the dark theme");

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
