// Every view in every state, as one list: axe looks at each in both themes, and shots.mjs takes its picture.

import { advance, idOf, row } from "./host.mjs";

const review = (name) => async (page) => {
  const id = await idOf(page, name);
  await page.evaluate((to) => (location.hash = `#/review/${to}`), id);
  await page.locator("aside [role=tab]").first().waitFor();
};
const tab = (name, label) => async (page) => {
  await review(name)(page);
  await page.getByRole("tab", { name: label }).click();
};
const activity = async (page, part = "") => { await page.evaluate((to) => (location.hash = `#/activity${to && `/${to}`}`), part); await page.getByRole("heading", { name: "Activity" }).waitFor(); };
const busy = async (page) => { await activity(page); await advance(page, 1000); await row(page, "Scan_20260512").waitFor(); };
const listed = (page) => page.locator("[role=row]").first().waitFor();

const settings = (section, text) => async (page) => { await page.evaluate((to) => (location.hash = `#/settings/${to}`), section); await page.getByText(text).first().waitFor(); };
const options = async (page, name) => { await page.getByRole("button", { name: `Options: ${name}` }).click(); await page.getByText("Leave these files alone").waitFor(); };
const ledger = async (page, part) => { await page.evaluate((to) => (location.hash = `#/ledger/${to}`), part); await page.locator("[role=row]").first().waitFor(); };

