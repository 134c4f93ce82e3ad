// What the pretend engine knows: types, lessons, services and what was sent to them.

import { EngineError } from "../lib/api";
import type { ErrorCode, ExportPreset, LessonRow, ProviderSettings, SendingRow, Types } from "../lib/model";

function refuse(code: ErrorCode, message: string, hint = ""): never {
  throw new EngineError({ code, message, hint });
}

const INVOICE = { vendor: "party", number: "number", date: "date", currency: "currency", subtotal: "money", tax: "money", total: "money" };
const type = (name: string, fields: Record<string, string>, columns: string[] = [], file: string | null = null, version = 1) =>
  ({ name, version, file, fields, columns, prompt: `A ${name.replaceAll("_", " ")}.` });

export class Known {
  types: Types = {
    folder: "/home/ada/.local/share/papertray/doctypes",
    types: [
      type("invoice", INVOICE, ["description", "quantity", "unit_price", "amount"]), type("receipt", { vendor: "party", date: "date", total: "money" }),
      type("bill", { ...INVOICE, cgst: "money", sgst: "money", irn: "irn" }, ["description", "hsn", "quantity", "amount"]),
      type("eway_bill", { ewb_number: "eway", vehicle_number: "vehicle", total: "money" }), type("purchase_order", { number: "number", date: "date" }, ["style_number", "quantity"]),
      type("delivery_note", { number: "number", date: "date" }), type("linesheet", {}), type("plan", { title: "text" }), type("unknown", {}),
      type("warranty", { serial: "number" }, [], "warranty.toml", 3),
    ],
    problems: [{ file: "typo.toml", line: 11, message: "unknown field `stong`, expected `strong`" }],
  };
  lessons: LessonRow[] = [
    { id: 1, vendor: "velora tide", doc_type: "invoice", field: "number", lesson: '{"kind":"label","label":"Our ref"}', document_id: null, at: "2026-05-02T09:10:00.000Z" },
    { id: 2, vendor: "velora tide", doc_type: "invoice", field: "vendor", lesson: '{"kind":"name","name":"Velora Tide S.r.l."}', document_id: null, at: "2026-05-02T09:10:00.000Z" },
    { id: 3, vendor: "homemaster", doc_type: "receipt", field: "date", lesson: '{"kind":"label","label":"Issued"}', document_id: null, at: "2026-04-11T16:40:00.000Z" },
  ];
  providers: ProviderSettings = { offline: true, services: {}, steps: {}, page_cap: 500, spend_cap_micros: 5_000_000, timeout_s: 60 };
  stopAtBadPage = false;
  presets: ExportPreset[] = [{ name: "For the bookkeeper", format: "csv", columns: ["date", "vendor", "number", "total"] }];
  sendings: SendingRow[] = [];
  readonly keys = new Set<string>();

  /** Two services and what they were asked. */
  fill(now: number): void {
    const prices = { page_micros: 0, input_micros: 0, output_micros: 0 };
    this.providers = {
      ...this.providers, offline: false,
      services: {
        local: { kind: "open_ai", base_url: "http://127.0.0.1:11434", model: "qwen3:8b", ...prices },
        mistral: { kind: "mistral_ocr", base_url: "https://api.mistral.ai", model: "mistral-ocr-latest", ...prices, page_micros: 1000 },
      },
      steps: { ocr: "mistral", describe: "local" },
    };
    this.keys.add("mistral");
    const outcomes = ["success", "success", "it did not answer within 60 s", "success", null];
    for (let i = 0; i < 240; i++) {
      const far = i % 3 === 0;
      this.sendings.push({
        id: i + 1, at: new Date(now - (240 - i) * 3_600_000).toISOString(), provider: far ? "mistral" : "local", step: far ? "ocr" : "describe",
        host: far ? "api.mistral.ai" : "127.0.0.1:11434", document_id: null, what: far ? "pictures of 2 pages" : "text and values",
        bytes: far ? 812_400 + i * 997 : 2_400 + i * 13, cost_micros: far ? 2000 : 0, pages: far ? 2 : 1,
        outcome: i === 239 ? null : (outcomes[i % 4] ?? "success"),
      });
    }
  }

  spent() {
    const well = this.sendings.filter((line) => line.outcome === "success");
    return { pages: well.reduce((sum, line) => sum + line.pages, 0), cost_micros: well.reduce((sum, line) => sum + line.cost_micros, 0) };
  }

  page(before: number | null, limit: number) {
    const rest = [...this.sendings].reverse().filter((line) => before === null || line.id < before);
    return { rows: structuredClone(rest.slice(0, limit)), more: rest.length > limit };
  }

  forget(which: string): number {
    const before = this.lessons.length;
    this.lessons = this.lessons.filter((lesson) => String(lesson.id) !== which && lesson.vendor !== which);
    return before - this.lessons.length;
  }

  test(name: string): number {
    const service = this.providers.services[name] ?? refuse("unknown_id", `There is no service \`${name}\`.`);
    if (this.providers.offline) refuse("permission_denied", `Papertray is set to stay offline, so \`${name}\` was not asked and nothing was sent.`, "Switch “Stay offline” off.");
    if (service.kind !== "open_ai" && !this.keys.has(name)) refuse("usage", `\`${name}\` has no key yet, so nothing was sent.`, "Type its key.");
    return 412;
  }
}
