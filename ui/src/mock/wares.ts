// What the pretended linesheets and orders say: products with pictures, items made of them, lines that fit none.

import type { Item, ItemList, Order, Photo, Source, UnmatchedLine } from "../lib/collections";
import type { DocumentId } from "../lib/model";

const STYLES: [string, string, string, string, number][] = [
  ["VT-210", "Linen shirt", "Tops", "Shirts", 48], ["VT-214", "Wrap skirt", "Bottoms", "Skirts", 52],
  ["VT-219", "Cotton poplin dress", "Dresses", "Midi", 64], ["VT-223", "Knit vest", "Knitwear", "Vests", 39],
  ["VT-231", "Boat-neck tee", "Tops", "Tees", 22], ["VT-240", "Pleated trousers", "Bottoms", "Trousers", 58],
  ["VT-247", "Slip dress", "Dresses", "Midi", 71], ["VT-252", "Merino cardigan", "Knitwear", "Cardigans", 66],
  ["VT-258", "Camp collar shirt", "Tops", "Shirts", 45], ["VT-263", "Tailored blazer with horn buttons", "Outerwear", "Blazers", 124],
];
const COLOURS: [string, string, string][] = [
  ["Ecru", "ECR", "#d9cfbd"], ["Sage", "SAG", "#a9b89a"], ["Indigo", "IND", "#5a6791"], ["Tangerine", "TAN", "#d99a6c"],
  ["Sunflower", "SUN", "#dcc178"], ["Black", "BLK", "#3c3d42"],
];
const SIZES = ["XS", "S", "M", "L", "XL"];

/** 64 digits that name the pretended picture `n`. */
export const blobOf = (n: number): string => n.toString(16).padStart(64, "0");

const SHAPES = [
  "M60 70 96 52q24 16 48 0l36 18 14 46-26 8-8-20v112H80V104l-8 20-26-8z",
  "M86 70h68l34 148H52z",
  "M92 54q28 18 56 0l16 50-14 22 30 104H60l30-104-14-22z",
  "M88 54q32 30 64 0l12 20v152H76V74z",
];

function picture(n: number): string {
  const colour = COLOURS[n % COLOURS.length]?.[2] ?? "#ccc";
  const shape = SHAPES[Math.floor(n / COLOURS.length) % SHAPES.length];
  return `<rect width="240" height="280" fill="#f1eee8"/><path d="${shape}" fill="${colour}"/><path d="${shape}" fill="none" stroke="#00000018" stroke-width="2"/>`;
}