export const SCENES = [
  { name: "inbox", act: async (page) => { await listed(page); await page.locator("[role=row]").first().focus(); } },
  { name: "inbox-working", act: async (page) => { await listed(page); await advance(page, 1800); } },
  { name: "inbox-paused", query: "paused", act: listed },
  { name: "inbox-empty", query: "docs=empty", act: (page) => page.getByText("Drop files here").waitFor() },
  { name: "inbox-loading", query: "hang=list", act: (page) => page.getByText("Loading your documents").waitFor({ state: "attached" }) },
  { name: "inbox-error", query: "fail=list", act: (page) => page.getByRole("alert").first().waitFor() },
  { name: "window-error", query: "fail=snapshot", act: (page) => page.getByRole("alert").first().waitFor() },
  { name: "inbox-filter", act: async (page) => { await listed(page); await page.getByRole("button", { name: /^Failed/ }).click(); await row(page, "statement-locked").waitFor(); } },
  { name: "inbox-none", act: async (page) => { await listed(page); await page.getByLabel("Search by name or tag").fill("zebra"); await page.getByText("Nothing is called").waitFor(); } },
  { name: "inbox-drop", act: async (page) => { await listed(page); await page.evaluate(() => window.mock.drag(true, 4)); } },
  { name: "inbox-toast", act: async (page) => { await listed(page); await page.evaluate(() => window.mock.drop(["a.pdf", "velora_1043.pdf", "song.mp3"])); await page.getByText("1 file added").waitFor(); } },
  { name: "inbox-unhealthy", query: "health=bad", act: listed },
  { name: "dialog-unlock", act: async (page) => { await row(page, "statement-locked").getByRole("button", { name: "Unlock…" }).click(); await page.getByLabel("Password", { exact: true }).waitFor(); } },
  { name: "dialog-cancel", act: async (page) => { await row(page, "Scan_20260512").hover(); await row(page, "Scan_20260512").getByRole("button", { name: /Cancel processing/ }).click(); await page.getByRole("alertdialog").waitFor(); } },
  { name: "rail-closed", act: async (page) => { await listed(page); await page.getByRole("button", { name: "Collapse the side bar" }).click(); } },
  { name: "review", act: review("velora_1043.pdf") },
  { name: "review-edit", act: async (page) => { await review("velora_1043.pdf")(page); await page.locator("#field-total").focus(); await page.keyboard.press("e"); await page.locator("#field-editor").waitFor(); } },
  { name: "review-accepted", act: async (page) => { await review("velora_1043.pdf")(page); await page.getByRole("button", { name: "Accept all" }).click(); await page.getByText("Accepted", { exact: true }).first().waitFor(); } },
  { name: "review-zoomed", act: async (page) => { await review("velora_1043.pdf")(page); for (let i = 0; i < 4; i++) await page.getByRole("button", { name: "Zoom in" }).click(); } },
  { name: "review-text", act: async (page) => { await tab("velora_1043.pdf", "Text")(page); await page.getByLabel("Find on this page").fill("linen"); } },
  { name: "review-about", act: async (page) => { await tab("velora_1043.pdf", "About")(page); await page.getByRole("button", { name: "Regenerate" }).click(); await advance(page, 600); } },
  { name: "review-lines", act: async (page) => { await review("po_b2833.pdf")(page); await page.locator("table").waitFor(); } },
  { name: "review-reading", act: review("Scan_20260512_0007.pdf") },
  { name: "review-unread-page", act: async (page) => { await review("Scan_20260512_0007.pdf")(page); await page.getByRole("button", { name: "Page 9, not read yet" }).click(); } },
  { name: "review-failed-page", act: async (page) => { await review("catalogue_winter_2026_final_approved_v7_with_prices_and_terms.pdf")(page); await page.getByRole("button", { name: "Page 3, could not be read" }).click(); } },
  { name: "review-failed", act: review("big_plan_A0.pdf") },
  { name: "review-locked", act: review("statement-locked.pdf") },
  { name: "review-damaged", act: review("contract_scan_damaged.pdf") },
  { name: "review-missing", act: async (page) => { await page.evaluate(() => (location.hash = "#/review/nothing")); await page.getByText("is not here any more").waitFor(); } },
  { name: "review-error", query: "fail=document", act: async (page) => { await page.evaluate(() => (location.hash = "#/review/x")); await page.getByRole("alert").first().waitFor(); } },
  { name: "review-loading", query: "hang=document", act: async (page) => { await page.evaluate(() => (location.hash = "#/review/x")); await page.getByText("Loading the document").first().waitFor({ state: "attached" }); } },
  { name: "activity", act: async (page) => { await advance(page, 14_000); await page.evaluate(() => window.mock.drop(["locked_b.pdf", "b.pdf", "c.pdf"])); await advance(page, 1000); await activity(page); await page.getByRole("heading", { name: /Running/ }).waitFor(); } },
  { name: "activity-busy", query: "busy", act: busy },
  { name: "activity-failed", query: "busy", act: async (page) => { await busy(page); await row(page, "7 documents").focus(); await page.keyboard.press("Enter"); await page.locator("[aria-level='2']").nth(6).waitFor(); } },
  { name: "activity-paused", query: "busy&paused=timed", act: async (page) => { await busy(page); await page.getByText("goes on by itself in").waitFor(); } },
  { name: "activity-battery", query: "paused=battery", act: async (page) => { await activity(page); await page.getByText("saves its battery").waitFor(); } },
  { name: "activity-low-disk", query: "paused=low_disk", act: async (page) => { await activity(page); await page.getByText("disk is nearly full").waitFor(); } },
  { name: "activity-menu", query: "busy", act: async (page) => { await busy(page); await page.getByRole("button", { name: "Pause", exact: true }).click(); await page.getByRole("menu").waitFor(); } },
  { name: "activity-many", query: "docs=many&waiting=10000", act: async (page) => { await activity(page); await page.getByText("wait behind these").waitFor(); } },
  { name: "activity-empty", query: "docs=empty", act: async (page) => { await activity(page); await page.getByText("Nothing to do").waitFor(); } },
  { name: "activity-loading", query: "hang=jobs", act: async (page) => { await activity(page); await page.getByText("Loading the queue").waitFor({ state: "attached" }); } },
  { name: "activity-error", query: "fail=jobs", act: async (page) => { await activity(page); await page.getByRole("alert").first().waitFor(); } },
  { name: "activity-partial", query: "fail=causes", act: async (page) => { await activity(page); await page.getByText("What failed could not be loaded").waitFor(); } },
  { name: "activity-detail", query: "busy", act: async (page) => { await busy(page); await row(page, "Scan_20260512").press("Enter"); await page.getByRole("heading", { name: "Log" }).waitFor(); } },
  { name: "activity-detail-failed", query: "busy", act: async (page) => { await advance(page, 60_000); await activity(page, "finished"); await page.getByRole("button", { name: /^Failed/ }).click(); await row(page, "contract_scan_damaged").click(); await page.getByRole("heading", { name: "Log" }).waitFor(); } },
  { name: "activity-detail-again", query: "busy", act: async (page) => { await busy(page); await row(page, "Tried again in").click(); await page.getByRole("heading", { name: "Log" }).waitFor(); } },
  { name: "activity-detail-error", query: "busy&fail=detail", act: async (page) => { await busy(page); await row(page, "Scan_20260512").press("Enter"); await page.getByText("The job could not be loaded").waitFor(); } },
  { name: "finished", query: "busy", act: async (page) => { await activity(page, "finished"); await row(page, "Velora Tide invoice 1043").first().focus(); } },
  { name: "finished-failed", query: "busy", act: async (page) => { await activity(page, "finished"); await page.getByRole("button", { name: /^Failed/ }).click(); await row(page, "payroll").waitFor(); } },
  { name: "finished-empty", query: "docs=empty", act: async (page) => { await activity(page, "finished"); await page.getByText("Nothing has ended yet").waitFor(); } },
  { name: "finished-error", query: "fail=history", act: async (page) => { await activity(page, "finished"); await page.getByRole("alert").first().waitFor(); } },
  { name: "charts", act: async (page) => { await activity(page, "charts"); await page.getByRole("img").waitFor(); } },
  { name: "charts-week", act: async (page) => { await activity(page, "charts"); await page.getByText("7 d", { exact: true }).click(); await page.getByText("As a table").click(); await page.getByText("Ends of all runs").click(); await page.locator(".chart svg").hover({ position: { x: 300, y: 60 } }); } },
  { name: "charts-empty", query: "docs=empty", act: async (page) => { await activity(page, "charts"); await page.getByText("Nothing was measured yet").waitFor(); } },
  { name: "charts-error", query: "fail=metrics", act: async (page) => { await activity(page, "charts"); await page.getByRole("alert").first().waitFor(); } },
  { name: "dialog-cancel-all", query: "busy", act: async (page) => { await busy(page); await page.getByRole("button", { name: "Cancel all…" }).click(); await page.getByRole("alertdialog").waitFor(); } },
  { name: "dialog-quit", query: "busy", act: async (page) => { await busy(page); await page.evaluate(() => window.mock.askQuit()); await page.getByRole("dialog").waitFor(); } },
  { name: "settings", act: settings("folders", "1,204 seen") },
  { name: "settings-states", query: "folders=states", act: settings("folders", "SCANSTICK") },
  { name: "settings-options", act: async (page) => { await settings("folders", "1,204 seen")(page); await options(page, "unsorted"); } },
  { name: "settings-ignore", act: async (page) => { await settings("folders", "1,204 seen")(page); await options(page, "unsorted"); await page.getByLabel("Leave these files alone").fill("*.bak\n[draft"); await page.getByText("is no pattern").waitFor(); await page.getByLabel("Leave these files alone").scrollIntoViewIfNeeded(); } },
  { name: "settings-none", query: "folders=none", act: settings("folders", "No folder is watched") },
  { name: "settings-folders-error", query: "fail=folders", act: settings("folders", "could not be loaded") },
  { name: "settings-folders-loading", query: "hang=folders", act: async (page) => { await page.evaluate(() => (location.hash = "#/settings")); await page.getByText("Loading the drop folders").waitFor({ state: "attached" }); } },
  { name: "settings-removed", act: async (page) => { await settings("folders", "1,204 seen")(page); await page.getByRole("button", { name: "Remove: unsorted" }).click(); await page.getByText("is not watched any more").first().waitFor(); } },
  { name: "settings-add", act: async (page) => { await settings("folders", "1,204 seen")(page); await page.evaluate(() => window.mock.removeFolder(1)); await page.getByText("1,204 seen").waitFor({ state: "detached" }); await page.getByRole("button", { name: "Add folder" }).click(); await page.getByRole("menu").waitFor(); } },
  { name: "settings-background", act: settings("background", "Start with the system") },
  { name: "settings-saved", act: async (page) => { await settings("background", "Start with the system")(page); await page.getByRole("switch", { name: "Start with the system" }).click(); await page.getByText("Saved").waitFor(); } },
  { name: "settings-not-saved", query: "fail=settings", act: async (page) => { await settings("background", "Start with the system")(page); await page.getByRole("switch", { name: "Pause on battery saver" }).click(); await page.getByText("That was not saved").waitFor(); } },
  { name: "settings-storage", query: "extras", act: settings("storage", "in all") },
  { name: "settings-storage-loading", query: "hang=storage", act: async (page) => { await page.evaluate(() => (location.hash = "#/settings/storage")); await page.getByText("Measuring").waitFor({ state: "attached" }); } },
  { name: "settings-storage-error", query: "fail=storage", act: settings("storage", "could not be measured") },
  { name: "dialog-empty-trash", query: "extras", act: async (page) => { await settings("storage", "in all")(page); await page.getByRole("button", { name: "Empty trash…" }).click(); await page.getByRole("alertdialog").waitFor(); } },
  { name: "settings-health", act: settings("health", "The database answers") },
  { name: "settings-unhealthy", query: "health=bad", act: settings("health", "The reader is missing") },
  { name: "settings-appearance", act: settings("appearance", "As the system, or") },
  { name: "ledger", act: async (page) => { await ledger(page, "1"); await page.locator("[role=row]").nth(2).focus(); } },
  { name: "ledger-all", act: (page) => ledger(page, "all") },
  { name: "ledger-ignored", act: (page) => ledger(page, "1/ignored") },
  { name: "ledger-none", act: async (page) => { await page.evaluate(() => (location.hash = "#/ledger/2/failed")); await page.getByText("No file has this fate").waitFor(); } },
  { name: "ledger-empty", query: "folders=states", act: async (page) => { await page.evaluate(() => (location.hash = "#/ledger/4")); await page.getByText("Nothing was seen here yet").waitFor(); } },
  { name: "ledger-error", query: "fail=ledger", act: async (page) => { await page.evaluate(() => (location.hash = "#/ledger/1")); await page.getByRole("alert").first().waitFor(); } },
  { name: "ledger-loading", query: "hang=ledger", act: async (page) => { await page.evaluate(() => (location.hash = "#/ledger/1")); await page.getByText("Loading the ledger").waitFor({ state: "attached" }); } },
  { name: "welcome", query: "docs=empty&welcome", act: (page) => page.getByText("Use this folder").waitFor() },
  { name: "welcome-error", query: "docs=empty&welcome&fail=folder", act: async (page) => { await page.getByText("Use this folder").click(); await page.getByText("could not be read").waitFor(); } },
  { name: "inbox-empty-folder", query: "docs=empty&folders=two", act: (page) => page.getByText("Or put them into").waitFor() },
  { name: "inbox-extras", query: "extras", act: async (page) => { await row(page, "3 files inside").waitFor(); await row(page, "3 files inside").focus(); } },
  { name: "inbox-staged", query: "extras", act: async (page) => { await listed(page); await page.getByRole("button", { name: /^Not processed/ }).click(); await page.getByText("These are stored and wait").waitFor(); } },
  { name: "inbox-trash", query: "extras", act: async (page) => { await listed(page); await page.getByRole("button", { name: /^Trash/ }).click(); await page.getByText("goes for good after").waitFor(); } },
  { name: "inbox-trash-empty", query: "extras", act: async (page) => { await listed(page); await page.getByRole("button", { name: /^Trash/ }).click(); await page.getByRole("button", { name: "Restore" }).click(); await page.getByText("The trash is empty").waitFor(); } },
  { name: "inbox-add-menu", act: async (page) => { await listed(page); await page.getByRole("button", { name: "More ways to add" }).click(); await page.getByRole("menu").waitFor(); } },
  { name: "inbox-known", act: async (page) => { await listed(page); await page.evaluate(() => window.mock.drop(["velora_1043.pdf"])); await page.getByText("is already here as").waitFor(); } },
  { name: "inbox-known-trash", query: "extras", act: async (page) => { await listed(page); await page.evaluate(() => window.mock.drop(["duplicate_of_lookbook.pdf"])); await page.getByText("in the trash, as").waitFor(); } },
  { name: "dialog-known", query: "extras", act: async (page) => { await listed(page); await page.evaluate(() => window.mock.drop(["velora_1043.pdf", "eway_98.jpg", "catalogue_winter_2026_final_approved_v7_with_prices_and_terms.pdf", "duplicate_of_lookbook.pdf"])); await page.getByRole("button", { name: "Show all" }).click(); await page.getByRole("dialog").waitFor(); } },
  { name: "inbox-paste-nothing", act: async (page) => { await listed(page); await page.keyboard.press("Control+v"); await page.getByText("nothing to paste").waitFor(); } },
  { name: "review-history", act: async (page) => { await advance(page, 20_000); await tab("velora_1043.pdf", "History")(page); await page.getByText("Reading").first().waitFor(); } },
  { name: "review-versions", query: "extras", act: async (page) => { await tab("price_list_may.pdf", "History")(page); await page.getByText("The Inbox shows the newest one").waitFor(); } },
  { name: "review-parts", query: "extras", act: async (page) => { await tab("order_confirmation.eml", "History")(page); await page.getByText("Files inside").waitFor(); } },
  { name: "review-parent", query: "extras", act: async (page) => { await tab("packing_list.pdf", "History")(page); await page.getByText("Came in").waitFor(); } },
];

/** The address of a scene; time stands still. */
export const sceneUrl = (url, scene, theme) => `${url}?clock=manual&theme=${theme}${scene.query ? `&${scene.query}` : ""}`;
