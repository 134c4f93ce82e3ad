// The pretend library: its documents and what is known of them. What happens to them is in queue.ts. Time passes only
// through advance(), so a test can hold it.

import type {
  DocumentDetail, DocumentId, DocumentQuery, DocumentRow, EngineEvent, Field, Fields, InboxCounts, Job, PageDetail,
  PageSummary, Settings,
} from "../lib/model";
import { print } from "./paper";
import { remember } from "./past";
import { Queue } from "./queue";
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
};

export class World {
  docs = new Map<DocumentId, Doc>();
  readonly queue = new Queue(this);
  settings: Settings = {
    theme: "system", notify: true, close_to_tray: true, pause_on_battery: true, history_days: 30, told_about_tray: false,
  };
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

  put(sampleIndex: number, fresh: boolean, filename?: string): Doc {
    const made = this.#made++;
    const id = `019a0000-0000-7000-8000-${made.toString(16).padStart(12, "0")}`;
    const age = fresh ? 0 : (sampleIndex + 1) * 60_000;
    const sample = sampleIndex >= 1000 ? bulk(sampleIndex - 1000) : (SAMPLES[sampleIndex] as Sample);
    const name = filename ?? sample.filename;
    const doc: Doc = {
      sample: sampleIndex, trashed: false, edits: {}, read: 0, password: null, trouble: 0,
      row: {
        document_id: id, file: `/home/ada/Papers/${name}`, filename: name, status: "uploading", metadata: "pending",
        doc_type: null, display_name: null, tags: [], page_count: null, date: null, total: null, currency: null,
        uncertain: 0, accepted: false, added_at: new Date(this.now - age).toISOString(), error: null,
        file_size_bytes: sample.size, thumbnail: null, job: null,
      },
    };
    this.docs.set(id, doc);
    if (fresh || sample.status === "uploading") this.queue.add(doc, "read_document");
    else if (sample.status === "processing") this.queue.startAt(this.queue.add(doc, "read_document"), doc, 4);
    else {
      doc.read = ["failed", "cancelled"].includes(sample.status) ? 0 : sample.sheets.length;
      this.settle(doc);
    }
    return doc;
  }

  changed(doc: Doc, job?: Job): void {
    if (job) this.tell({ kind: "job_changed", job: structuredClone(job) });
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
      metadata: "ready", doc_type: sample.doc_type, display_name: sample.display_name || null, tags: sample.tags,
      page_count: sample.sheets.length, date: sample.date, total: doc.edits.total ?? sample.total,
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

  page(doc: Doc, n: number): (PageDetail & { picture: string }) | null {
    const sample = this.sample(doc);
    const sheet = sample.sheets[n - 1];
    return sheet && n <= doc.read ? print(sheet, n, sample.doc_type) : null;
  }

  summaries(doc: Doc): PageSummary[] {
    const sample = this.sample(doc);
    return sample.sheets.slice(0, doc.read).map((sheet, i) => {
      const broken = sample.broken?.includes(i + 1) ?? false;
      return {
        page_number: i + 1, unit: "pt", width: sheet.width, height: sheet.height, source: broken ? "failed" : "ocr",
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
      lines: doc.row.status === "ocr_complete" ? sample.lines : [], pages: this.summaries(doc), model: sample.model,
      processing_time_ms: doc.row.status === "ocr_complete" ? sample.took : null,
      description: described ? {
        display_name: sample.display_name, tags: sample.tags, summary: sample.summary, language: sample.language,
      } : null,
    });
  }

  list(query: DocumentQuery): { rows: DocumentRow[]; total: number; more: boolean } {
    const text = query.text?.toLowerCase();
    const all = [...this.docs.values()].reverse().filter(({ row, trashed }) =>
      !trashed && this.#in(row, query.filter)
      && (!text || [row.filename, row.display_name ?? "", ...row.tags].some((s) => s.toLowerCase().includes(text))));
    const rest = all.filter(({ row }) => !query.after || row.document_id < query.after);
    const limit = query.limit || 100;
    return { rows: structuredClone(rest.slice(0, limit).map((doc) => doc.row)), total: all.length, more: rest.length > limit };
  }

  #in(row: DocumentRow, filter: DocumentQuery["filter"]): boolean {
    if (filter === "working") return row.status === "uploading" || row.status === "processing";
    if (filter === "failed") return ["failed", "cancelled", "partial"].includes(row.status);
    return filter === "all" || (row.uncertain > 0 && !row.accepted);
  }

  counts(): InboxCounts {
    const rows = [...this.docs.values()].filter((doc) => !doc.trashed).map((doc) => doc.row);
    const of = (filter: DocumentQuery["filter"]) => rows.filter((row) => this.#in(row, filter)).length;
    return { all: rows.length, working: of("working"), needs_review: of("needs_review"), failed: of("failed") };
  }

  /** Everything that a reload must find again. */
  save(): string {
    return JSON.stringify({
      docs: [...this.docs], queue: this.queue.save(), settings: this.settings, seq: this.seq, now: this.now, made: this.#made,
    });
  }

  load(text: string): void {
    const kept = JSON.parse(text);
    this.docs = new Map(kept.docs);
    this.queue.load(kept.queue);
    this.settings = kept.settings;
    this.seq = kept.seq;
    this.now = kept.now;
    this.#made = kept.made;
    for (const doc of this.docs.values()) {
      if (doc.row.job) doc.row.job = this.queue.jobs.get(doc.row.job.id) ?? null;
    }
  }
}