export function photoSvg(blob: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="280" viewBox="0 0 240 280">${picture(parseInt(blob, 16))}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** The same picture inside another drawing. */
export const photoInside = (blob: string, x: number, y: number, width: number, height: number): string =>
  `<svg x="${x}" y="${y}" width="${width}" height="${height}" viewBox="0 0 240 280" preserveAspectRatio="xMidYMid slice">${picture(parseInt(blob, 16))}</svg>`;

export const photoOf = (n: number, source: Source | null): Photo =>
  ({ blob: blobOf(n), sha256: blobOf(n), width: n % 7 === 5 ? 210 : 1200, height: n % 7 === 5 ? 245 : 1400, source });

export function makeItems(count: number, linesheet: DocumentId, order: DocumentId | null): ItemList {
  const items: Item[] = [];
  for (let n = 0; n < count; n++) {
    const [style, name, category, subcategory, price] = STYLES[Math.floor(n / 3) % STYLES.length] ?? ["", "", "", "", 0];
    const [colour, code] = COLOURS[(n * 5 + Math.floor(n / 3)) % COLOURS.length] ?? ["", ""];
    const round = Math.floor(n / 30);
    const matched = order !== null && n % 8 !== 7;
    const sizes = SIZES.slice(n % 3 === 0 ? 0 : 1, n % 4 === 0 ? 4 : 5)
      .map((size, i) => ({ size, quantity: matched && n !== 6 ? 2 + ((n + i * 3) % 5) : null }));
    const source: Source = { document_id: linesheet, place: { on: "page", page: 1, box: [56, 240 + (n % 6) * 24, 260, 256 + (n % 6) * 24] } };
    items.push({
      id: `019b0000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`, style_number: round > 0 ? `${style}-${round}` : style,
      name, colour, colour_code: code, category: n === 13 ? null : category, subcategory: n === 13 ? null : subcategory, sizes,
      size_range: n === 6 ? "S-XL" : null,
      units: matched ? (n === 6 ? 12 : sizes.reduce((sum, { quantity }) => sum + (quantity ?? 0), 0)) : null,
      wholesale: price * 100, rrp: n === 17 ? null : Math.round(price * 2.5) * 100, currency: "EUR",
      material: category === "Knitwear" ? "100% merino wool" : "100% linen", origin: "Portugal",
      description: "Relaxed fit, garment-washed.", sales_talk: null, photo: n === 11 ? null : photoOf(n, source),
      more_photos: n % 6 === 0 ? [photoOf(n + 100, source)] : [], matched, included: n % 8 !== 7, highlighted: n === 0 || n === 9,
      order_price: n === 2 || n === 4 ? price * 100 + 400 : null, product_source: source,
      order_sources: matched && order ? [{ document_id: order, place: { on: "cell", sheet: "Order", row: 11 + n, column: 2 } }] : [],
      order_rows: matched ? [12 + n] : [], edits: [],
    });
  }
  return { items, unmatched: order ? unmatched(order, items) : [] };
}

function unmatched(order: DocumentId, items: Item[]): UnmatchedLine[] {
  const line = (row: number, style: string, name: string, colour: string, size: string, quantity: number) => ({
    row, style_number: style, sku: null, name, colour, colour_code: null, size, size_range: null, quantity, unit_cost: 4800,
    retail: null, amount: quantity * 4800, upc: null, source: { document_id: order, place: { on: "cell" as const, sheet: "Order", row: row - 1, column: 1 } },
  });
  const might = (i: number, score: number) => {
    const item = items[i];
    return item ? [{ style_number: item.style_number, colour: item.colour, name: item.name, photo: item.photo, score }] : [];
  };
  return [
    { key: `${order}:44`, lines: [line(44, "VT-211", "Linen shirt", "Ecru", "S", 4), line(45, "VT-211", "Linen shirt", "Ecru", "M", 6)],
      why: "No style of the linesheet has the number `VT-211`.", candidates: [...might(0, 0.86), ...might(1, 0.71), ...might(24, 0.55)], resolution: null },
    { key: `${order}:51`, lines: [line(51, "VT-247", "Slip dress", "Midnight", "M", 8)],
      why: "`VT-247` is not offered in `Midnight`.", candidates: [...might(18, 0.78), ...might(19, 0.62)], resolution: null },
    { key: `${order}:58`, lines: [line(58, "GIFT-01", "Tote bag", "Natural", "OS", 25)],
      why: "Nothing in the linesheet is like it.", candidates: [], resolution: null },
  ];
}

export function makeOrder(document: DocumentId): Order {
  const column = (heading: string, meaning: string | null, confidence: number, examples: string[]) => ({ heading, meaning, confidence, locked: false, examples });
  return {
    document_id: document, number: "B2833", date: "2026-05-04", buyer: "The Corner Wardrobe", start_ship: "2027-01-15",
    cancel_date: "2027-02-15", currency: "EUR", lines: [],
    columns: [
      column("Style #", "style_number", 0.98, ["VT-210", "VT-210", "VT-214"]), column("Description", "name", 0.91, ["Linen shirt", "Linen shirt", "Wrap skirt"]),
      column("Col", "colour", 0.94, ["Ecru", "Sage", "Sage"]), column("S", "size:S", 0.99, ["4", "3", "2"]), column("M", "size:M", 0.99, ["4", "5", "4"]),
      column("L", "size:L", 0.99, ["2", "2", "4"]), column("Total", "quantity", 0.63, ["10", "10", "10"]), column("Whsl EUR", "unit_cost", 0.96, ["48.00", "48.00", "52.00"]),
      column("Remarks", null, 0.4, ["", "rush", ""]),
    ],
    units: 412, amount: 2104800,
    checks: [{ what: "Row 23: 4 + 5 + 2 is 11, the order says 12.", row: 23 }],
  };
}
