// A collection from its first file to its deck, by keyboard and pointer, over the mock build in Chromium.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { card, casa, openCollection } from "./collectionscenes.mjs";
import { advance, opened, row } from "./host.mjs";

const on = opened();

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const tab = (page, name) => page.getByRole("tab", { name, exact: true });
const styles = (page) => page.locator("[data-id] .number").allInnerTexts();
const colours = async (page) => (await page.locator("[data-id]").evaluateAll((rows) => rows.map((one) => one.getAttribute("aria-label")))).slice(0, 4);

describe("a collection", () => {
  test("from new to its deck: stage, process, cancel, process, items, resolve, edit, again, deck", () => on("", async (page) => {
    await page.keyboard.press("Control+3");
    await card(page, casa).waitFor();
    await page.keyboard.press("n");
    await page.getByLabel("Name").fill("Resort, second drop");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Resort, second drop" }).waitFor();

    const process = page.getByRole("button", { name: "Process Documents" });
    assert.equal(await process.isDisabled(), true);
    await page.getByText("Add a linesheet first").waitFor();
    for (const name of ["Deck Settings", "Collection Items", "Generate Deck"]) {
      assert.equal(await tab(page, name).getAttribute("aria-disabled"), "true");
      assert.equal(await tab(page, name).getAttribute("title"), "Process the documents first");
      assert.equal(await tab(page, name).evaluate((one) => getComputedStyle(one).cursor), "not-allowed");
    }
    await tab(page, "Generate Deck").click({ force: true });
    assert.equal(await tab(page, "Collection Info").getAttribute("aria-selected"), "true", "a locked tab does not open");

    await page.locator("[data-role=linesheet]").getByRole("button", { name: "Choose files…" }).click();
    await page.getByText("casa_lume_R27.pdf").waitFor();
    await page.locator("[data-role=purchase_order]").getByRole("button", { name: "From the Inbox…" }).click();
    await page.getByRole("dialog").getByRole("searchbox").fill("corner");
    await page.getByRole("dialog").getByText("Corner Wardrobe order").click();
    await page.getByRole("dialog").getByRole("button", { name: "Add 1 document" }).click();
    await page.getByText("po_b2833.pdf").waitFor();

    await process.click();
    await advance(page, 10_000);
    await page.getByText(/^Phase 4 of 6: Generating categories\.\.\. \d+% \(10s\)$/).waitFor();
    await press(page, "Cancel Processing");
    await page.getByText("Are you sure you want to cancel processing?").waitFor();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel Processing" }).click();
    await page.getByText("Processing cancelled").first().waitFor();
    await page.getByText("casa_lume_R27.pdf").waitFor();

    await process.click();
    await advance(page, 19_000);
    await page.getByRole("heading", { name: "Documents processed" }).waitFor();
    assert.equal(await tab(page, "Generate Deck").getAttribute("title"), "Generate the items first");
    await press(page, "Generate Items");
    await advance(page, 3000);
    await page.getByText(/^Step 4 of 7: Extracting SKU data\.\.\. \d+% \(3s\)$/).waitFor();
    await advance(page, 4000);
    await press(page, "Show the items");

    await row(page, "VT-210").first().waitFor();
    await press(page, "Unmatched 3");
    await page.getByRole("button", { name: "It is this: VT-210 · Ecru" }).click();
    await press(page, "Unmatched 2");
    assert.equal(await page.getByRole("complementary", { name: "Unmatched lines" }).count(), 0);

    await row(page, "VT-210").first().focus();
    await page.keyboard.press("w");
    await page.keyboard.type("50");
    await page.keyboard.press("Enter");
    await row(page, "€50.00").waitFor();
    await press(page, "Generate Items again");
    await page.getByRole("dialog").getByRole("button", { name: "Generate Items again" }).click();
    await advance(page, 7000);
    await page.getByRole("button", { name: /say something new/ }).click();
    const dialog = page.getByRole("dialog");
    assert.deepEqual(await dialog.locator("dd").allInnerTexts(), ["€48.00", "€50.00", "€49.00"]);
    await dialog.getByRole("button", { name: "Keep mine" }).click();
    await row(page, "€50.00").waitFor();
    await page.getByRole("button", { name: "Unmatched 2" }).waitFor();

    await tab(page, "Generate Deck").click();
    await page.locator("[data-slide]").first().waitFor();
    await press(page, "Generate PPTX and PDF");
    await press(page, "Generate anyway");
    await advance(page, 1000);
    await page.getByText("Laying out slides").first().waitFor();
    await page.locator("section").getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel Processing" }).click();
    await page.getByText("Laying out slides").first().waitFor({ state: "detached" });
    await press(page, "Generate PPTX and PDF");
    await press(page, "Generate anyway");
    await advance(page, 4000);
    await page.getByRole("tab", { name: "Versions 1" }).click();
    await page.getByRole("button", { name: /^Open .*\.pptx$/ }).click();
    assert.deepEqual(await page.evaluate(() => window.mock.collections.acts), ["open 1 pptx"]);
  }));

  test("is shown in the middle of its processing after a reload, and goes on", () => on("keep&collections=busy", async (page) => {
    await openCollection(page, "Velora");
    await page.getByText("Phase 4 of 6").waitFor();
    await page.reload();
    await page.getByText(/Phase 4 of 6: Generating categories/).waitFor();
    await advance(page, 9000);
    await page.getByRole("heading", { name: "Documents processed" }).waitFor();
    assert.equal(await tab(page, "Collection Items").getAttribute("aria-disabled"), null);
  }));

  test("that failed says where and what was kept, and is retried", () => on("", async (page) => {
    await openCollection(page, "Marlow");
    await page.getByRole("heading", { name: "Phase 5 of 6 failed: Extracting structured products" }).waitFor();
    await press(page, "Retry Processing");
    await advance(page, 19_000);
    await press(page, "Continue to Deck Settings");
    await page.getByRole("heading", { name: "Made for" }).waitFor();
  }));

  test("takes files that are dropped on one of its zones", () => on("", async (page) => {
    await openCollection(page, "Nordhav");
    const zone = page.locator("[data-role=purchase_order]");
    const box = await zone.boundingBox();
    await page.evaluate((to) => window.mock.drag(true, 1, to), { x: box.x + 60, y: box.y + 40 });
    await page.locator("[data-role=purchase_order].over").waitFor();
    await page.evaluate(() => window.mock.drop(["order_77.csv"]));
    await zone.getByText("order_77.csv").waitFor();
    await page.getByRole("switch", { name: "Linesheet only" }).click();
    await zone.getByText("Not needed").waitFor();
  }));

  test("is removed with a way back", () => on("", async (page) => {
    await page.keyboard.press("Control+3");
    await press(page, "Remove Nordhav SS27");
    await card(page, "Nordhav").waitFor({ state: "detached" });
    await press(page, "Undo");
    await card(page, "Nordhav").waitFor();
  }));
});

