// Each view as a screen reader has it: only roles and names, no text that is merely seen. Also the sheet of keys and the
// language of the window.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { card, casa } from "./collectionscenes.mjs";
import { advance, idOf, opened, until } from "./host.mjs";

const on = opened();

const said = (page, text) => page.getByRole("status").filter({ hasText: text }).waitFor({ state: "attached" });
const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

/** The landmarks of every view, and headings that skip no level. */
async function landmarks(page, name) {
  await page.getByRole("main", { name }).waitFor();
  await page.getByRole("navigation", { name: "Places" }).waitFor();
  const levels = await page.getByRole("heading").evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
  assert.equal(levels.filter((level) => level === 1).length, 1, "one heading of the first level");
  levels.forEach((level, i) => assert.ok(i === 0 || level <= levels[i - 1] + 1, `a heading of level ${level} after one of level ${levels[i - 1]}`));
}

describe("by ear", () => {
  test("Inbox: search, hear how many were found, open one", () => on("", async (page) => {
    await heading(page, "Inbox");
    await page.getByRole("row").first().waitFor();
    await landmarks(page, "Inbox");
    assert.equal(await page.getByRole("link", { name: /^Inbox/ }).getAttribute("aria-current"), "page");
    await page.getByRole("searchbox", { name: "Search documents" }).fill("linen type:invoice");
    await said(page, /\d+ found/);
    await page.getByRole("grid", { name: "Documents" }).waitFor();
    await page.getByRole("searchbox", { name: "Search documents" }).press("Enter");
    await page.keyboard.press("Enter");
    await page.getByRole("complementary", { name: "What was read" }).waitFor();
  }));

  test("a document: its name, its parts, values that want a look, what became of them", () => on("", async (page) => {
    const id = await idOf(page, "velora_1043.pdf");
    await page.evaluate((to) => (location.hash = `#/review/${to}`), id);
    await heading(page, "Velora Tide invoice 1043");
    await page.getByRole("tab", { name: "Fields", selected: true }).waitFor();
    await landmarks(page, "Velora Tide invoice 1043");
    await page.getByRole("list", { name: "Pages" }).getByRole("button", { name: /^Page 2/ }).waitFor();
    await page.getByRole("button", { name: /^Buyer: The Corner Wardrobe\. To check, 84% sure/ }).focus();
    await page.keyboard.press("Control+Enter");
    await said(page, "All values of Velora Tide invoice 1043 are accepted.");
    for (const name of ["Text", "About", "History"]) {
      await page.getByRole("tab", { name }).click();
      await page.getByRole("tabpanel", { name }).waitFor();
    }
  }));

  test("Activity: what runs and how far, pausing, what ended", () => on("", async (page) => {
    await page.evaluate(() => (location.hash = "#/activity"));
    await heading(page, "Activity");
    const running = page.getByRole("region", { name: /^Running/ });
    await running.getByRole("progressbar", { name: /^Progress of / }).waitFor();
    await landmarks(page, "Activity");
    await running.getByRole("button", { name: /^Pause / }).click();
    await said(page, "is paused.");
    await advance(page, 1500);
    await page.getByRole("region", { name: /^Waiting/ }).getByRole("button", { name: /^Resume / }).first().click();
    await said(page, "waits again.");
    await advance(page, 20_000);
    await said(page, /was read\.|documents ended/);
    await page.getByRole("tab", { name: "Finished" }).click();
    await page.getByRole("grid", { name: "Finished jobs" }).waitFor();
    await page.getByRole("tab", { name: "Charts" }).click();
    await page.getByRole("img", { name: /^Pages per minute: / }).waitFor();
  }));

  test("Collections: open one, hear which parts are there, take an item out", () => on("", async (page) => {
    await page.evaluate(() => (location.hash = "#/collections"));
    await heading(page, "Collections");
    await card(page, casa).waitFor();
    await landmarks(page, "Collections");
    await page.getByRole("link", { name: new RegExp(casa) }).press("Enter");
    await page.getByRole("tab", { name: "Collection Info", selected: true }).waitFor();
    await landmarks(page, casa);
    await page.getByRole("tab", { name: "Collection Items" }).press("Enter");
    await page.getByRole("grid", { name: "Collection Items" }).waitFor();
    const first = page.getByRole("checkbox", { name: /^Include .* in the deck/ }).first();
    await first.uncheck();
    await until(page, () => document.querySelector('[role=grid] input[aria-label^="Include"]')?.checked === false);
    await page.getByRole("tab", { name: "Generate Deck" }).press("Enter");
    await page.getByRole("button", { name: /^Slide 1 of / }).waitFor();
  }));

  test("Settings: the sections, a switch, and that it was saved", () => on("", async (page) => {
    await page.evaluate(() => (location.hash = "#/settings/background"));
    await heading(page, "Settings");
    const toggle = page.getByRole("switch", { name: "Pause on battery saver" });
    await toggle.waitFor();
    await landmarks(page, "Settings");
    const sections = page.getByRole("navigation", { name: "Settings" }).getByRole("link");
    for (const name of await sections.allInnerTexts()) {
      await sections.filter({ hasText: name }).click();
      await page.getByRole("group", { name: name.trim() }).first().waitFor();
    }
    await page.evaluate(() => (location.hash = "#/settings/background"));
    await toggle.click();
    await said(page, "Saved");
  }));

  test("Ledgers: the way back, and their lines", () => on("services", async (page) => {
    await page.evaluate(() => (location.hash = "#/ledger/1"));
    await heading(page, "Ledger of Papertray Drop");
    await landmarks(page, "Ledger of Papertray Drop");
    await page.getByRole("grid", { name: "Ledger of Papertray Drop" }).waitFor();
    await page.evaluate(() => (location.hash = "#/privacy"));
    await heading(page, "Privacy ledger");
    await page.getByRole("table", { name: "Privacy ledger" }).getByRole("row").first().waitFor();
    await page.keyboard.press("Escape");
    await heading(page, "Settings");
  }));
});

