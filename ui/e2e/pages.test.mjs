// What people do with the pages and rows of a document: turn, move, take out, split, join; rows of goods, notes, values taken
// without a key first; duplicates decided about; documents put into a collection. And everything taken back.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { idOf, opened, row } from "./host.mjs";

const on = opened();

const open = async (page, name) => {
  const id = await idOf(page, name);
  await page.evaluate((to) => (location.hash = `#/review/${to}`), id);
  await page.locator("aside [role=tab]").first().waitFor();
  return id;
};
/** The pages as the engine has them: `1 2:90`. */
const lying = (page, id) => page.evaluate((doc) => window.mock.world.leaves(window.mock.world.docs.get(doc)).map((leaf) => `${leaf.page}${leaf.turn ? `:${leaf.turn}` : ""}`).join(" "), id);
const lie = (page, id, wanted) => page.waitForFunction(([doc, order]) => window.mock.world.leaves(window.mock.world.docs.get(doc)).map((leaf) => `${leaf.page}${leaf.turn ? `:${leaf.turn}` : ""}`).join(" ") === order, [id, wanted]);
const CATALOGUE = "catalogue_winter_2026_final_approved_v7_with_prices_and_terms.pdf";

describe("pages", () => {
  test("are turned, moved and taken out by button and key, and all of it is taken back", () => on("", async (page) => {
    const id = await open(page, "velora_1043.pdf");
    assert.equal(await lying(page, id), "1 2");
    const tools = page.getByRole("toolbar", { name: "Page tools" });
    await tools.getByRole("button", { name: "Turn right" }).click();
    await lie(page, id, "1:90 2");
    const [w, h] = await page.locator(".frame .page").evaluate((node) => [node.clientWidth, node.clientHeight]);
    assert.ok(w > h, "the page lies across");
    await tools.getByRole("button", { name: "Turn left" }).click();
    await lie(page, id, "1 2");
    await page.locator("[data-page='1']").focus();
    await page.keyboard.press("Alt+ArrowDown");
    await lie(page, id, "2 1");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-page") === "2");
    await page.keyboard.press("Delete");
    await lie(page, id, "2");
    for (const order of ["2 1", "1 2", "1:90 2", "1 2"]) {
      await page.getByRole("button", { name: "Undo the last step" }).or(page.locator("button[aria-keyshortcuts='Control+Z']")).first().click();
      await lie(page, id, order);
    }
    await page.keyboard.press("Control+y");
    await lie(page, id, "1:90 2");
  }));

  test("change places by dragging", () => on("", async (page) => {
    const id = await open(page, "velora_1043.pdf");
    await page.locator("[data-page='2']").dragTo(page.locator("[data-page='1']"), { targetPosition: { x: 20, y: 4 } });
    await lie(page, id, "2 1");
  }));

  test("chosen together become a document of their own", () => on("", async (page) => {
    const id = await open(page, CATALOGUE);
    const all = (await lying(page, id)).split(" ");
    await page.locator("[data-page='1']").click();
    await page.locator("[data-page='2']").click({ modifiers: ["Control"] });
    await page.getByRole("button", { name: "Make a document of these pages" }).click();
    await lie(page, id, all.slice(2).join(" "));
    const made = await idOf(page, CATALOGUE.replace(".pdf", " (pages 1, 2).pdf"));
    assert.equal(await lying(page, made), "1 2");
    await page.keyboard.press("Control+z");
    await lie(page, id, all.join(" "));
    assert.equal(await page.evaluate((doc) => window.mock.world.docs.get(doc).trashed, made), true);
  }));

  test("of several documents are joined, and parted again", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 20001").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("velora 2000");
    await page.waitForFunction(() => !document.body.innerText.includes("po_b2833"));
    const [one, two] = [await idOf(page, "velora_tide_20001.pdf"), await idOf(page, "velora_tide_20007.pdf")];
    const names = await page.evaluate((ids) => ids.map((id) => id && window.mock.world.docs.get(id)?.row.display_name), [one, two]);
    for (const name of names) await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
    await page.getByRole("toolbar").getByRole("button", { name: "Join" }).click();
    await page.getByText("2 documents are one now.").first().waitFor();
    const counts = () => page.evaluate((ids) => ids.map((id) => [window.mock.world.leaves(window.mock.world.docs.get(id)).length, window.mock.world.docs.get(id).trashed]), [one, two]);
    const joined = await counts();
    assert.deepEqual(joined.map(([, trashed]) => trashed).sort(), [false, true]);
    await page.getByRole("button", { name: "Undo" }).first().click();
    await page.waitForFunction((ids) => ids.every((id) => !window.mock.world.docs.get(id).trashed && window.mock.world.leaves(window.mock.world.docs.get(id)).length === 1), [one, two]);
  }));
});

