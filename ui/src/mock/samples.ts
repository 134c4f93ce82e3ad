// The pretend library's documents: what each file holds and how reading it goes.

import type { Check, DocumentStatus, LineItem, UserError } from "../lib/model";
import { letter, prose, type Sheet } from "./paper";

export type Sample = {
  filename: string;
  display_name: string;
  doc_type: string;
  tags: string[];
  summary: string;
  language: string;
  date: string | null;
  total: string | null;
  currency: string | null;
  mime_type: string;
  size: number;
  model: string;
  took: number;
  sheets: Sheet[];
  lines: LineItem[];
  status: DocumentStatus;
  error?: UserError;
  /** Pages that cannot be read, from 1. */
  broken?: number[];
  /** The password that opens it. */
  password?: string;
  accepted?: boolean;
  /** Fields that stand on no page. */
  derived?: Record<string, [string, number]>;
  checks?: Check[];
  /** Pages (from 2) that begin a document of their own. */
  splits?: number[];
};

const base = {
  tags: [], summary: "", language: "en", date: null, total: null, currency: null, mime_type: "application/pdf",
  size: 182_400, model: "text-layer", took: 812, lines: [], status: "ocr_complete" as DocumentStatus,
};

const velora = letter({
  vendor: "Velora Tide S.r.l.", address: "Via Moscova 18, 20121 Milano", title: "Invoice", number: "1043",
  date: "2026-05-12", dateText: "12 May 2026", buyer: "The Corner Wardrobe",
  goods: [
    { code: "VT-210", what: "Linen shirt, ecru", quantity: 12, price: "48.00", amount: "576.00" },
    { code: "VT-214", what: "Wrap skirt, sage", quantity: 10, price: "52.00", amount: "520.00" },
  ],
  subtotal: "1,096.00", tax: "244.00", taxText: "VAT 22 %", total: "1340.00", totalText: "€ 1,340.00",
  unsure: { total: 0.71, buyer: 0.84, tax: 0.96 },
});

const terms = prose("Terms of sale", [
  "Goods remain the property of the seller until they are paid in full. Claims for missing or damaged pieces are made in writing within eight days of delivery.",
  "Returns are accepted for production faults only. A return note from the seller goes with every parcel.",
]);

const eway = letter({
  vendor: "Patel Garment Works", address: "GIDC Phase II, Vatva, Ahmedabad 382445", title: "E-Way Bill",
  number: "2714 0098 3312", numberField: "ewb_number", date: "2026-05-02", dateText: "02/05/2026",
  buyer: "Corner Wardrobe India", subtotal: "122,400.00", tax: "14,688.00", taxText: "IGST 12 %", total: "137088.00",
  totalText: "137,088.00",
});

const order = letter({
  vendor: "The Corner Wardrobe", address: "14 Lamb Street, London E1 6EA", title: "Purchase order", number: "B2833/26",
  date: "2026-03-18", dateText: "18.03.2026",
  goods: Array.from({ length: 14 }, (_, i) => ({
    code: `WJ${String(i + 1).padStart(2, "0")}`, what: i % 3 ? "Quilted jacket, navy blue" : "Merino roll neck, oat",
    quantity: 6 + i, price: "29.00", amount: `${(6 + i) * 29}.00`,
  })),
  total: "4930.00", totalText: "£4,930.00",
});

const receipt = letter({
  vendor: "Home Master Hardware", address: "12 Jalan Besar, Melaka", title: "Receipt", number: "0088-4471",
  date: "2025-12-22", dateText: "22-12-2025",
  goods: [{ code: "310", what: "Paint roller 4in", quantity: 1, price: "15.90", amount: "15.90" }],
  total: "15.90", totalText: "RM 15.90", unsure: { number: 0.82 },
});

const story = (title: string, pages: number): Sheet[] =>
  Array.from({ length: pages }, (_, i) => prose(`${title}, page ${i + 1}`, [
    "Resort 2027 opens with washed linen, poplin and a fine cotton knit, in colours taken from the harbour at noon.",
    `Styles ${i * 4 + 1} to ${i * 4 + 4} ship from 15 January. Minimum six pieces a style, two a size.`,
    "Wholesale prices are in euro without tax. Recommended retail prices are a guide and bind nobody.",
  ]));

export const LOCKED: UserError = {
  code: "encrypted", message: "This file needs a password. It was stored unchanged.", hint: "Give its password to read it.",
};
export const WRONG: UserError = {
  code: "wrong_password", message: "That password does not open this file.", hint: "Try another one.",
};

export const CRASHED: UserError = {
  code: "reader_crashed", message: "The reader stopped unexpectedly on page 1. The file is kept.", hint: "Try again.",
};

