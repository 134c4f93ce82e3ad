// The pretend library: its documents and what is known of them. What happens to them is in queue.ts. Time passes only
// through advance(), so a test can hold it.

import {
  DEFAULTS, type DocumentDetail, type DocumentId, type DocumentList, type DocumentQuery, type DocumentRow, type DocumentVersion, type EngineEvent,
  type DocumentPart, type Field, type FieldChange, type Fields, type InboxCounts, type Job, type LineItem, type PageDetail, type PageRef, type PageSummary, type Settings,
} from "../lib/model";
import { Folders } from "./folders";
import { print } from "./paper";
import { remember } from "./past";
import { Queue } from "./queue";
import { finds, sortKey } from "./search";
import { bulk, type Sample, SAMPLES } from "./samples";

/** What is kept of a document; the rest follows from its sample. */
export type Doc = {
  row: DocumentRow;
  /** Below 1000 an index of SAMPLES, above it bulk. */
  sample: number;
  trashed: boolean;
  edits: Record<string, string>;
  read: number;
  password: string | null;
  /** So many more runs of it fail and are tried again. */
  trouble: number;
  /** The newest document that this one is an older version of. */
  newer: DocumentId | null;
  /** What a person said: its type, its tags, its name and summary, where documents begin in it. */
  typed: string | null;
  tags: string[] | null;
  mine: Record<string, string>;
  splits: number[] | null;
  /** What the last run changed. */
  changes: FieldChange[];
  /** How a person arranged its pages; null: as its file has them. */
  leaves: PageRef[] | null;
  /** A person's rows of goods. */
  lines: LineItem[] | null;
};

/** Roughly what the engine says of rows. */
function sums(lines: LineItem[]): { what: string; holds: boolean; line: number }[] {
  return lines.flatMap((line, i) => {
    const [quantity, price, amount] = ["quantity", "unit_price", "amount"].map((name) => Number(line[name]?.value ?? NaN));
    if (quantity === undefined || price === undefined || amount === undefined || Number.isNaN(quantity * price * amount)) return [];
    const holds = Math.abs(quantity * price - amount) < 0.02;
    return [{ what: `line ${i + 1}: ${quantity} × ${price.toFixed(2)} ${holds ? "=" : "≠"} ${amount.toFixed(2)}`, holds, line: i + 1 }];
  });
}

export class World {
  docs = new Map<DocumentId, Doc>();
  readonly queue = new Queue(this);
  readonly folders = new Folders(this);
  /** Whoever works while time passes. */
  readonly onTick: ((ms: number) => void)[] = [];
  settings: Settings = { ...DEFAULTS, welcomed: true };
  seq = 0;
  now: number;
  emit: (events: EngineEvent[], seq: number) => void = () => {};
  #events: EngineEvent[] = [];
  #made = 0;
  #queueChanged = false;

  constructor(now: number) {
    this.now = now;
  }

  /** The samples and `count` more below them. Of the older ones the jobs are forgotten. */
  fill(count: number): void {
    for (let n = count; n > 0; n--) {
      const doc = this.put(1000 + n, false);
      if (n <= 60) remember(this, doc);
    }
    for (let i = SAMPLES.length - 1; i >= 0; i--) {
      const doc = this.put(i, false);
      if (!doc.row.job) remember(this, doc);
    }
    this.forgetEvents();
  }

  forgetEvents(): void {
    this.#events = [];
  }

  sample(doc: Doc): Sample {
    return doc.sample >= 1000 ? bulk(doc.sample - 1000) : (SAMPLES[doc.sample] as Sample);
  }

