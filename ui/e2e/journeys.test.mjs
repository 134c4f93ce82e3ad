// What people do, by keyboard and pointer, over the mock build in Chromium.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { advance, idOf, opened, row, until } from "./host.mjs";

const on = opened();

const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute("data-id"));

describe("by keyboard", () => {
  test("filter, open, accept, edit, accept all, back", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").waitFor();
    await page.getByRole("button", { name: /^Needs review/ }).focus();
    await page.keyboard.press("Enter");
    await row(page, "Home Master").waitFor();
    assert.equal(await row(page, "Casa Lume linesheet").count(), 0);

    await page.keyboard.press("/");
    await page.keyboard.type("velora");
    await until(page, () => document.querySelectorAll("[role=row]").length < 8);
    await page.keyboard.press("ArrowDown");
    const id = await idOf(page, "velora_1043.pdf");
    await until(page, (wanted) => document.activeElement?.getAttribute("data-id") === wanted, id);
    await page.keyboard.press("Enter");

    await until(page, () => document.activeElement?.id === "field-buyer");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "field-total", "Tab goes to the next uncertain value");
    await page.keyboard.press("Enter");
    await until(page, () => document.activeElement?.id === "field-buyer");
    assert.match(await page.locator("li", { has: page.locator("#field-total") }).innerText(), /by you/);

    await page.keyboard.press("e");
    await page.locator("#field-editor").waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("The Corner Wardrobe Ltd");
    await page.keyboard.press("Enter");
    await until(page, () => document.activeElement?.id === "accept-all");
    assert.match(await page.locator("#field-buyer").innerText(), /Corner Wardrobe Ltd/);

    await page.keyboard.press("Enter");
    await page.getByText("Accepted", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    assert.equal(await row(page, "Velora Tide invoice 1043").count(), 0, "it needs no review any more");
  }));

  test("an edit that is refused stays open and says why; Escape discards it", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").click();
    await page.locator("#field-date").click();
    await page.keyboard.press("e");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("tomorrow");
    await page.keyboard.press("Enter");
    await page.getByText("Write it as 2026-05-31").waitFor();
    await page.keyboard.press("Escape");
    await until(page, () => document.activeElement?.id === "field-date");
    assert.match(await page.locator("#field-date").innerText(), /12 May 2026/);
  }));

  test("J and K walk the list, arrows walk rows, places have keys", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /Casa Lume linesheet/ }).waitFor();
    await page.keyboard.press("j");
    await page.getByRole("heading", { name: /E-way bill/ }).waitFor();
    await page.keyboard.press("k");
    await page.keyboard.press("k");
    await page.getByRole("heading", { name: /Scan_2026/ }).waitFor();
    await page.keyboard.press("Control+4");
    await page.getByRole("heading", { name: "Activity" }).waitFor();
    await page.keyboard.press("Control+1");
    await until(page, () => document.activeElement?.getAttribute("role") === "row");
    assert.equal(await focused(page), await idOf(page, "Scan_20260512_0007.pdf"), "the list is where it was left");
  }));

  test("everything in a row is reached by Tab", () => on("", async (page) => {
    await row(page, "statement-locked").focus();
    const names = [];
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press("Tab");
      names.push(await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim()));
    }
    assert.deepEqual(names, ["Unlock…", "Read statement-locked.pdf again", "Remove statement-locked.pdf"]);
  }));
});