describe("values", () => {
  test("are taken by dragging, with no key before it", () => on("", async (page) => {
    await open(page, "velora_1043.pdf");
    await page.locator("#field-buyer").click();
    const box = await page.locator("svg.forced rect.box[aria-label^='Vendor:'], svg.forced rect.box[aria-label*='Velora Tide S.r.l.']").first().boundingBox();
    await page.mouse.move(box.x - 3, box.y - 3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width + 3, box.y + box.height + 3, { steps: 6 });
    await page.mouse.up();
    await page.waitForFunction(() => document.activeElement?.id === "field-editor");
    assert.equal(await page.locator("#field-editor").inputValue(), "Velora Tide S.r.l.");
    await page.keyboard.press("Enter");
    await page.locator("li", { has: page.locator("#field-buyer") }).getByText("by you").waitFor();
  }));

  test("of rows are added, changed and removed, and the sums are told", () => on("", async (page) => {
    const id = await open(page, "velora_1043.pdf");
    const kept = () => page.evaluate((doc) => window.mock.world.detail(window.mock.world.docs.get(doc)).lines.map((line) => line.description?.value), id);
    const before = await kept();
    await page.getByRole("button", { name: "Edit", exact: true }).last().click();
    await page.getByLabel("Quantity, line 1").fill("999");
    await page.getByRole("button", { name: "Add a line" }).click();
    const n = before.length + 1;
    await page.getByLabel(`Description, line ${n}`).fill("Freight");
    await page.getByLabel(`Amount, line ${n}`).fill("a lot");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("is no number").waitFor();
    await page.getByLabel(`Amount, line ${n}`).fill("12.00");
    await page.getByRole("button", { name: "Remove line 2" }).click();
    await page.keyboard.press("Control+Enter");
    await page.getByText("line 1: 999").waitFor();
    assert.deepEqual(await kept(), [before[0], ...before.slice(2), "Freight"]);
    await page.keyboard.press("Control+z");
    await page.waitForFunction((doc) => window.mock.world.docs.get(doc).lines === null, id);
    assert.deepEqual(await kept(), before);
  }));

  test("a note is kept, and taken back", () => on("", async (page) => {
    const id = await open(page, "velora_1043.pdf");
    await page.getByRole("tab", { name: "About" }).click();
    await page.getByLabel("Note").fill("Ask for the credit note");
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction((doc) => window.mock.world.docs.get(doc).mine.note === "Ask for the credit note", id);
    await page.getByRole("tab", { name: "About" }).focus();
    await page.keyboard.press("Control+z");
    await page.waitForFunction(() => document.querySelector("#note")?.value === "");
  }));
});

describe("many", () => {
  test("duplicates stand side by side until a person decides", () => on("twins", async (page) => {
    await page.evaluate(() => (location.hash = "#/duplicates"));
    await page.locator("article").nth(2).waitFor();
    await page.getByRole("button", { name: "Keep both" }).first().click();
    await page.waitForFunction(() => document.querySelectorAll("article").length === 2);
    await page.getByRole("button", { name: "Undo" }).first().click();
    await page.waitForFunction(() => document.querySelectorAll("article").length === 3);
    await page.locator("article").first().getByRole("button", { name: /^Move to the trash/ }).last().click();
    await page.waitForFunction(() => [...window.mock.world.docs.values()].filter((doc) => doc.trashed).length === 1);
  }));

  test("documents go into a collection together, and out again", () => on("collections", async (page) => {
    await row(page, "Velora Tide invoice 20001").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("2000");
    await page.waitForFunction(() => !document.body.innerText.includes("po_b2833"));
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-id"));
    await page.keyboard.press("Control+a");
    const count = await page.evaluate(() => document.querySelector("[role=toolbar] .count")?.textContent);
    assert.ok(count);
    await page.getByRole("button", { name: "Add to collection" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Add to collection" }).click();
    await page.getByText(/documents? added to/).first().waitFor();
    await page.getByRole("button", { name: "Undo" }).first().click();
  }));
});