describe("items", () => {
  test("are moved by keyboard, alone and together, and put back", () => on("", async (page) => {
    await openCollection(page, casa, "Collection Items");
    const first = await colours(page);
    await page.locator("[data-id]").first().focus();
    await page.keyboard.press("Alt+ArrowDown");
    await page.waitForFunction((label) => document.querySelectorAll("[data-id]")[1]?.getAttribute("aria-label") === label, first[0]);
    await page.waitForFunction((label) => document.activeElement?.getAttribute("aria-label") === label, first[0]);
    await page.keyboard.press("Control+z");
    await page.waitForFunction((label) => document.querySelectorAll("[data-id]")[0]?.getAttribute("aria-label") === label, first[0]);
    assert.deepEqual(await colours(page), first);
  }));

  test("are moved by dragging", () => on("", async (page) => {
    await openCollection(page, casa, "Collection Items");
    const first = await colours(page);
    await page.locator("[data-id]").nth(2).dragTo(page.locator("[data-id]").first(), { targetPosition: { x: 300, y: 4 }, sourcePosition: { x: 300, y: 4 } });
    await page.waitForFunction((label) => document.querySelectorAll("[data-id]")[0]?.getAttribute("aria-label") === label, first[2]);
  }));

  test("are chosen as a range and take a category together, with undo", () => on("", async (page) => {
    await openCollection(page, casa, "Collection Items");
    await page.getByRole("checkbox", { name: /^Select VT-210/ }).first().click();
    await page.getByRole("checkbox", { name: /^Select VT-214/ }).last().click({ modifiers: ["Shift"] });
    await page.getByText("6 selected").waitFor();
    await page.getByRole("button", { name: "Set category" }).click();
    await page.getByRole("menuitem", { name: "Outerwear" }).click();
    await page.waitForFunction(() => [...document.querySelectorAll("[data-id]")].slice(0, 6).every((one) => one.textContent?.includes("Outerwear")));
    await page.keyboard.press("Control+z");
    await page.waitForFunction(() => !document.querySelectorAll("[data-id]")[0]?.textContent?.includes("Outerwear"));
  }));

  test("a refused value says why, Escape leaves it, Tab goes on to the next value", () => on("", async (page) => {
    await openCollection(page, casa, "Collection Items");
    await page.locator("[data-id]").first().focus();
    await page.keyboard.press("w");
    await page.keyboard.type("much");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alert").waitFor({ state: "detached" });
    await page.keyboard.press("e");
    await page.keyboard.type("Linen blouse");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label")?.startsWith("Colour of"));
    await page.keyboard.press("Escape");
    assert.match(await page.locator("[data-id]").first().innerText(), /Linen blouse/);
  }));

  test("show where they stand, with the box lit, and take another photo", () => on("", async (page) => {
    await openCollection(page, casa, "Collection Items");
    await page.locator("[data-id]").first().focus();
    await page.keyboard.press("s");
    await page.getByRole("dialog").locator("rect.box.hot").waitFor();
    await page.getByText("Order, row 12").click();
    await page.getByText("C12").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("p");
    const before = await page.locator("[data-id] img").first().getAttribute("src");
    await page.getByRole("dialog").getByRole("button", { name: /^Photo 9/ }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.notEqual(await page.locator("[data-id] img").first().getAttribute("src"), before);
  }));

  test("three thousand are a short list in the page", () => on("items=3000", async (page) => {
    await openCollection(page, casa, "Collection Items");
    await page.locator("[data-id]").first().focus();
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-rowindex") === "3001");
    assert.ok((await page.locator("[data-id]").count()) < 60);
    assert.ok((await styles(page)).length > 5);
  }));
});

describe("the deck", () => {
  test("shows a setting on its slides, hides and moves slides by keyboard, and opens a value's source", () => on("", async (page) => {
    await openCollection(page, casa, "Generate Deck");
    const src = () => page.locator("[data-slide] img").nth(3).getAttribute("src");
    const before = await src();
    await page.getByText("Customer-safe", { exact: true }).click();
    await page.getByText("no wholesale price is left anywhere").waitFor();
    await page.waitForFunction((old) => document.querySelectorAll("[data-slide] img")[3]?.getAttribute("src") !== old, before);
    assert.doesNotMatch(decodeURIComponent(await src()), />W €/);

    await page.locator("[data-slide]").nth(1).focus();
    await page.keyboard.press("h");
    await page.getByText("1 hidden").waitFor();
    const product = page.locator("[data-slide^='products:']");
    const label = await product.nth(1).getAttribute("aria-label");
    const key = await product.nth(1).getAttribute("data-slide");
    await product.nth(1).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").locator("rect[role=button]").first().press("Enter");
    await page.getByRole("dialog").locator("rect.box.hot").waitFor();
    assert.ok(label && key);
  }));

  test("goes from a preflight note to its items", () => on("", async (page) => {
    await openCollection(page, casa, "Generate Deck");
    await page.getByRole("button", { name: /^Preflight/ }).click();
    await page.getByRole("button", { name: "Go to items" }).first().click();
    await page.getByText("1 selected").waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent?.includes("No category"));
  }));

  test("compares two kept decks", () => on("", async (page) => {
    await openCollection(page, casa, "Generate Deck");
    for (let i = 1; i <= 2; i++) {
      await press(page, "Generate PPTX and PDF");
      await press(page, "Generate anyway");
      await advance(page, 4000);
      await page.getByRole("tab", { name: `Versions ${i}` }).click();
    }
    await press(page, "Compare with version 1");
    await page.getByRole("dialog").getByRole("heading", { name: "New in version 2" }).waitFor();
  }));
});
