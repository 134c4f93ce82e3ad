// A day's paper is finished: many documents by keyboard alone, values taken from the page, everything taken back, found by
// what is written in it, written out.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { idOf, opened, row } from "./host.mjs";

const on = opened();

const accepted = (page) => page.evaluate(() => [...window.mock.world.docs.values()].filter((doc) => doc.row.accepted).length);
const open = async (page, name) => {
  const id = await idOf(page, name);
  await page.evaluate((to) => (location.hash = `#/review/${to}`), id);
  await page.locator("aside [role=tab]").first().waitFor();
  return id;
};

describe("finishing", () => {
  test("twenty documents by keyboard alone", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 20001").waitFor();
    const before = await accepted(page);
    await page.keyboard.press("/");
    await page.keyboard.type("type:invoice 2");
    await page.waitForFunction(() => !document.body.innerText.includes("po_b2833"));
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-id"));
    await page.keyboard.press("Enter");
    for (let i = 0; i < 20; i++) {
      await page.waitForFunction(() => document.activeElement?.id.startsWith("field-"));
      await page.keyboard.press("Control+Enter");
      await page.getByText("Accepted", { exact: true }).first().waitFor();
      const title = await page.locator("h1").innerText();
      await page.keyboard.press("j");
      await page.waitForFunction((was) => document.querySelector("h1")?.innerText !== was, title);
    }
    assert.equal(await accepted(page), before + 20);
  }));

  test("a value is taken from the page by dragging", () => on("", async (page) => {
    await open(page, "velora_1043.pdf");
    await page.locator("#field-buyer").click();
    await page.keyboard.press("e");
    await page.locator("#field-editor").waitFor();
    const box = await page.getByRole("button", { name: /Vendor on the page/ }).boundingBox().catch(() => null)
      ?? await page.locator("svg.forced rect.box").first().boundingBox();
    await page.mouse.move(box.x - 3, box.y - 3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
    await page.mouse.move(box.x + box.width + 3, box.y + box.height + 3, { steps: 5 });
    await page.mouse.up();
    assert.equal(await page.locator("#field-editor").inputValue(), "Velora Tide S.r.l.");
    await page.keyboard.press("Enter");
    await page.locator("li", { has: page.locator("#field-buyer") }).getByText("by you").waitFor();
  }));

  test("everything is taken back, and done again", () => on("", async (page) => {
    const id = await open(page, "velora_1043.pdf");
    const state = () => page.evaluate((doc) => { const { edits, row, tags } = window.mock.world.docs.get(doc); return JSON.stringify([edits, row.accepted, tags]); }, id);
    const first = await state();
    await page.waitForFunction(() => document.activeElement?.id === "field-buyer");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "field-total");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Accepted", { exact: true }).first().waitFor();
    const last = await state();
    await page.keyboard.press("Control+z");
    await page.getByRole("button", { name: "Accept all" }).waitFor();
    await page.keyboard.press("Control+z");
    await page.waitForFunction(() => document.querySelectorAll("aside li.uncertain").length === 2);
    assert.equal(await state(), first);
    await page.keyboard.press("Control+Shift+Z");
    await page.waitForFunction(() => document.querySelectorAll("aside li.uncertain").length === 1);
    await page.keyboard.press("Control+Shift+Z");
    await page.getByText("Accepted", { exact: true }).first().waitFor();
    assert.equal(await state(), last);
  }));

  test("many are tagged, named, removed at once, and each is taken back", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByText("3 chosen").waitFor();
    await page.getByRole("button", { name: "Tags…" }).click();
    await page.getByLabel("Give these tags").fill("spring, velora");
    await page.keyboard.press("Enter");
    await page.getByText("Tags of 3 documents changed.").waitFor();
    const tagged = () => page.evaluate(() => [...window.mock.world.docs.values()].filter((doc) => doc.row.tags.includes("spring")).length);
    assert.ok((await tagged()) >= 2);
    await page.getByRole("button", { name: "Undo", exact: true }).last().click();
    await page.waitForFunction(() => ![...window.mock.world.docs.values()].some((doc) => doc.row.tags.includes("spring")));
    await row(page, "Velora Tide invoice 1043").getByText("velora", { exact: false }).first().waitFor();

    await page.getByRole("button", { name: "Type", exact: true }).click();
    await page.getByRole("menuitem", { name: "Receipt" }).click();
    await page.getByText("documents are now: Receipt").waitFor();
    await page.getByRole("button", { name: "Undo", exact: true }).last().click();
    await page.waitForFunction(() => [...window.mock.world.docs.values()].every((doc) => doc.typed === null));

    await page.getByRole("button", { name: "Remove", exact: true }).first().click();
    await page.getByText("3 documents were moved to the trash.").first().waitFor();
    assert.equal(await row(page, "Velora Tide invoice 1043").count(), 0);
    await page.getByRole("button", { name: "Undo", exact: true }).last().click();
    await row(page, "Velora Tide invoice 1043").waitFor();
  }));

  test("a search shows where it stands, on the page too; a view of it is kept", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").waitFor();
    await page.getByLabel("Search documents").fill("linen");
    const hit = row(page, "Velora Tide invoice 1043").locator("mark");
    await hit.waitFor();
    assert.equal(await hit.innerText(), "Linen");
    await page.getByRole("button", { name: "Filter" }).click();
    await page.getByRole("menuitem", { name: "Invoice" }).click();
    await page.getByRole("button", { name: "Drop the filter type:invoice" }).waitFor();
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Save this view…" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Linen invoices");
    await page.keyboard.press("Enter");
    await page.getByText("The view “Linen invoices” is saved.").waitFor();
    await row(page, "Velora Tide invoice 1043").click();
    await page.getByRole("group", { name: "Where the search stands" }).getByText("1 of 1 found").waitFor();
    assert.equal(await page.locator("svg.forced rect.mark.now").count(), 1);
    await page.keyboard.press("Escape");
    await page.getByLabel("Search documents").fill("");
    await row(page, "Casa Lume linesheet").waitFor();
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Linen invoices", exact: true }).first().click();
    await page.waitForFunction(() => document.querySelectorAll("[role=row]").length === 1);
    assert.equal(await page.getByLabel("Search documents").inputValue(), "linen type:invoice");
  }));

  test("documents are written out with a preset, and copied", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").focus();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Export…" }).click();
    await page.getByLabel("Preset", { exact: true }).selectOption("For the bookkeeper");
    assert.equal(await page.locator("fieldset input:checked[type=checkbox]").count(), 4);
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByText("1 document copied.").waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^date\tvendor\tnumber\ttotal\n/);
    await page.getByRole("button", { name: "Export…" }).click();
    await page.locator("dialog").getByRole("button", { name: "Export…" }).click();
    await page.getByText("1 document written to documents.xlsx.").waitFor();
  }));
});