describe("the sheet of keys", () => {
  test("shows those of the view in front and those that work everywhere, and gives focus back", () => on("", async (page) => {
    await page.getByRole("row").first().waitFor();
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "Keyboard" });
    assert.deepEqual(await sheet.getByRole("heading", { level: 3 }).allInnerTexts(), ["Inbox", "Everywhere"]);
    await sheet.getByText("Read again, or restore from the trash").waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await page.evaluate(() => (location.hash = "#/collections"));
    await page.getByRole("button", { name: /^Keyboard/ }).click();
    await sheet.getByText("New collection").waitFor();
    await sheet.getByRole("button", { name: "Close" }).click();
  }));

  test("a key that is typed into a field is text", () => on("", async (page) => {
    await page.getByRole("searchbox", { name: "Search documents" }).fill("");
    await page.keyboard.type("who?");
    assert.equal(await page.getByRole("searchbox", { name: "Search documents" }).inputValue(), "who?");
    assert.equal(await page.getByRole("dialog").count(), 0);
  }));
});

describe("the language", () => {
  test("is changed at once, everywhere, and kept", () => on("keep", async (page) => {
    await page.evaluate(() => (location.hash = "#/settings/appearance"));
    await page.getByRole("radio", { name: "Deutsch" }).check();
    await heading(page, "Einstellungen");
    await page.getByRole("link", { name: /^Eingang/ }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    await page.reload();
    await heading(page, "Einstellungen");
    await page.evaluate(() => (location.hash = "#/inbox"));
    await page.getByRole("row").filter({ hasText: "1.340,00" }).filter({ hasText: "12. Mai 2026" }).first().waitFor();
    await page.evaluate(() => (location.hash = "#/settings/appearance"));
    await page.getByRole("radio", { name: "English" }).check();
    await heading(page, "Settings");
  }));
});
