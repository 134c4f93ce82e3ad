// Activity by pointer and keyboard: every button of it is used, over the mock build in Chromium.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { advance, opened, row, until } from "./host.mjs";

const inWindow = opened();
/** In the Activity. */
const on = (query, act, { part = "", ...options } = {}) => inWindow(query, async (page) => {
  await page.getByRole("heading", { name: "Activity" }).waitFor();
  await act(page);
}, { hash: `#/activity${part && `/${part}`}`, ...options });

const group = (page, name) => page.getByRole("region", { name: new RegExp(`^${name}`) });
const line = (page, name, text) => group(page, name).locator("[role=row]", { hasText: text });
const button = (page, name) => page.getByRole("button", { name, exact: true });
const gone = { state: "detached" };

describe("running", () => {
  test("says stage, share, time so far and time left, and moves on", () => on("", async (page) => {
    const scan = line(page, "Running", "Scan_20260512");
    await scan.getByText("Reading page 5 of 14").waitFor();
    assert.match(await scan.innerText(), /28%\s+0:02 so far\s+0:06 left/);
    await advance(page, 1200);
    await scan.getByText("Reading page 7 of 14").waitFor();
    assert.equal(await scan.getByRole("progressbar").getAttribute("aria-valuenow"), "42");
  }));

  test("is paused, says so at once, and is resumed at the same page", () => on("", async (page) => {
    const scan = line(page, "Running", "Scan_20260512");
    await scan.getByRole("button", { name: /^Pause/ }).click();
    await scan.getByText("Pausing…").waitFor();
    await advance(page, 200);
    const waits = line(page, "Waiting", "Scan_20260512");
    await waits.getByText("Paused by you").waitFor();
    await waits.hover();
    await waits.getByRole("button", { name: /^Resume/ }).click();
    await line(page, "Waiting", "Scan_20260512").getByText("Queued").waitFor();
    await advance(page, 1200);
    await line(page, "Running", "Scan_20260512").getByText("Reading page 6 of 14").or(page.getByText("Reading page 5 of 14")).first().waitFor();
  }));

  test("is cancelled after the question", () => on("", async (page) => {
    await line(page, "Running", "Scan_20260512").getByRole("button", { name: /^Cancel/ }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel processing" }).click();
    await line(page, "Running", "Scan_20260512").getByText("Cancelling…").waitFor();
    await advance(page, 200);
    await line(page, "Running", "Scan_20260512").waitFor(gone);
  }));
});

describe("waiting", () => {
  test("says why, and counts down", () => on("busy", async (page) => {
    const again = line(page, "Waiting", "Tried again in");
    await again.getByText(/Tried again in 12\ss/).waitFor();
    await line(page, "Waiting", "The disk is full").waitFor();
    await advance(page, 5000);
    await again.getByText(/Tried again in 7\ss/).waitFor();
    await advance(page, 7000);
    await again.waitFor(gone);
  }));

  test("moves to the top and runs next", () => on("busy", async (page) => {
    const last = line(page, "Waiting", "velora_tide_25005");
    await last.hover();
    await last.getByRole("button", { name: /to the top$/ }).click();
    await until(page, () => document.querySelector("section[aria-labelledby=group-waiting] [role=row]")?.textContent.includes("velora_tide_25005"));
    await advance(page, 6400);
    await line(page, "Running", "velora_tide_25005").waitFor();
  }));

  test("is paused and resumed, and cancelled", () => on("", async (page) => {
    const note = line(page, "Waiting", "delivery_note_88");
    await note.hover();
    await note.getByRole("button", { name: /^Pause/ }).click();
    await note.getByText("Paused by you").waitFor();
    await note.getByRole("button", { name: /^Resume/ }).click();
    await note.getByText("Queued").waitFor();
    await note.getByRole("button", { name: /^Cancel/ }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Keep reading" }).click();
    await note.getByRole("button", { name: /^Cancel/ }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel processing" }).click();
    await group(page, "Waiting").waitFor(gone);
  }));

  test("is sixty lines and a number where ten thousand wait", () => on("docs=many&waiting=10000", async (page) => {
    await page.getByText("9,941 more wait behind these").waitFor();
    assert.equal(await group(page, "Waiting").getByRole("grid").getAttribute("aria-rowcount"), "10001");
    const { rows, nodes } = await page.evaluate(() => ({
      rows: document.querySelectorAll("[role=row]").length, nodes: document.querySelectorAll("main *").length,
    }));
    assert.ok(rows <= 65, `${rows} rows`);
    assert.ok(nodes < 2600, `${nodes} nodes`);
    await advance(page, 30_000);
    await page.getByText(/9,9\d\d more wait behind these/).waitFor();
    assert.equal(await group(page, "Waiting").locator("[role=row]").count(), 60);
  }));
});

describe("failed", () => {
  test("is tried again by cause", () => on("busy", async (page) => {
    await line(page, "Failed", "The reader stopped").getByRole("button", { name: "Retry these" }).click();
    await page.getByText("7 documents are read again.").waitFor();
    await line(page, "Failed", "The reader stopped").waitFor(gone);
    await advance(page, 60_000);
    await line(page, "Failed", "A password is needed").waitFor();
  }));

  test("is tried again, all that a retry may help", () => on("busy", async (page) => {
    await button(page, "Retry all failed").click();
    await page.getByText("8 documents are read again.").waitFor();
    await button(page, "Retry all failed").waitFor(gone);
    assert.equal(await group(page, "Failed").locator("[aria-level='1']").count(), 2);
  }));

  test("opens by cause, and each document has its own button", () => on("busy", async (page) => {
    await line(page, "Failed", "The reader stopped").click();
    const jobs = group(page, "Failed").locator("[aria-level='2']");
    await jobs.nth(6).waitFor();
    await jobs.first().getByRole("button", { name: "Retry" }).click();
    await line(page, "Failed", "6 documents").waitFor();
    await jobs.nth(5).waitFor();
    await line(page, "Failed", "6 documents").locator("b").click();
    await jobs.first().waitFor(gone);
  }));

  test("takes a password for one after another", () => on("busy", async (page) => {
    await line(page, "Failed", "A password is needed").getByRole("button", { name: "Enter password…" }).click();
    await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill("paper");
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
    await line(page, "Failed", "2 documents").waitFor();
    await group(page, "Failed").locator("[aria-level='2']").nth(1).getByRole("button", { name: "Enter password…" }).click();
    await page.getByRole("dialog", { name: /^Unlock/ }).waitFor();
  }));

  test("opens the document where nothing else helps", () => on("busy", async (page) => {
    await line(page, "Failed", "The file is damaged").getByRole("button", { name: "Open" }).click();
    await page.getByRole("heading", { name: /contract_scan_damaged/ }).waitFor();
  }));
});

describe("the whole queue", () => {
  test("pauses from the menu for a time, counts down and goes on by itself", () => on("", async (page) => {
    await button(page, "Pause").click();
    await page.getByRole("menuitemradio", { name: "Stop at once" }).click();
    await page.getByRole("menuitem", { name: "30 minutes" }).click();
    await page.getByText("It goes on by itself in 30:00.").waitFor();
    await advance(page, 200);
    await group(page, "Running").waitFor(gone);
    assert.deepEqual(await page.evaluate(() => [window.mock.world.queue.pause.mode, window.mock.world.queue.pause.cause]), ["suspend", "person"]);
    await advance(page, 60_000);
    await page.getByText("It goes on by itself in 29:00.").or(page.getByText("It goes on by itself in 28:59.")).waitFor();
    await advance(page, 1_740_000);
    await page.getByText("Reading is paused").waitFor(gone);
  }));

  test("pauses by keyboard for an hour, finishing what runs, and is resumed", () => on("", async (page) => {
    await button(page, "Pause").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.getByText("What is running is finished first.").waitFor();
    await page.getByText("It goes on by itself in 1:00:00.").waitFor();
    await line(page, "Waiting", "delivery_note_88").getByText("Waits until reading goes on").waitFor();
    await page.locator("header").getByRole("button", { name: "Resume" }).click();
    await page.getByText("Reading is paused").waitFor(gone);
  }));

  test("pauses until it is resumed by the notice", () => on("", async (page) => {
    await button(page, "Pause").click();
    await page.getByRole("menuitem", { name: "Until I resume" }).click();
    await page.locator(".notice").getByRole("button", { name: "Resume" }).click();
    await page.getByText("Reading is paused").waitFor(gone);
  }));

  for (const [cause, text] of [["battery", "saves its battery"], ["low_disk", "disk is nearly full"]]) {
    test(`says why it is paused: ${cause}`, () => on(`paused=${cause}`, async (page) => {
      await page.getByText(text).waitFor();
      await page.locator(".notice").getByRole("button", { name: "Resume" }).click();
      await page.getByText(text).waitFor(gone);
    }));
  }

  test("is cancelled after the question", () => on("busy", async (page) => {
    await button(page, "Cancel all…").click();
    await page.getByRole("alertdialog", { name: "Cancel all 8 jobs?" }).getByRole("button", { name: "Keep reading" }).click();
    await button(page, "Cancel all…").click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel all" }).click();
    await page.getByText("8 jobs are cancelled.").waitFor();
    await advance(page, 200);
    await group(page, "Running").waitFor(gone);
    await group(page, "Waiting").waitFor(gone);
  }));
});

describe("finished", () => {
  test("is shown by how it ended", () => on("busy", async (page) => {
    await row(page, "Velora Tide invoice 1043").first().waitFor();
    for (const [name, count] of [[/^Cancelled/, 1], [/^Failed/, 12]]) {
      await page.getByRole("button", { name }).click();
      await until(page, (n) => document.querySelectorAll("[role=row]").length === n, count);
    }
    await page.getByRole("button", { name: /^Completed/ }).click();
    await row(page, "Velora Tide invoice 1043").first().waitFor();
    assert.equal(await page.locator("[role=row]", { hasText: "A password is needed" }).count(), 0);
  }, { part: "finished" }));

  test("pages to its end without drawing it all", () => on("busy", async (page) => {
    await row(page, "Velora Tide invoice 1043").first().focus();
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press("End");
      await page.waitForTimeout(150);
    }
    await row(page, "20060").last().waitFor();
    assert.ok((await page.locator("[role=row]").count()) < 60);
    await until(page, () => document.activeElement?.getAttribute("aria-rowindex") === "145");
  }, { part: "finished" }));

  test("is read again where it was cancelled", () => on("", async (page) => {
    await page.getByRole("button", { name: /^Cancelled/ }).click();
    await row(page, "old_notes").getByRole("button", { name: /^Read/ }).click();
    await page.getByRole("tab", { name: "Queue" }).click();
    await line(page, "Waiting", "old_notes").waitFor();
  }, { part: "finished" }));
});

describe("a job looked at closely", () => {
  test("shows its runs and its log, and grows", () => on("", async (page) => {
    await line(page, "Running", "Scan_20260512").click();
    const panel = page.getByRole("complementary", { name: /Scan_2026/ });
    await panel.getByText("Page 4 of 14 read in 600 ms").waitFor();
    await advance(page, 600);
    await panel.getByText("Page 5 of 14 read in 600 ms").waitFor();
    await panel.getByRole("button", { name: "Close" }).click();
    await until(page, () => document.activeElement?.getAttribute("role") === "row");
  }));

  test("copies its details without folders", () => on("", async (page) => {
    await line(page, "Running", "Scan_20260512").click();
    await button(page, "Copy details").click();
    await page.getByText("Details copied. They hold the file's name").waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.doesNotMatch(text, /\/home|ada\//);
    assert.match(text, /Scan_20260512_0007\.pdf was queued/);
  }));

  test("reads its document again, until that is refused with the time when it will do", () => on("", async (page) => {
    await page.getByRole("tab", { name: "Finished" }).click();
    await row(page, "Velora Tide invoice 1043").first().click();
    for (let i = 0; i < 5; i++) {
      await button(page, "Read again").click();
      await page.getByText("velora_1043.pdf refresh queued successfully").last().waitFor();
      await advance(page, 20_000);
      await button(page, "Dismiss").first().click();
    }
    await button(page, "Read again").click();
    await page.getByText("was refreshed five times in five minutes").waitFor();
    await page.getByText("It may be refreshed again in 200 s.").waitFor();
    await page.getByRole("complementary").getByRole("button", { name: "Open" }).click();
    await page.getByRole("heading", { name: "Velora Tide invoice 1043" }).waitFor();
  }));

  test("says where it could not be loaded, and tries again", () => on("fail=detail", async (page) => {
    await line(page, "Running", "Scan_20260512").click();
    await page.getByText("The job could not be loaded").waitFor();
    await page.getByRole("complementary").getByRole("button", { name: "Try again" }).click();
    await page.getByText("The job could not be loaded").waitFor();
  }));
});

describe("by keyboard", () => {
  const focused = (page) => page.evaluate(() => document.activeElement?.textContent);

  test("arrows walk all lines; Enter looks, Escape goes back", () => on("busy", async (page) => {
    await line(page, "Running", "Scan_20260512").focus();
    await page.keyboard.press("ArrowDown");
    assert.match(await focused(page), /delivery_note_88/);
    await page.keyboard.press("End");
    assert.match(await focused(page), /The file is damaged/);
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Log" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("complementary").waitFor(gone);
    assert.match(await focused(page), /Scan_20260512/);
  }));

  test("T moves to the top, P pauses and resumes, Delete cancels; focus stays in the list", () => on("busy", async (page) => {
    await line(page, "Waiting", "northern_thread_25002").focus();
    await page.keyboard.press("t");
    await until(page, () => document.querySelector("section[aria-labelledby=group-waiting] [role=row]")?.textContent.includes("northern_thread_25002"));
    assert.match(await focused(page), /northern_thread_25002/);
    await page.keyboard.press("p");
    await line(page, "Waiting", "northern_thread_25002").getByText("Paused by you").waitFor();
    await until(page, () => document.activeElement?.textContent?.includes("northern_thread_25002"));
    await page.keyboard.press("p");
    await line(page, "Waiting", "northern_thread_25002").getByText(/Queued|Goes before/).waitFor();
    await page.keyboard.press("Delete");
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel processing" }).click();
    await line(page, "Waiting", "northern_thread_25002").waitFor(gone);
    await until(page, () => document.activeElement?.getAttribute("role") === "row");
  }));

  test("a cause opens and closes by arrows, R tries it again", () => on("busy", async (page) => {
    await line(page, "Failed", "The reader stopped").focus();
    await page.keyboard.press("ArrowRight");
    await group(page, "Failed").locator("[aria-level='2']").nth(6).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("r");
    await line(page, "Failed", "6 documents").waitFor();
    await until(page, () => document.activeElement?.getAttribute("aria-level") === "2");
    await line(page, "Failed", "The reader stopped").first().focus();
    await page.keyboard.press("ArrowLeft");
    await group(page, "Failed").locator("[aria-level='2']").first().waitFor(gone);
    await page.keyboard.press("r");
    await page.getByText("6 documents are read again.").waitFor();
  }));

  test("every icon names its key", () => on("busy", async (page) => {
    const first = line(page, "Waiting", "casa_lume_25000");
    assert.equal(await first.getAttribute("aria-keyshortcuts"), "Enter Delete P T");
    const titles = await first.getByRole("button").evaluateAll((nodes) => nodes.map((node) => node.title));
    assert.deepEqual(titles, ["Move to the top (T)", "Pause (P)", "Cancel processing (Delete)"]);
  }));
});

describe("charts", () => {
  test("show another span of time, and as a table", () => on("", async (page) => {
    const chart = page.getByRole("img", { name: /^Pages per minute: .* on average/ });
    await chart.waitFor();
    assert.equal(await chart.locator("rect").count(), 60);
    await page.getByText("7 d", { exact: true }).click();
    await until(page, () => document.querySelector(".chart")?.querySelectorAll("svg rect").length === 60 && document.querySelector(".chart [class*=times]").textContent.includes("Thu 7"));
    await chart.hover({ position: { x: 320, y: 80 } });
    await page.getByText(/^Thu 7, \d\d:\d\d to \d\d:\d\d: /).waitFor();
    await page.getByText("As a table").click();
    await page.getByRole("table", { name: "Pages per minute" }).getByRole("rowheader").first().waitFor();
    await page.getByText("Ends of all runs").click();
    await page.getByRole("table", { name: "Ends of all runs" }).getByText("Failed, tried again").waitFor();
    for (const name of ["Time per stage", "Top causes of failure"]) await page.getByRole("table", { name }).waitFor();
  }, { part: "charts" }));

  test("that fail leave the queue alone", () => on("fail=metrics", async (page) => {
    await page.getByRole("alert").getByText("The figures could not be loaded").waitFor();
    await button(page, "Try again").click();
    await page.getByRole("tab", { name: "Queue" }).click();
    await line(page, "Running", "Scan_20260512").waitFor();
  }, { part: "charts" }));
});

describe("quitting while work goes on", () => {
  for (const [label, how] of [["Finish this page and quit", "finish_page"], ["Stop now", "stop_now"], ["Keep working in the tray", "keep_in_tray"]]) {
    test(label, () => on("", async (page) => {
      await page.evaluate(() => window.mock.askQuit());
      await page.getByRole("dialog", { name: "1 document is being read" }).getByRole("button", { name: label }).click();
      await page.getByRole("dialog").waitFor(gone);
      assert.deepEqual(await page.evaluate(() => window.mock.quits), [how]);
    }));
  }

  test("is called off by Cancel and by Escape", () => on("", async (page) => {
    for (const off of [() => button(page, "Cancel").click(), () => page.keyboard.press("Escape")]) {
      await page.evaluate(() => window.mock.askQuit());
      await page.getByRole("dialog").waitFor();
      await off();
      await page.getByRole("dialog").waitFor(gone);
    }
    assert.deepEqual(await page.evaluate(() => window.mock.quits), ["stay", "stay"]);
  }));
});

describe("settings of the queue", () => {
  test("battery saver and history are kept; a number out of range comes back into it", () => on("", async (page) => {
    await page.evaluate(() => (location.hash = "#/settings/background"));
    await page.getByRole("switch", { name: "Pause on battery saver" }).click();
    await page.getByRole("link", { name: "Storage" }).click();
    const days = page.getByRole("spinbutton", { name: "Keep finished jobs" });
    await days.fill("90");
    await days.press("Tab");
    await until(page, () => window.mock.world.settings.history_days === 90 && !window.mock.world.settings.pause_on_battery);
    await days.fill("0");
    await days.press("Tab");
    assert.equal(await days.inputValue(), "1");
    await days.fill("");
    await days.press("Tab");
    assert.equal(await days.inputValue(), "1");
  }));
});

for (const [width, height] of [[900, 600], [1280, 800], [1920, 1080]]) {
  test(`fits ${width}×${height}`, () => on("busy", async (page) => {
    await line(page, "Failed", "The reader stopped").click();
    await group(page, "Failed").locator("[aria-level='2']").first().waitFor();
    for (const part of ["", "/finished", "/charts"]) {
      await page.evaluate((to) => (location.hash = `#/activity${to}`), part);
      await page.waitForTimeout(150);
      const over = await page.evaluate(() =>
        [...document.querySelectorAll("header, main, nav, .activity, .line, section")].filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.outerHTML.slice(0, 80)));
      assert.deepEqual(over, []);
    }
  }, { width, height }));
}

test("is all there is where nothing was ever read", () => on("docs=empty", async (page) => {
  await page.getByText("Nothing to do").waitFor();
  await page.getByRole("tab", { name: "Finished" }).click();
  await page.getByText("Nothing has ended yet").waitFor();
  await page.getByRole("tab", { name: "Charts" }).click();
  await page.getByText("Nothing was measured yet").waitFor();
}));
