// Draws the pretend documents: one list of words gives both the page's picture and the boxes that the reader would
// have found on it.

import type { Field, Fields, LineItem, PageDetail, Rect, Word } from "../lib/model";

export type Ink = {
  text: string;
  x: number;
  /** Baseline. */
  y: number;
  size?: number;
  bold?: boolean;
  /** Stands left of `x`. */
  right?: boolean;
  /** The value that these words are, with how sure the rules are. */
  field?: string;
  value?: string;
  sure?: number;
};

export type Sheet = { width: number; height: number; ink: Ink[]; rules?: [number, number, number][] };

const WIDE = /[mwMW@%]/;
const NARROW = /[iljtfrI.,:;'|!()/ -]/;

/** About what a serif face needs; the drawing is stretched to it, so boxes and letters agree. */
function widthOf(text: string, size: number, bold: boolean): number {
  let units = 0;
  for (const c of text) units += WIDE.test(c) ? 0.82 : NARROW.test(c) ? 0.3 : /[A-Z]/.test(c) ? 0.66 : 0.5;
  return units * size * (bold ? 1.06 : 1);
}

type Placed = { word: Word; size: number; bold: boolean; baseline: number };

function place(sheet: Sheet): { placed: Placed[]; fields: Fields } {
  const placed: Placed[] = [];
  const fields: Fields = {};
  const lines = [...new Set(sheet.ink.map((ink) => ink.y))].sort((a, b) => a - b);
  const ordered = [...sheet.ink].sort((a, b) => a.y - b.y || a.x - b.x);
  for (const ink of ordered) {
    const { size = 10, bold = false } = ink;
    const words = ink.text.split(" ").filter(Boolean);
    const gap = size * 0.28;
    const widths = words.map((word) => widthOf(word, size, bold));
    const total = widths.reduce((sum, width) => sum + width, 0) + gap * (words.length - 1);
    let x = ink.right ? ink.x - total : ink.x;
    const from = x;
    words.forEach((text, i) => {
      const width = widths[i] ?? 0;
      const box: Rect = [x, ink.y - size * 0.8, x + width, ink.y + size * 0.22];
      const confidence = ink.sure ?? 0.98;
      placed.push({ word: { text, box, confidence, line: lines.indexOf(ink.y) }, size, bold, baseline: ink.y });
      x += width + gap;
    });
    if (ink.field) {
      fields[ink.field] = {
        value: ink.value ?? ink.text, text: ink.text, confidence: ink.sure ?? 0.97, by: "rules@3",
        box: [from, ink.y - size * 0.85, from + total, ink.y + size * 0.28],
      };
    }
  }
  return { placed, fields };
}

const escape = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);

/** Where a box stands when its page is turned clockwise. */
function turned([x0, y0, x1, y1]: Rect, turn: number, { width, height }: Sheet): Rect {
  if (turn === 90) return [height - y1, x0, height - y0, x1];
  if (turn === 180) return [width - x1, height - y1, width - x0, height - y0];
  return turn === 270 ? [y0, width - x1, y1, width - x0] : [x0, y0, x1, y1];
}

