// Drop folders, the ledger, first run, duplicates, staging and trash, by keyboard and pointer, over the mock build.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { idOf, opened, row, until } from "./host.mjs";

const on = opened();

const button = (page, name) => page.getByRole("button", { name, exact: true });
const folder = (page, path) => page.getByRole("article", { name: path });
const gone = { state: "detached" };
const folders = { hash: "#/settings/folders" };

describe("drop folders", () => {
  test("every number of the sentence leads to its lines, and the way back", () => on("", async (page) => {
    const drop = folder(page, "/home/ada/Papertray Drop");
    await drop.getByRole("link", { name: "3 ignored" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Ledger of Papertray Drop" }).waitFor();
    await row(page, ".part").nth(2).waitFor();
    assert.equal(await page.locator("[role=row]").count(), 3);
    await page.keyboard.press("Escape");
    await drop.waitFor();
    await drop.getByRole("link", { name: "1,204 seen" }).click();
    assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "1204");
  }, folders));

  test("are switched, looked through, and told", () => on("", async (page) => {
    const drop = folder(page, "/home/ada/Papertray Drop");
    const toggle = drop.getByRole("switch");
    await toggle.focus();
    await page.keyboard.press("Space");
    await drop.getByText("Switched off.").waitFor();
    await page.getByText("Saved", { exact: true }).waitFor();
    assert.equal(await button(page, "Look now: Papertray Drop").isDisabled(), true);
    await toggle.click();
    await drop.getByText("Watched.").waitFor();
    await button(page, "Look now: Papertray Drop").click();
    await button(page, "Open: Papertray Drop").click();
  }, folders));

  test("options save as they are made, and a bad pattern says why", () => on("", async (page) => {
    await button(page, "Options: unsorted").click();
    await page.getByLabel("When a file changes later").selectOption({ label: "Add a new version" });
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByRole("switch", { name: "Sub-folders too" }).click();
    await until(page, () => window.mock.world.folders.get(2).recursive === false);
    assert.equal(await page.getByRole("switch", { name: "Names of sub-folders become tags" }).isDisabled(), true);
    const ignore = page.getByLabel("Leave these files alone");
    await ignore.fill("*.bak\n[x");
    await page.getByText("is no pattern").waitFor();
    assert.equal(await ignore.inputValue(), "*.bak\n[x", "what was typed stays");
    await ignore.fill("*.bak\n*.old");
    await ignore.blur();
    await until(page, () => window.mock.world.folders.get(2).ignore.join() === "*.bak,*.old");
    assert.deepEqual(await page.evaluate(() => window.mock.world.folders.get(2).changed), "version");
  }, folders));

  test("are removed with a way back, and added again", () => on("", async (page) => {
    await button(page, "Remove: Papertray Drop").click();
    await folder(page, "/home/ada/Papertray Drop").waitFor(gone);
    await page.getByRole("button", { name: "Undo" }).click();
    await folder(page, "/home/ada/Papertray Drop").getByText("1,204 seen").waitFor();
    await button(page, "Remove: Papertray Drop").click();
    await page.getByRole("button", { name: "Add folder" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Make and watch “Papertray Drop”" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("menuitem", { name: "Choose a folder…" }).click();
    await folder(page, "/home/ada/Documents/Scans").waitFor();
  }, folders));
});

describe("the ledger", () => {
  test("goes on while files come in, opens a line's document, filters and walks by keys", () => on("", async (page) => {
    await row(page, "Scan_20260512_0031.pdf").waitFor();
    await page.evaluate(() => { window.line = window.mock.world.folders.arrive(1, "fresh.pdf"); });
    await row(page, "fresh.pdf").getByText("Waiting").waitFor();
    await page.getByRole("button", { name: /^Waiting 2/ }).waitFor();
    await page.evaluate(() => window.mock.world.folders.settle(window.line, "failed"));
    await row(page, "fresh.pdf").getByText("Failed").waitFor();
    await page.locator("[role=row]").first().focus();
    await page.keyboard.press("End");
    await until(page, () => document.activeElement?.getAttribute("aria-rowindex") === "100");
    await page.keyboard.press("Home");
    for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowDown");
    await until(page, () => document.activeElement?.getAttribute("aria-rowindex") === "3");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "Fields" }).waitFor();
  }, { hash: "#/ledger/1" }));

  test("draws only the lines in sight and reaches the last", () => on("", async (page) => {
    await page.locator("[role=row]").first().waitFor();
    for (let i = 0; i < 60; i++) {
      await page.locator("[role=rowgroup]").evaluate((node) => node.scrollTo(0, node.scrollHeight));
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
      if ((await page.locator("[aria-rowindex='1250']").count()) > 0) break;
    }
    await page.locator("[aria-rowindex='1250']").waitFor();
    assert.ok((await page.locator("[role=row]").count()) < 60);
    await page.getByLabel("Folder").selectOption({ label: "unsorted" });
    await page.getByRole("heading", { name: "Ledger of unsorted" }).waitFor();
  }, { hash: "#/ledger/all" }));
});

describe("first run", () => {
  test("takes the suggested folder with one button", () => on("docs=empty&welcome", async (page) => {
    await page.getByText("Where your library lives").waitFor();
    await button(page, "Next").click();
    await button(page, "Use this folder").click();
    await page.getByText("What lands in this folder").waitFor();
    await button(page, "Open the Inbox").click();
    await page.getByText("Drop files here").waitFor();
    await page.getByText("/home/ada/Papertray Drop").first().waitFor();
    assert.equal(await page.evaluate(() => window.mock.world.settings.welcomed), true);
  }));

  test("takes another folder, none, or says what is wrong", () => on("docs=empty&welcome", async (page) => {
    await button(page, "Next").click();
    await page.evaluate(() => { window.mock.picked = null; });
    await button(page, "Choose another…").click();
    await button(page, "Use this folder").waitFor();
    await page.evaluate(() => { window.mock.picked = "/home/ada/.local/share/papertray"; });
    await button(page, "Choose another…").click();
    await page.getByRole("alert").getByText("may not hold the library").waitFor();
    await button(page, "Not now").click();
    await button(page, "Open the Inbox").click();
    await page.getByText("Drop files here").waitFor();
    assert.equal(await page.getByText("Or put them into").count(), 0);
  }));

  test("samples come by one button and go by another", () => on("docs=empty&welcome", async (page) => {
    await button(page, "Next").click();
    await button(page, "Not now").click();
    await button(page, "Try with samples").click();
    await page.getByText("Samples are in your library").waitFor();
    await row(page, "sample-invoice.pdf").waitFor();
    await button(page, "Remove samples").click();
    await page.getByText("Drop files here").waitFor();
  }));
});

describe("the Inbox", () => {
  test("takes a duplicate as a new version, and the older one is in the History", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").waitFor();
    await page.evaluate(() => window.mock.drop(["velora_1043.pdf"]));
    await button(page, "New version").click();
    await page.getByText("1 new version added").waitFor();
    await page.evaluate((id) => (location.hash = `#/review/${id}`), await idOf(page, "velora_1043.pdf"));
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByText("The Inbox shows the newest one").waitFor();
    await page.getByRole("button", { name: "Separate: velora_1043.pdf" }).first().click();
    await page.getByText("It is a document of its own now.").waitFor();
    await page.getByText("The Inbox shows the newest one").waitFor(gone);
  }));

  test("several duplicates are one message that shows them all", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").waitFor();
    await page.evaluate(() => window.mock.drop(["velora_1043.pdf", "eway_98.jpg", "po_b2833.pdf"]));
    await button(page, "Show all").click();
    const dialog = page.getByRole("dialog", { name: "3 files are already here" });
    await dialog.getByRole("button", { name: "Keep both: eway_98.jpg" }).click();
    await until(page, () => document.querySelectorAll("dialog li").length === 2);
    await dialog.getByRole("button", { name: "Keep all" }).click();
    await dialog.waitFor(gone);
    await until(page, () => [...window.mock.world.docs.values()].length === 75);
  }));

  test("adds without processing and processes later", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").waitFor();
    await button(page, "More ways to add").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Add without processing…" }).click();
    await page.getByText("2 files added, not processed").waitFor();
    await page.getByRole("button", { name: /^Not processed/ }).click();
    await page.getByText("These are stored and wait").waitFor();
    await page.locator("[role=row]").first().focus();
    await page.keyboard.press("p");
    await until(page, () => window.mock.world.counts().staged === 1);
    await button(page, "Process all").click();
    await page.getByText("1 document is processed").waitFor();
    await page.getByText("Nothing here").waitFor();
  }));

  test("restores from the trash by key, and empties it after a question", () => on("extras", async (page) => {
    await row(page, "E-way bill").focus();
    await page.keyboard.press("Delete");
    await page.getByRole("button", { name: /^Trash 2/ }).click();
    await row(page, "E-way bill").focus();
    await page.keyboard.press("r");
    await row(page, "E-way bill").waitFor(gone);
    await button(page, "Empty trash…").click();
    const question = page.getByRole("alertdialog", { name: "Delete 1 document for good?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await button(page, "Empty trash…").click();
    await question.getByRole("button", { name: "Delete for good" }).click();
    await page.getByText("The trash is empty").waitFor();
  }));

  test("pastes outside of text fields only", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").waitFor();
    await page.evaluate(() => { window.mock.clipboard = ["pasted.png"]; });
    await page.getByLabel("Search documents").focus();
    await page.keyboard.press("Control+v");
    await page.locator("[role=row]").first().focus();
    assert.equal(await page.getByText("1 file added").count(), 0);
    await page.keyboard.press("Control+v");
    await row(page, "pasted.png").waitFor();
  }));

  test("says where a file came from and what is inside, in both directions", () => on("extras", async (page) => {
    await row(page, "packing_list.pdf").getByText("from order_confirmation.eml").waitFor();
    await row(page, "3 files inside").click();
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByRole("button", { name: /^Open: / }).first().click();
    await page.getByText("Came in").waitFor();
  }));
});