  put(sampleIndex: number, fresh: boolean, filename?: string, staged = false): Doc {
    const made = this.#made++;
    const id = `019a0000-0000-7000-8000-${made.toString(16).padStart(12, "0")}`;
    const age = fresh ? 0 : (sampleIndex + 1) * 60_000;
    const sample = sampleIndex >= 1000 ? bulk(sampleIndex - 1000) : (SAMPLES[sampleIndex] as Sample);
    const name = filename ?? sample.filename;
    const doc: Doc = {
      sample: sampleIndex, trashed: false, edits: {}, read: 0, password: null, trouble: 0, newer: null, typed: null, tags: null, mine: {}, splits: null, changes: [], leaves: null, lines: null,
      row: {
        document_id: id, file: `/home/ada/Papers/${name}`, filename: name, status: "uploading", metadata: "pending",
        doc_type: null, display_name: null, tags: [], page_count: null, date: null, total: null, currency: null,
        uncertain: 0, accepted: false, added_at: new Date(this.now - age).toISOString(), error: null,
        file_size_bytes: sample.size, thumbnail: null, job: null, staged,
        parent: null, parts: 0,
      },
    };
    this.docs.set(id, doc);
    if (staged) return doc;
    if (fresh || sample.status === "uploading") this.queue.add(doc, "read_document");
    else if (sample.status === "processing") this.queue.startAt(this.queue.add(doc, "read_document"), doc, 4);
    else {
      doc.read = ["failed", "cancelled"].includes(sample.status) ? 0 : sample.sheets.length;
      this.settle(doc);
    }
    return doc;
  }

  changed(doc: Doc, job?: Job): void {
    if (job) this.tell({ kind: "job_changed", job: structuredClone(this.queue.named(job)) });
    else this.tell({ kind: "documents_changed", ids: [doc.row.document_id] });
  }

  tell(event: EngineEvent): void {
    this.#events.push(event);
  }

  /** The counts or the pause changed, perhaps nothing else. */
  queueChanged(): void {
    this.#queueChanged = true;
  }