describe("a document", () => {
  test("is unlocked by its password, after a wrong one", () => on("", async (page) => {
    await row(page, "statement-locked").getByRole("button", { name: "Unlock…" }).click();
    const field = page.getByLabel("Password", { exact: true });
    await field.fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("That password does not open this file").waitFor();
    await field.fill("paper");
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await row(page, "statement-locked").getByText("Queued").waitFor();
    await advance(page, 30_000);
    await row(page, "Bank statement, April 2026").waitFor();
  }));

  test("is cancelled only after the question", () => on("", async (page) => {
    const scan = row(page, "Scan_20260512");
    await scan.focus();
    await page.keyboard.press("c");
    const question = page.getByRole("alertdialog", { name: "Are you sure you want to cancel processing?" });
    await question.getByRole("button", { name: "Keep reading" }).click();
    await scan.getByText("Reading page 5 of 14").waitFor();
    await until(page, () => document.activeElement?.getAttribute("role") === "row");
    await page.keyboard.press("c");
    await question.getByRole("button", { name: "Cancel processing" }).click();
    await scan.getByText("Cancelling…").waitFor();
    await advance(page, 200);
    await scan.getByText("Cancelled", { exact: true }).waitFor();
  }));

  test("is read again by Retry", () => on("", async (page) => {
    const plan = row(page, "big_plan_A0");
    await plan.focus();
    await page.keyboard.press("r");
    await plan.getByText("Queued").waitFor();
    await row(page, "old_notes").getByRole("button", { name: "Retry", exact: true }).click();
    await row(page, "old_notes").getByText("Queued").waitFor();
    await advance(page, 60_000);
    await row(page, "old_notes").getByText("Ready").waitFor();
    await plan.getByText("Failed").waitFor();
  }));

  test("is removed at once and comes back by Undo", () => on("", async (page) => {
    await row(page, "E-way bill").focus();
    await page.keyboard.press("Delete");
    await row(page, "E-way bill").waitFor({ state: "detached" });
    await until(page, () => document.activeElement?.getAttribute("role") === "row");
    await page.getByRole("button", { name: "Undo" }).click();
    await row(page, "E-way bill").waitFor();
  }));

  test("is looked at from both sides: field to box, box to field", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").click();
    const box = (name) => page.getByRole("button", { name: new RegExp(`^${name} on the page`) });
    await page.locator("#field-number").click();
    assert.equal(await box("Number").getAttribute("aria-pressed"), "true");
    await box("Vendor").click();
    assert.equal(await focused(page), "field-vendor");
    await page.locator("#field-subtotal").hover();
    assert.match((await box("Subtotal").getAttribute("class")) ?? "", /warm/);
  }));

  test("gives words of the page to the value being edited, by a box", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").click();
    await page.locator("#field-buyer").click();
    await page.keyboard.press("e");
    const at = await page.getByRole("button", { name: /^Vendor address on the page/ }).boundingBox();
    await page.mouse.move(at.x - 4, at.y - 1);
    await page.mouse.down();
    await page.mouse.move(at.x + at.width + 5, at.y + at.height + 1, { steps: 5 });
    await page.mouse.up();
    assert.equal(await page.locator("#field-editor").inputValue(), "Via Moscova 18, 20121 Milano");
  }));

  test("shows its name being made again, step by step", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").click();
    await page.getByRole("tab", { name: "About" }).click();
    await page.getByRole("button", { name: "Regenerate" }).click();
    await advance(page, 400);
    const steps = page.getByRole("list", { name: "Steps" }).getByRole("listitem");
    const some = await steps.count();
    assert.ok(some > 0 && some < 7, `${some} steps`);
    await advance(page, 2000);
    await steps.nth(6).waitFor();
  }));

  test("copies its text, and finds in it", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").click();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("VT-21");
    await page.getByText("1 of 2", { exact: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("2 of 2", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Copy this page" }).click();
    await page.getByText("Text of 1 page copied").waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^Velora Tide S\.r\.l\.\nVia Moscova 18/);
  }));

  test("zooms and pans", () => on("", async (page) => {
    await row(page, "Velora Tide invoice 1043").click();
    const sheet = page.locator(".frame .page");
    await sheet.waitFor();
    const before = (await sheet.boundingBox()).width;
    await page.keyboard.press("+");
    await until(page, (w) => document.querySelector(".frame .page").getBoundingClientRect().width > w * 1.2, before);
    await sheet.hover({ position: { x: 20, y: 200 } });
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -300);
    await page.keyboard.up("Control");
    await until(page, (w) => document.querySelector(".frame .page").getBoundingClientRect().width > w * 2, before);
    await page.keyboard.press("0");
    await until(page, (w) => Math.abs(document.querySelector(".frame .page").getBoundingClientRect().width - w) < 1, before);
  }));
});

