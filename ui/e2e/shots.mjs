// Pictures of every scene, for people to look at: node e2e/shots.mjs [name…]; SIZE=900x600, THEME=light, LANGUAGE=de, FORCED=1, CUT=1 (names what is cut off).

import { mkdir } from "node:fs/promises";
import { cut, launch, openPage, serve } from "./host.mjs";
import { SCENES, sceneUrl } from "./scenes.mjs";

const wanted = process.argv.slice(2);
const [width, height] = (process.env.SIZE ?? "1280x800").split("x").map(Number);
const themes = process.env.THEME ? [process.env.THEME] : ["light", "dark"];
const host = await serve();
const browser = await launch();
await mkdir("shots", { recursive: true });
let bad = 0;
for (const scene of SCENES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  for (const theme of themes) {
    const { page, faults, close } = await openPage(browser, sceneUrl(host.url, scene, theme), { width, height, forcedColors: process.env.FORCED ? "active" : "none" });
    try {
      await scene.act(page);
      if (process.env.LANGUAGE) await page.evaluate((language) => window.mock.speak(language), process.env.LANGUAGE);
      await page.waitForTimeout(250);
      if (process.env.CUT) for (const found of await page.evaluate(cut)) console.log(`${scene.name}: ${found}`);
      const more = [process.env.SIZE, process.env.LANGUAGE, process.env.FORCED && "forced"].filter(Boolean).map((one) => `-${one}`).join("");
      await page.screenshot({ path: `shots/${scene.name}-${theme}${more}.png` });
    } catch (error) {
      bad += 1;
      console.error(scene.name, theme, String(error).split("\n")[0]);
    }
    if (faults.length > 0) console.error(scene.name, theme, faults);
    await close();
  }
}
await browser.close();
await host.close();
process.exit(bad > 0 ? 1 : 0);