  /** Tells what happened since the last time. */
  flush(): void {
    if (this.#events.length === 0 && !this.#queueChanged) return;
    const events = this.#events;
    this.#events = [];
    this.#queueChanged = false;
    events.push({
      kind: "queue_changed", status: this.queue.status(), counts: this.counts(), pause: this.queue.pause,
    });
    this.seq += events.length;
    this.emit(structuredClone(events), this.seq);
  }

  advance(ms: number): void {
    for (let left = ms; left > 0; left -= 200) {
      this.now += Math.min(left, 200);
      this.queue.tick(Math.min(left, 200));
      for (const tick of this.onTick) tick(Math.min(left, 200));
    }
    this.flush();
  }

  /** The row of a document that was read, as its sample says. */
  settle(doc: Doc): void {
    const sample = this.sample(doc);
    const { row } = doc;
    if (row.status === "uploading" || row.status === "processing") {
      const ends = ["uploading", "processing"].includes(sample.status);
      row.status = ends ? "ocr_complete" : sample.status;
      row.error = sample.error ?? null;
    }
    if (row.status === "failed" || row.status === "cancelled") return;
    Object.assign(row, {
      metadata: "ready", doc_type: doc.typed ?? sample.doc_type, display_name: doc.mine.display_name || sample.display_name || null,
      tags: doc.tags ?? sample.tags,
      page_count: doc.leaves?.length ?? sample.sheets.length, date: sample.date, total: doc.edits.total ?? sample.total,
      currency: sample.currency, accepted: sample.accepted ?? row.accepted, job: null,
    });
    row.thumbnail = `page:${row.document_id}/1`;
    row.uncertain = doc.sample >= 1000 && Object.keys(doc.edits).length === 0
      ? ((doc.sample - 1000) % 9 === 0 ? 1 : 0)
      : Object.values(this.fields(doc)).filter((field) => field.confidence < 0.9 && field.by !== "person").length;
  }

  resettle(doc: Doc): void {
    this.settle(doc);
    this.changed(doc);
  }

  /** Where its pages come from. A pretended file is its sample's number. */
  leaves(doc: Doc): PageRef[] {
    const { sheets } = this.sample(doc);
    return doc.leaves ?? sheets.slice(0, doc.read).map((_, i) => ({ file: String(doc.sample), page: i + 1, turn: 0 }));
  }

  page(doc: Doc, n: number): (PageDetail & { picture: string }) | null {
    const leaf = this.leaves(doc)[n - 1];
    if (!leaf) return null;
    const sample = this.sample({ ...doc, sample: Number(leaf.file) });
    const sheet = sample.sheets[leaf.page - 1];
    return sheet ? print(sheet, n, sample.doc_type, leaf.turn) : null;
  }

  summaries(doc: Doc): PageSummary[] {
    const sample = this.sample(doc);
    return this.leaves(doc).map((leaf, i) => {
      const broken = sample.broken?.includes(leaf.page) ?? false;
      const sheet = this.sample({ ...doc, sample: Number(leaf.file) }).sheets[leaf.page - 1] ?? { width: 595, height: 842 };
      const [width, height] = leaf.turn % 180 ? [sheet.height, sheet.width] : [sheet.width, sheet.height];
      return {
        page_number: i + 1, unit: "pt", width, height, source: broken ? "failed" : "ocr",
        doc_type: sample.doc_type, confidence: broken ? 0 : 0.96,
        status: doc.row.accepted ? "draft_created" : "draft_pending",
        error: broken ? {
          code: "reader_crashed", message: "The reader stopped unexpectedly on this page. The other pages are kept.",
          hint: "Try again.",
        } : null,
      };
    });
  }

  fields(doc: Doc): Fields {
    if (!["ocr_complete", "partial"].includes(doc.row.status)) return {};
    const sample = this.sample(doc);
    const fields: Fields = { ...(this.page(doc, 1)?.fields ?? {}) };
    for (const [name, [value, confidence]] of Object.entries(sample.derived ?? {})) {
      fields[name] = { value, text: value, confidence, by: "rules@3" };
    }
    for (const [name, value] of Object.entries(doc.edits)) {
      const before: Partial<Field> = fields[name] ?? {};
      fields[name] = { text: value, ...before, value, confidence: 1, by: "person" };
    }
    return fields;
  }

  detail(doc: Doc): DocumentDetail {
    const sample = this.sample(doc);
    const described = doc.row.display_name;
    return structuredClone({
      row: doc.row, mime_type: sample.mime_type, fields: this.fields(doc),
      lines: doc.row.status === "ocr_complete" ? (doc.lines ?? sample.lines) : [], pages: this.summaries(doc), model: sample.model,
      leaves: ["ocr_complete", "partial"].includes(doc.row.status) && doc.row.parts === 0 ? this.leaves(doc) : [], arranged: doc.leaves !== null,
      lines_by_person: doc.lines !== null, note: doc.mine.note ?? "",
      processing_time_ms: doc.row.status === "ocr_complete" ? sample.took : null,
      description: described ? {
        display_name: described, tags: doc.row.tags, summary: doc.mine.summary || sample.summary, language: sample.language,
      } : null,
      checks: doc.row.status !== "ocr_complete" ? [] : doc.lines ? sums(doc.lines) : (sample.checks ?? []), sections: this.sections(doc),
      split_by_person: doc.splits !== null, type_by_person: doc.typed !== null, changes: doc.changes, sent: 0,
      versions: this.versions(doc), parent: doc.row.parent ? (this.docs.get(doc.row.parent)?.row ?? null) : null,
      parts: [...this.docs.values()].filter((other) => !other.trashed && other.row.parent === doc.row.document_id).map((other) => other.row),
    });
  }

  /** The documents that a file holds. */
  sections(doc: Doc): DocumentPart[] {
    const sample = this.sample(doc);
    const starts = [1, ...(doc.splits ?? (doc.leaves ? [] : (sample.splits ?? [])))];
    if (starts.length < 2 || doc.row.status !== "ocr_complete") return [];
    return starts.map((first, i) => ({
      first_page: first, last_page: (starts[i + 1] ?? this.leaves(doc).length + 1) - 1, doc_type: i === 1 ? "eway_bill" : (doc.row.doc_type ?? "unknown"),
      confidence: 0.95, why: doc.splits ? "a person said so" : i === 0 ? "the file begins" : "another title", fields: {}, lines: [], checks: [],
    }));
  }

  /** The last run over the first invoice read it otherwise than before. */
  change(): void {
    const doc = [...this.docs.values()].find(({ row }) => row.filename === "velora_1043.pdf");
    if (!doc) return;
    doc.edits.buyer = "The Corner Wardrobe Ltd";
    doc.changes = [
      { name: "buyer", old: "The Corner Wardrobe", mine: "The Corner Wardrobe Ltd", new: "Corner Wardrobe" },
      { name: "due_date", old: "2026-06-11", mine: null, new: null },
      { name: "number", old: "1048", mine: null, new: "1043" },
    ];
    this.settle(doc);
  }

  /** Newest first; none where there is only one. */
  versions(doc: Doc): DocumentVersion[] {
    const newest = doc.newer ?? doc.row.document_id;
    const all = [...this.docs.values()].filter((other) => other.row.document_id === newest || other.newer === newest);
    if (all.length < 2) return [];
    return all.reverse().map(({ row, newer }) =>
      ({ document_id: row.document_id, filename: row.filename, added_at: row.added_at, current: newer === null }));
  }

  /** `doc` becomes the newest version of what `older` was. */
  supersede(older: Doc, doc: Doc): void {
    const before = older.newer ?? older.row.document_id;
    for (const other of this.docs.values()) {
      if (other.newer === before || other.row.document_id === before) other.newer = doc.row.document_id;
    }
    this.changed(older);
  }

  /** A mail with its files, an invoice with an older version, two files that wait unprocessed, one in the trash. */
  extras(): void {
    const mail = this.put(1000 + 9000, false, "order_confirmation.eml");
    Object.assign(mail.row, { display_name: "Order confirmation from Velora Tide", doc_type: null, tags: ["mail"], date: "2026-05-11", total: null, currency: null, parts: 3, uncertain: 0 });
    for (const [i, name] of ["velora_proforma.pdf", "packing_list.pdf", "terms_of_sale.pdf"].entries()) {
      this.put(1000 + 9001 + i, false, name).row.parent = mail.row.document_id;
    }
    const old = this.put(1000 + 9010, false, "price_list.pdf");
    this.supersede(old, this.put(1000 + 9010, false, "price_list_may.pdf"));
    for (const name of ["Scan_20260512_0008.pdf", "Scan_20260512_0009.pdf"]) this.put(1000 + 9020, false, name, true);
    this.put(1000 + 9030, false, "duplicate_of_lookbook.pdf").trashed = true;
    this.forgetEvents();
  }

  list(query: DocumentQuery): DocumentList {
    const text = query.text?.trim() ?? "";
    const body = (doc: Doc) => () => Array.from({ length: this.leaves(doc).length }, (_, i) => this.page(doc, i + 1)?.text ?? "").join(" ");
    const all = [...this.docs.values()].reverse().filter((doc) =>
      doc.trashed === (query.filter === "trash") && !doc.newer && this.#in(doc.row, query.filter) && (!text || finds(text, doc.row, body(doc))));
    if (query.sort !== "added" || query.ascending) {
      const sign = query.ascending ? 1 : -1;
      const key = ({ row }: Doc) => sortKey(row, query.sort);
      all.sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.row.document_id < b.row.document_id ? -1 : 1));
    }
    const after = query.after ? all.findIndex(({ row }) => row.document_id === query.after) : -1;
    const rest = all.slice(after + 1).filter(({ row }) => query.only.length === 0 || query.only.includes(row.document_id));
    const limit = query.limit || 100;
    return { rows: structuredClone(rest.slice(0, limit).map((doc) => doc.row)), total: all.length, at_least: false, more: rest.length > limit };
  }