describe("the window", () => {
  test("takes dropped files and names what became of each", () => on("docs=empty", async (page) => {
    await page.getByText("Drop files here").waitFor();
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      for (const name of ["a.pdf", "b.png", "song.mp3"]) transfer.items.add(new File(["x"], name));
      return transfer;
    });
    await page.dispatchEvent("main", "dragover", { dataTransfer: data });
    await page.getByText("Drop to add 3 files").waitFor();
    await page.dispatchEvent("main", "drop", { dataTransfer: data });
    await page.getByText("2 files added · 1 was not taken").waitFor();
    await row(page, "b.png").waitFor();
    assert.equal(await page.getByText("Drop to add").count(), 0);
  }));

  test("goes on where it was after a reload in the middle of reading", () => on("keep", async (page) => {
    await row(page, "Scan_20260512").click();
    await page.getByRole("button", { name: "Page 5, not read yet" }).waitFor();
    await advance(page, 1800);
    await page.getByRole("button", { name: "Page 7", exact: true }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Page 7", exact: true }).waitFor();
    await page.getByText("Page 8 of 14").waitFor();
    await advance(page, 60_000);
    await page.getByRole("heading", { name: /Tide and Loom/ }).waitFor();
  }));

  test("pauses and resumes the queue, and says so", () => on("", async (page) => {
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByText("Reading is paused").waitFor();
    await page.getByRole("button", { name: "Resume" }).first().click();
    await page.getByText("Reading is paused").waitFor({ state: "detached" });
  }));

  test("tells a screen reader when a document is read", () => on("", async (page) => {
    await row(page, "Scan_20260512").waitFor();
    await advance(page, 7000);
    await until(page, () => /Scan_20260512_0007\.pdf was read|lookbook, Resort 2027 was read/.test(document.querySelector(".sr-only[role=status][aria-live]")?.textContent ?? ""));
  }));

  test("draws only the rows in sight of 10,000, and reaches the last", () => on("docs=many", async (page) => {
    await row(page, "Velora Tide invoice 1043").waitFor();
    const rows = () => page.locator("[role=row]").count();
    assert.ok((await rows()) < 40, `${await rows()} rows`);
    assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "10012");
    const list = page.locator("[role=rowgroup]");
    for (let i = 0; i < 120; i++) {
      await list.evaluate((node) => node.scrollTo(0, node.scrollHeight));
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
      if ((await row(page, "30000").count()) > 0) break;
    }
    assert.ok((await rows()) < 40, `${await rows()} rows at the end`);
    await row(page, "30000").last().waitFor();
  }));

  test("follows the theme that is set", () => on("", async (page) => {
    await page.evaluate(() => (location.hash = "#/settings/appearance"));
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByText("Dark", { exact: true }).click();
    assert.equal(await paper(), "rgb(22, 24, 27)");
    await page.getByText("Light", { exact: true }).click();
    assert.equal(await paper(), "rgb(251, 250, 247)");
  }));

  for (const [width, height] of [[900, 600], [1280, 800], [1920, 1080]]) {
    test(`fits ${width}×${height}`, () => on("", async (page) => {
      for (const name of [null, "velora_1043.pdf", "catalogue_winter_2026_final_approved_v7_with_prices_and_terms.pdf"]) {
        if (name) await page.evaluate((to) => (location.hash = `#/review/${to}`), await idOf(page, name));
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForTimeout(150);
        const over = await page.evaluate(() =>
          [...document.querySelectorAll("header, main, nav, aside, .row, aside li, main section li")].filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.outerHTML.slice(0, 80)));
        assert.deepEqual(over, []);
        const thin = await page.locator("aside .value").evaluateAll((nodes) => nodes.filter((node) => node.clientWidth < 70).length);
        assert.equal(thin, 0, "every value has room");
      }
    }, { width, height }));
  }
});
