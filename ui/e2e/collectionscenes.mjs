// The collections in every state, for axe and for pictures.

import { advance, row } from "./host.mjs";

export const casa = "Casa Lume, Resort 2027";
export const card = (page, name) => page.locator("main article", { hasText: name });

export async function openCollection(page, name, tab) {
  await page.keyboard.press("Control+3");
  await card(page, name).locator("a").click();
  await page.getByRole("tab", { name: "Collection Info" }).waitFor();
  if (!tab) return;
  await page.getByRole("tab", { name: tab }).click();
  if (tab === "Collection Items") await page.locator("[data-id]").first().waitFor();
  if (tab === "Generate Deck") await page.locator("[data-slide]").first().waitFor();
  if (tab === "Deck Settings") await page.getByRole("heading", { name: "Made for" }).waitFor();
}
const collections = async (page) => { await page.keyboard.press("Control+3"); await page.getByRole("heading", { name: "Collections", exact: true }).waitFor(); };
const at = (name, tab) => (page) => openCollection(page, name, tab);
const items = at(casa, "Collection Items");
const deck = at(casa, "Generate Deck");
const yes = (page, name) => page.getByRole("button", { name, exact: true }).click();

export const COLLECTION_SCENES = [
  { name: "collections", act: async (page) => { await collections(page); await card(page, casa).waitFor(); await card(page, casa).locator("a").focus(); } },
  { name: "collections-busy", query: "collections=busy", act: async (page) => { await collections(page); await card(page, "Velora").waitFor(); } },
  { name: "collections-empty", query: "collections=none", act: async (page) => { await collections(page); await page.getByText("No collection yet").waitFor(); } },
  { name: "collections-error", query: "fail=collections", act: async (page) => { await collections(page); await page.getByRole("alert").waitFor(); } },
  { name: "collections-loading", query: "hang=collections", act: async (page) => { await collections(page); await page.getByText("Loading the collections").waitFor({ state: "attached" }); } },
  { name: "collections-removed", act: async (page) => { await collections(page); await page.getByRole("button", { name: "Remove Nordhav SS27" }).click(); await page.getByText("is in the trash").first().waitFor(); } },
  { name: "collection-new", act: async (page) => { await collections(page); await page.keyboard.press("n"); await page.getByRole("dialog").waitFor(); await page.getByLabel("Name").fill("Resort"); } },
  { name: "info-staged", act: at("Nordhav SS27") },
  { name: "info-drop", act: async (page) => { await openCollection(page, "Nordhav SS27"); const box = await page.locator("[data-role=purchase_order]").boundingBox(); await page.evaluate((to) => window.mock.drag(true, 2, to), { x: box.x + 40, y: box.y + 30 }); } },
  { name: "info-processing", query: "collections=busy", act: async (page) => { await openCollection(page, "Velora"); await page.getByText("Generating categories...").waitFor(); } },
  { name: "info-restarting", query: "collections=busy", act: async (page) => { await openCollection(page, "Velora"); await page.evaluate(() => { window.mock.collections.restart(); window.mock.world.flush(); }); await page.getByText("Restarting processing...").waitFor(); } },
  { name: "info-cancel", query: "collections=busy", act: async (page) => { await openCollection(page, "Velora"); await yes(page, "Cancel Processing"); await page.getByRole("alertdialog").waitFor(); } },
  { name: "info-failed", act: at("Marlow") },
  { name: "info-done", act: at(casa) },
  { name: "info-picker", act: async (page) => { await openCollection(page, "Nordhav SS27"); await page.locator("[data-role=purchase_order]").getByRole("button", { name: "From the Inbox…" }).click(); await page.getByRole("dialog").getByText("Corner Wardrobe order").waitFor(); } },
  { name: "info-missing", act: async (page) => { await page.evaluate(() => (location.hash = "#/collections/nothing")); await page.getByText("is not here any more").waitFor(); } },
  { name: "info-error", query: "fail=collection", act: async (page) => { await page.evaluate(() => (location.hash = "#/collections/x")); await page.getByRole("alert").waitFor(); } },
  { name: "items", act: async (page) => { await items(page); await row(page, "VT-210").first().focus(); } },
  { name: "items-many", query: "items=300", act: items },
  { name: "items-selected", act: async (page) => { await items(page); await row(page, "VT-210").first().focus(); await page.keyboard.press(" "); await page.keyboard.press("Shift+ArrowDown"); await page.getByText("2 selected").waitFor(); } },
  { name: "items-edit", act: async (page) => { await items(page); await row(page, "VT-210").first().focus(); await page.keyboard.press("w"); await page.keyboard.type("abc"); await page.keyboard.press("Enter"); await page.getByText("is no price").or(page.getByText("Write it as")).first().waitFor(); } },
  { name: "items-edited", act: async (page) => { await items(page); await row(page, "VT-210").first().focus(); await page.keyboard.press("w"); await page.keyboard.type("50"); await page.keyboard.press("Enter"); await page.getByRole("button", { name: /By you/ }).click(); await page.getByRole("dialog").waitFor(); } },
  { name: "items-unmatched", act: async (page) => { await items(page); await yes(page, "Unmatched 3"); await page.getByText("GIFT-01").waitFor(); await page.getByRole("button", { name: "Leave out" }).last().click(); await page.getByText("Left out", { exact: false }).first().waitFor(); } },
  { name: "items-prices", act: async (page) => { await items(page); await page.getByRole("button", { name: "Price differences 2", exact: true }).first().click(); } },
  { name: "items-none", act: async (page) => { await items(page); await page.getByLabel("Find items").fill("zebra"); await page.getByText("No item is like this").waitFor(); } },
  { name: "items-photo", act: async (page) => { await items(page); await row(page, "VT-210").first().focus(); await page.keyboard.press("p"); await page.getByRole("dialog").locator("img").nth(9).waitFor(); } },
  { name: "items-source", act: async (page) => { await items(page); await row(page, "VT-210").first().focus(); await page.keyboard.press("s"); await page.getByRole("dialog").locator("svg.forced").waitFor(); } },
  { name: "items-cell", act: async (page) => { await items(page); await row(page, "VT-210").first().focus(); await page.keyboard.press("s"); await page.getByRole("dialog").getByText("Order, row 12").click(); await page.getByText("on the sheet").waitFor(); } },
  { name: "items-all-values", act: async (page) => { await items(page); await row(page, "VT-210").first().focus(); await page.keyboard.press("Enter"); await page.getByRole("dialog").getByLabel("Material").waitFor(); } },
  { name: "items-categories", act: async (page) => { await items(page); await yes(page, "Categories…"); await page.getByRole("dialog").waitFor(); } },
  { name: "items-again", act: async (page) => { await items(page); await yes(page, "Generate Items again"); await page.getByRole("dialog").waitFor(); } },
  { name: "items-out-of-date", act: async (page) => { await openCollection(page, casa); await page.locator("[data-role=purchase_order]").getByRole("button", { name: /^Remove/ }).click(); await page.getByRole("tab", { name: "Collection Items" }).click(); await page.getByText("changed since these items").waitFor(); } },
  { name: "items-generating", act: async (page) => { await items(page); await yes(page, "Generate Items again"); await page.getByRole("dialog").getByRole("button", { name: "Generate Items again" }).click(); await advance(page, 3000); await page.getByText("Step 4 of 7").waitFor(); } },
  { name: "items-failed", query: "itemtrouble=5", act: async (page) => { await items(page); await yes(page, "Generate Items again"); await page.getByRole("dialog").getByRole("button", { name: "Generate Items again" }).click(); await advance(page, 5000); await page.getByText("Step 5 of 7 failed").waitFor(); } },
  { name: "items-error", query: "fail=items", act: async (page) => { await openCollection(page, casa); await page.getByRole("tab", { name: "Collection Items" }).click(); await page.getByText("could not be loaded").waitFor(); } },
  { name: "deck-settings", act: at(casa, "Deck Settings") },
  { name: "deck-settings-below", act: async (page) => { await openCollection(page, casa, "Deck Settings"); await page.getByText("Customer-safe", { exact: true }).click(); await page.getByLabel("File name").scrollIntoViewIfNeeded(); } },
  { name: "deck", act: deck },
  { name: "deck-safe", act: async (page) => { await deck(page); await page.getByText("Customer-safe", { exact: true }).click(); await page.getByText("no wholesale price is left").waitFor(); await page.getByText("Editorial", { exact: true }).click(); } },
  { name: "deck-preflight", act: async (page) => { await deck(page); await page.getByRole("button", { name: /^Preflight/ }).click(); await page.getByText("has no category").waitFor(); } },
  { name: "deck-errors", act: async (page) => { await deck(page); await yes(page, "Generate PPTX and PDF"); await page.getByRole("dialog").waitFor(); } },
  { name: "deck-hidden", act: async (page) => { await deck(page); await page.locator("[data-slide]").nth(1).focus(); await page.keyboard.press("h"); await page.getByText("1 hidden").waitFor(); } },
  { name: "deck-slide", act: async (page) => { await deck(page); await page.locator("[data-slide]").nth(3).press("Enter"); await page.getByRole("dialog").waitFor(); } },
  { name: "deck-generating", act: async (page) => { await deck(page); await yes(page, "Generate PPTX and PDF"); await yes(page, "Generate anyway"); await advance(page, 1000); await page.getByText("Laying out slides").first().waitFor(); } },
  { name: "deck-failed", query: "decktrouble", act: async (page) => { await deck(page); await yes(page, "Generate PPTX and PDF"); await yes(page, "Generate anyway"); await advance(page, 2000); await page.getByText("The deck could not be made").waitFor(); } },
  { name: "deck-versions", act: async (page) => { await deck(page); for (let i = 0; i < 2; i++) { await yes(page, "Generate PPTX and PDF"); await yes(page, "Generate anyway"); await advance(page, 4000); await page.getByRole("tab", { name: `Versions ${i + 1}` }).click(); } await page.getByText("Version 2").waitFor(); } },
  { name: "deck-compare", act: async (page) => { await deck(page); for (let i = 0; i < 2; i++) { await yes(page, "Generate PPTX and PDF"); await yes(page, "Generate anyway"); await advance(page, 4000); await page.getByRole("tab", { name: `Versions ${i + 1}` }).click(); } await yes(page, "Compare with version 1"); await page.getByRole("dialog").waitFor(); } },
  { name: "deck-error", query: "fail=preview", act: async (page) => { await openCollection(page, casa); await page.getByRole("tab", { name: "Generate Deck" }).click(); await page.getByText("could not be laid out").waitFor(); } },
];