/** Newest first, as the list shows them. */
export const SAMPLES: Sample[] = [
  {
    ...base, filename: "velora_1043.pdf", display_name: "Velora Tide invoice 1043", doc_type: "invoice",
    tags: ["invoice", "velora", "2026"], date: "2026-05-12", total: "1340.00", currency: "EUR", ...velora,
    summary: "Invoice 1043 of Velora Tide for 12 linen shirts and 10 wrap skirts, €1,340.00 with tax.",
    sheets: [velora.sheet, terms], derived: { currency: ["EUR", 0.97] },
    checks: [
      { what: "line 1: 12 × 48.00 = 576.00", holds: true, line: 1 }, { what: "line 2: 10 × 52.00 = 520.00", holds: true, line: 2 },
      { what: "lines 1,096.00 = subtotal 1,096.00", holds: true }, { what: "1,096.00 + 244.00 = 1,340.00", holds: true },
    ],
  },
  {
    ...base, filename: "Scan_20260512_0007.pdf", display_name: "Tide and Loom lookbook, Resort 2027", doc_type: "linesheet",
    tags: ["linesheet", "2027"], status: "processing", size: 8_412_000, model: "ppocr", took: 61_400,
    summary: "Lookbook of fourteen pages.", sheets: story("Tide and Loom", 14),
  },
  {
    ...base, filename: "casa_lume_R27.pdf", display_name: "Casa Lume linesheet, Resort 2027", doc_type: "linesheet",
    tags: ["linesheet", "casa lume", "resort"], date: "2026-05-03", size: 12_940_000, took: 9_310,
    summary: "Linesheet of eighteen pages with 41 styles.", sheets: story("Casa Lume", 18), accepted: true,
  },
  {
    ...base, filename: "eway_98.jpg", display_name: "E-way bill 2714 0098 3312", doc_type: "eway_bill",
    tags: ["eway_bill", "patel garment"], date: "2026-05-02", total: "137088.00", currency: "INR", ...eway,
    mime_type: "image/jpeg", model: "ppocr", took: 1_940, sheets: [eway.sheet],
    summary: "E-way bill for garments from Ahmedabad, ₹137,088.00.", derived: { currency: ["INR", 0.99] },
  },
  {
    ...base, filename: "statement-locked.pdf", display_name: "Bank statement, April 2026", doc_type: "unknown",
    status: "failed", error: LOCKED, password: "paper", sheets: [prose("Statement", ["Opening balance 12,400.00."])],
    summary: "A bank statement.", tags: ["bank"],
  },
  {
    ...base, filename: "po_b2833.pdf", display_name: "Corner Wardrobe order B2833/26", doc_type: "purchase_order",
    tags: ["purchase_order", "corner wardrobe"], date: "2026-03-18", total: "4930.00", currency: "GBP", ...order,
    sheets: [order.sheet], summary: "Order of 14 styles, £4,930.00.", derived: { currency: ["GBP", 0.99] },
    checks: [{ what: "line 4: 9 × 29.00 ≠ 300.00", holds: false, line: 4 }, { what: "lines 5,278.00 ≠ total 4,930.00", holds: false }],
  },
  {
    ...base, filename: "catalogue_winter_2026_final_approved_v7_with_prices_and_terms.pdf", doc_type: "linesheet",
    display_name: "Northern Thread winter catalogue 2026, approved edition with wholesale prices and terms of sale",
    tags: ["linesheet", "northern thread", "winter"], date: "2026-01-09", status: "partial", broken: [3, 7, 11],
    error: {
      code: "reader_crashed", message: "9 of 12 pages read; pages 3, 7 and 11 could not be read.",
      hint: "Try again, or review the pages that were read.",
    },
    sheets: story("Northern Thread", 12), size: 31_200_000, summary: "Catalogue of twelve pages, nine of them read.",
  },
  {
    ...base, filename: "IMG_4471.jpg", display_name: "Home Master Hardware receipt", doc_type: "receipt",
    tags: ["receipt", "hardware"], date: "2025-12-22", total: "15.90", currency: "MYR", ...receipt, mime_type: "image/jpeg",
    model: "ppocr", sheets: [receipt.sheet], summary: "Receipt for a paint roller.", derived: { currency: ["MYR", 0.93] },
  },
  {
    ...base, filename: "contract_scan_damaged.pdf", display_name: "", doc_type: "unknown", status: "failed", sheets: [],
    error: {
      code: "corrupt", message: "`contract_scan_damaged.pdf` is damaged and cannot be opened. The file is stored unchanged.",
      hint: "Scan or export it again.",
    },
  },
  {
    ...base, filename: "big_plan_A0.pdf", display_name: "", doc_type: "unknown", status: "failed", sheets: [],
    error: {
      code: "timed_out", message: "Reading took longer than the time limit. The file is kept.", hint: "Try again.",
    },
  },
  {
    ...base, filename: "old_notes.pdf", display_name: "", doc_type: "unknown", status: "cancelled",
    sheets: [prose("Notes", ["Call the mill about the sample yardage."])],
  },
  {
    ...base, filename: "delivery_note_88.pdf", display_name: "Delivery note 88", doc_type: "delivery_note",
    tags: ["delivery_note"], status: "uploading", sheets: [prose("Delivery note 88", ["Four cartons, 62 kg."])],
    summary: "Delivery note for four cartons.",
  },
];

/** Bulk for the long list: cheap to make, no two alike. */
export function bulk(n: number): Sample {
  const vendors = ["Acme", "Velora Tide", "Casa Lume", "Patel Garment", "Northern Thread", "Home Master"];
  const vendor = vendors[n % vendors.length] ?? "Acme";
  const [month, date] = [String((n % 12) + 1).padStart(2, "0"), String((n % 28) + 1).padStart(2, "0")];
  const total = `${100 + ((n * 7919) % 90_000)}.${String(n % 100).padStart(2, "0")}`;
  const page = letter({
    vendor, address: "1 Mill Road", title: "Invoice", number: String(20_000 + n), date: `2025-${month}-${date}`,
    dateText: `${date}/${month}/2025`, total, unsure: n % 9 === 0 ? { total: 0.7 } : {},
  });
  return {
    ...base, filename: `${vendor.toLowerCase().replace(" ", "_")}_${20_000 + n}.pdf`, doc_type: "invoice",
    display_name: `${vendor} invoice ${20_000 + n}`, tags: ["invoice", vendor.toLowerCase()], summary: "An invoice.",
    date: `2025-${month}-${date}`, total, currency: "EUR", sheets: [page.sheet],
  };
}