  #in(row: DocumentRow, filter: DocumentQuery["filter"]): boolean {
    if (filter === "staged") return row.staged;
    if (filter === "trash") return true;
    if (row.staged && filter !== "all") return false;
    if (filter === "working") return row.status === "uploading" || row.status === "processing";
    if (filter === "failed") return ["failed", "cancelled", "partial"].includes(row.status);
    return filter === "all" || (row.uncertain > 0 && !row.accepted);
  }

  counts(): InboxCounts {
    const rows = [...this.docs.values()].filter((doc) => !doc.trashed && !doc.newer).map((doc) => doc.row);
    const trash = [...this.docs.values()].filter((doc) => doc.trashed).length;
    const of = (filter: DocumentQuery["filter"]) => rows.filter((row) => this.#in(row, filter)).length;
    return { all: rows.length, working: of("working"), needs_review: of("needs_review"), failed: of("failed"), staged: of("staged"), trash };
  }

  /** Everything that a reload must find again. */
  save(): string {
    return JSON.stringify({
      docs: [...this.docs], queue: this.queue.save(), folders: this.folders.save(), settings: this.settings, seq: this.seq, now: this.now, made: this.#made,
    });
  }

  load(text: string): void {
    const kept = JSON.parse(text);
    this.docs = new Map(kept.docs);
    this.queue.load(kept.queue);
    this.folders.load(kept.folders);
    this.settings = kept.settings;
    this.seq = kept.seq;
    this.now = kept.now;
    this.#made = kept.made;
    for (const doc of this.docs.values()) {
      if (doc.row.job) doc.row.job = this.queue.jobs.get(doc.row.job.id) ?? null;
    }
  }
}