function picture(sheet: Sheet, placed: Placed[], turn: number): string {
  const text = placed
    .map(({ word, size, bold, baseline }) => {
      const [x0, , x1] = word.box;
      const weight = bold ? ' font-weight="700"' : "";
      return `<text x="${x0.toFixed(1)}" y="${baseline}" font-size="${size}"${weight} textLength="${(x1 - x0).toFixed(1)}" `
        + `lengthAdjust="spacingAndGlyphs">${escape(word.text)}</text>`;
    })
    .join("");
  const rules = (sheet.rules ?? [])
    .map(([x0, x1, y]) => `<path d="M${x0} ${y}H${x1}" stroke="#c9c4b8" stroke-width=".7"/>`)
    .join("");
  const [width, height] = turn % 180 ? [sheet.height, sheet.width] : [sheet.width, sheet.height];
  const move = { 90: `translate(${sheet.height} 0) rotate(90)`, 180: `translate(${sheet.width} ${sheet.height}) rotate(180)`, 270: `translate(0 ${sheet.width}) rotate(270)` }[turn] ?? "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`
    + `<rect width="100%" height="100%" fill="#fff"/><g transform="${move}" font-family="Georgia,'DejaVu Serif',serif" fill="#23262b">${rules}${text}</g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** A page as the engine would answer it. */
export function print(sheet: Sheet, pageNumber: number, docType: string, turn = 0): PageDetail & { picture: string } {
  const { placed, fields } = place(sheet);
  for (const field of Object.values(fields)) {
    field.page = pageNumber;
    if (field.box) field.box = turned(field.box, turn, sheet);
  }
  const image = picture(sheet, placed, turn);
  for (const { word } of placed) word.box = turned(word.box, turn, sheet);
  const [width, height] = turn % 180 ? [sheet.height, sheet.width] : [sheet.width, sheet.height];
  const byLine = new Map<number, string[]>();
  for (const { word } of placed) byLine.set(word.line, [...(byLine.get(word.line) ?? []), word.text]);
  return {
    summary: {
      page_number: pageNumber, unit: "pt", width, height, source: "ocr", doc_type: docType,
      confidence: 0.96, status: "draft_pending", error: null,
    },
    picture: image,
    text: [...byLine.values()].map((words) => words.join(" ")).join("\n"),
    words: placed.map(({ word }) => word),
    fields,
    reasons: docType === "unknown" ? [] : [`title "${docType.replaceAll("_", " ")}"`, "a total", "a tax id"],
  };
}

export type Goods = { code: string; what: string; quantity: number; price: string; amount: string };

/** An invoice-like page; what is not given is not printed. */
export function letter(head: {
  vendor: string; address: string; title: string; number: string; date: string; dateText: string; buyer?: string;
  goods?: Goods[]; subtotal?: string; tax?: string; taxText?: string; total?: string; totalText?: string;
  numberField?: string; currency?: string; unsure?: Record<string, number>;
}): { sheet: Sheet; lines: LineItem[] } {
  const sure = (name: string) => head.unsure?.[name] ?? 0.97;
  const ink: Ink[] = [
    { text: head.vendor, x: 56, y: 84, size: 19, field: "vendor", sure: sure("vendor") },
    { text: head.address, x: 56, y: 104, size: 10.5, field: "vendor_address", sure: sure("vendor_address") },
    { text: head.title, x: 539, y: 150, size: 16, right: true, bold: true },
    { text: head.number, x: 539, y: 172, size: 11, right: true, field: head.numberField ?? "number", sure: sure("number") },
    { text: head.dateText, x: 539, y: 190, size: 11, right: true, field: "date", value: head.date, sure: sure("date") },
  ];
  if (head.buyer) {
    ink.push({ text: "Bill to", x: 56, y: 172, size: 9 });
    ink.push({ text: head.buyer, x: 56, y: 190, size: 11, field: "buyer", sure: sure("buyer") });
  }
  const rules: [number, number, number][] = [];
  const lines: LineItem[] = [];
  let y = 250;
  if (head.goods) {
    ink.push({ text: "Item", x: 56, y, size: 9.5 }, { text: "Qty", x: 380, y, size: 9.5, right: true });
    ink.push({ text: "Price", x: 455, y, size: 9.5, right: true }, { text: "Amount", x: 539, y, size: 9.5, right: true });
    rules.push([56, 539, y + 8]);
    for (const goods of head.goods) {
      y += 24;
      const cell = (value: string, x0: number, x1: number, confidence = 0.95): Field => ({
        value, text: value, confidence, by: "rules@3", page: 1, box: [x0, y - 9, x1, y + 3],
      });
      ink.push({ text: `${goods.code} ${goods.what}`, x: 56, y }, { text: String(goods.quantity), x: 380, y, right: true });
      ink.push({ text: goods.price, x: 455, y, right: true }, { text: goods.amount, x: 539, y, right: true });
      lines.push({
        code: cell(goods.code, 56, 95), description: cell(goods.what, 97, 260),
        quantity: cell(String(goods.quantity), 366, 382), unit_price: cell(goods.price, 425, 457),
        amount: cell(goods.amount, 505, 541),
      });
    }
    rules.push([56, 539, y + 10]);
    y += 40;
  }
  const sum = (label: string, text: string, field: string, value: string, bold = false) => {
    ink.push({ text: label, x: 455, y, right: true, bold });
    ink.push({ text, x: 539, y, right: true, bold, field, value, sure: sure(field) });
    y += 18;
  };
  if (head.subtotal) sum("Subtotal", head.subtotal, "subtotal", head.subtotal.replaceAll(",", ""));
  if (head.tax) sum(head.taxText ?? "VAT", head.tax, "tax", head.tax.replaceAll(",", ""));
  if (head.total) sum("Total", head.totalText ?? head.total, "total", head.total, true);
  ink.push({ text: "Payment within 30 days. Thank you for your order.", x: 56, y: 780, size: 9 });
  return { sheet: { width: 595, height: 842, ink, rules }, lines };
}

/** A page of running text. */
export function prose(title: string, paragraphs: string[]): Sheet {
  const ink: Ink[] = [{ text: title, x: 56, y: 90, size: 17, bold: true }];
  let y = 124;
  for (const paragraph of paragraphs) {
    let line = "";
    for (const word of `${paragraph} \n`.split(" ")) {
      if (word === "\n" || widthOf(`${line} ${word}`, 10.5, false) > 470) {
        ink.push({ text: line, x: 56, y, size: 10.5 });
        y += 15.5;
        line = word;
      } else line = line ? `${line} ${word}` : word;
    }
    y += 10;
  }
  return { width: 595, height: 842, ink };
}
