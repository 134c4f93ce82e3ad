// An item's values as a person reads and types them.

import type { Item, ItemEdit, ItemKey, Source } from "./collections";
import { format } from "./format";
import { t, type Key } from "./messages";

/** Digits after the point of a currency's amounts, as the engine has them. */
const DIGITS: Record<string, number> = { JPY: 0, KRW: 0, CLP: 0, VND: 0, XAF: 0, XOF: 0, UGX: 0, BHD: 3, JOD: 3, KWD: 3, OMR: 3, TND: 3 };

/** `13405` of euros is `134.05`. */
export function decimalOf(minor: number, currency: string | null): string {
  const digits = DIGITS[currency ?? ""] ?? 2;
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${minor < 0 ? "-" : ""}${digits === 0 ? whole : `${whole}.${text.slice(-digits)}`}`;
}

export const priceText = (minor: number | null, currency: string | null): string =>
  minor === null ? "" : format.money(decimalOf(minor, currency), currency);

/** A value of an edit as people write it: `50` of a price is `€50.00`. */
export function saidText(key: ItemKey, value: string | null, currency: string | null): string {
  if (!value || (key !== "wholesale" && key !== "rrp")) return value ?? "";
  const [whole = "", rest = ""] = value.split(".");
  const digits = DIGITS[currency ?? ""] ?? 2;
  return format.money(digits === 0 ? whole : `${whole}.${rest.padEnd(digits, "0")}`, currency);
}

/** What a person types as a price, as the engine reads it: `1.234,50 €` is `1234.50`. */
export function typedPrice(text: string): string {
  const bare = text.replace(/[^\d.,-]/g, "");
  if (!/\d/.test(bare)) return text;
  const last = Math.max(bare.lastIndexOf("."), bare.lastIndexOf(","));
  if (last < 0) return bare;
  const rest = bare.slice(last + 1);
  const grouped = rest.length === 3 && (bare.match(/[.,]/g)?.length ?? 0) > 0 && !/^0[.,]/.test(bare);
  if (grouped) return bare.replace(/[.,]/g, "");
  return `${bare.slice(0, last).replace(/[.,]/g, "")}.${rest}`;
}

/** `XS 2 · S 4`, sizes without a quantity alone; a total that no size was given for says so. */
export function sizesText(item: Item): string {
  if (item.size_range) return t("sizes_not_split", { range: item.size_range, units: format.count(item.units ?? 0) });
  const ordered = item.sizes.filter(({ quantity }) => quantity !== null);
  const shown = ordered.length > 0 ? ordered : item.sizes;
  return shown.map(({ size, quantity }) => (quantity === null ? size : `${size} ${quantity}`)).join(" · ");
}

/** As the engine takes sizes: `XS, S 2, M 4`. */
export const sizesTyped = (item: Item): string =>
  item.sizes.map(({ size, quantity }) => (quantity === null ? size : `${size} ${quantity}`)).join(", ");

/** The text that is edited for `key`. */
export function typedValue(item: Item, key: ItemKey): string {
  if (key === "sizes") return sizesTyped(item);
  if (key === "wholesale" || key === "rrp") return item[key] === null ? "" : decimalOf(item[key], item.currency);
  if (key === "photo") return item.photo?.blob ?? "";
  return String(item[key] ?? "");
}

export const editOf = (item: Item, key: ItemKey): ItemEdit | null => item.edits.find((edit) => edit.key === key) ?? null;

/** "page 2", "row 12". */
export function sourceText(source: Source): string {
  return source.place.on === "page"
    ? t("source_page", { n: source.place.page })
    : t("source_row", { n: source.place.row + 1 });
}

/** Where the linesheet and the order say it: "page 2 · row 12". */
export function itemSource(item: Item): string {
  const first = item.product_source ? sourceText(item.product_source) : t("source_order_only");
  const order = item.order_rows[0];
  return order === undefined ? first : `${first} · ${t("source_row", { n: order })}`;
}

/** `C12` of row 11, column 2, both from 0. */
export function cellName(row: number, column: number): string {
  let [name, rest] = ["", column + 1];
  while (rest > 0) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
    rest = Math.floor((rest - 1) / 26);
  }
  return `${name}${row + 1}`;
}

export const ITEM_KEYS: Record<ItemKey, Key> = {
  name: "key_name", colour: "key_colour", category: "key_category", subcategory: "key_subcategory", sizes: "key_sizes",
  wholesale: "key_wholesale", rrp: "key_rrp", material: "key_material", origin: "key_origin", description: "key_description",
  sales_talk: "key_sales_talk", photo: "key_photo", included: "key_included", highlighted: "key_highlighted",
};