describe("settings", () => {
  test("save themselves, and say where they could not", () => on("fail=settings", async (page) => {
    const toggle = page.getByRole("switch", { name: "Keep the computer awake while working" });
    await toggle.click();
    await page.getByText("That was not saved").waitFor();
    assert.equal(await toggle.isChecked(), true, "what is shown is what is set");
    await button(page, "Dismiss").click();
    await page.getByText("That was not saved").waitFor(gone);
  }, { hash: "#/settings/background" }));

  test("show no switch that the system does not offer", () => on("autostart=none", async (page) => {
    await page.getByRole("switch", { name: "Keep working when the window is closed" }).waitFor();
    assert.equal(await page.getByRole("switch", { name: "Start with the system" }).count(), 0);
  }, { hash: "#/settings/background" }));

  test("how long the trash is kept", () => on("extras", async (page) => {
    await page.getByLabel("Empty by itself").selectOption({ label: "Never" });
    await page.getByText("Saved", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => window.mock.world.settings.trash_days), 0);
    await button(page, "Show").click();
    await page.getByText("stays here until you empty the trash").waitFor();
  }, { hash: "#/settings/storage" }));

  for (const [width, height] of [[900, 600], [1920, 1080]]) {
    test(`fits ${width}×${height}`, () => on("extras&folders=states", async (page) => {
      for (const hash of ["#/settings/folders", "#/settings/storage", "#/settings/background", "#/ledger/all", "#/inbox"]) {
        await page.evaluate((to) => (location.hash = to), hash);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForTimeout(120);
        const over = await page.evaluate(() => [...document.querySelectorAll("header, main, nav, article, .card, .scroll, .row, .chips")]
          .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.outerHTML.slice(0, 80)));
        assert.deepEqual(over, [], hash);
      }
    }, { width, height, ...folders }));
  }
});
