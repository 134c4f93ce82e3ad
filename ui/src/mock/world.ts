// The pretend library: documents, jobs and their lives. Time passes only through advance(), so a test can hold it.

import type {
  BatchSummary, DocumentDetail, DocumentId, DocumentQuery, DocumentRow, EngineEvent, Field, Fields, InboxCounts, Job,
  PageDetail, PageSummary, QueueStatus, Settings,
} from "../lib/model";
import { print } from "./paper";
import { bulk, LOCKED, type Sample, SAMPLES, WRONG } from "./samples";

/** What is kept of a document; the rest follows from its sample. */
export type Doc = {
  row: DocumentRow;
  /** Below 1000 an index of SAMPLES, above it bulk. */
  sample: number;
  trashed: boolean;
  edits: Record<string, string>;
  read: number;
  password: string | null;
};

export const MS_PER_PAGE = 600;
const DESCRIBE_MS = 900;
const STEPS: [string, string][] = [
  ["read_text", "Read the text of the document."], ["classify", "Found its type."], ["name", "Chose a name."],
  ["tags", "Chose its tags."], ["summary", "Wrote a summary."], ["save_metadata", "Saved."], ["complete", "Done."],
];

export class World {
  docs = new Map<DocumentId, Doc>();
  jobs = new Map<number, Job>();
  settings: Settings = { theme: "system", notify: true, close_to_tray: true, paused: false, told_about_tray: false };
  seq = 0;
  now: number;
  emit: (events: EngineEvent[], seq: number) => void = () => {};
  /** Running jobs that are to end at the next page: a cancel is answered at once and works a little later. */
  readonly stopping = new Set<number>();
  #events: EngineEvent[] = [];
  #made = 0;
  #batch: BatchSummary = { read: [], failed: [], needs_review: 0, failed_names: [], only_name: null };

  constructor(now: number) {
    this.now = now;
  }

  /** The samples and `count` more below them. */
  fill(count: number): void {
    for (let n = count; n > 0; n--) this.put(1000 + n, false);
    for (let i = SAMPLES.length - 1; i >= 0; i--) this.put(i, false);
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
      sample: sampleIndex, trashed: false, edits: {}, read: 0, password: null,
      row: {
        document_id: id, file: `/home/ada/Papers/${name}`, filename: name, status: "uploading", metadata: "pending",
        doc_type: null, display_name: null, tags: [], page_count: null, date: null, total: null, currency: null,
        uncertain: 0, accepted: false, added_at: new Date(this.now - age).toISOString(), error: null,
        file_size_bytes: sample.size, thumbnail: null, job: null,
      },
    };
    this.docs.set(id, doc);
    if (fresh || sample.status === "uploading") this.queue(doc, "read_document");
    else if (sample.status === "processing") {
      const job = this.queue(doc, "read_document");
      this.#begin(job, doc);
      this.#progress(job, doc, 4 * MS_PER_PAGE);
    } else {
      doc.read = ["failed", "cancelled"].includes(sample.status) ? 0 : sample.sheets.length;
      this.#settle(doc);
    }
    return doc;
  }

  queue(doc: Doc, type: Job["type"]): Job {
    const id = this.jobs.size + 1;
    const job: Job = {
      id, type, status: "pending", priority: "normal", owner: doc.row.document_id,
      created_at: new Date(this.now).toISOString(), started_at: null, completed_at: null, result: null, error: null,
      retry_count: 0, max_retries: 3, progress: null,
    };
    this.jobs.set(id, job);
    doc.row.job = job;
    this.changed(doc, job);
    return job;
  }

  changed(doc: Doc, job?: Job): void {
    if (job) this.#events.push({ kind: "job_changed", job: { ...job } });
    else this.#events.push({ kind: "documents_changed", ids: [doc.row.document_id] });
  }

  /** Tells what happened since the last time. */
  flush(): void {
    if (this.#events.length === 0) return;
    this.#events.push({
      kind: "queue_changed", status: this.status(), counts: this.counts(), paused: this.settings.paused,
    });
    const events = this.#events;
    this.#events = [];
    this.seq += events.length;
    this.emit(structuredClone(events), this.seq);
  }

  advance(ms: number): void {
    for (let left = ms; left > 0; left -= 200) {
      this.now += Math.min(left, 200);
      this.#tick(Math.min(left, 200));
    }
    this.flush();
  }

  /** Ends a job now, as a person asked. */
  stop(job: Job): void {
    const doc = this.docs.get(job.owner);
    if (!doc) return;
    this.stopping.delete(job.id);
    job.status = "cancelled";
    job.completed_at = new Date(this.now).toISOString();
    doc.row.job = null;
    if (job.type === "read_document") doc.row.status = "cancelled";
    this.changed(doc, job);
    this.changed(doc);
  }

  #tick(ms: number): void {
    for (const id of this.stopping) {
      const job = this.jobs.get(id);
      if (job) this.stop(job);
    }
    const active = [...this.jobs.values()].filter((job) => job.status === "processing" || job.status === "pending");
    for (const type of ["read_document", "describe_document"] as const) {
      const lane = active.filter((job) => job.type === type);
      let job = lane.find((other) => other.status === "processing");
      if (!job && !this.settings.paused) {
        job = lane.find((other) => other.status === "pending");
        const doc = job && this.docs.get(job.owner);
        if (job && doc) this.#begin(job, doc);
      }
      const doc = job && this.docs.get(job.owner);
      if (job && doc) this.#progress(job, doc, ms);
    }
  }

  #begin(job: Job, doc: Doc): void {
    job.status = "processing";
    job.started_at = new Date(this.now).toISOString();
    job.progress = {
      stage: job.type === "read_document" ? "reading" : "describing", n: 0,
      total: this.sample(doc).sheets.length || 1, percentage: 0, elapsed_ms: 0, eta_ms: null,
    };
    if (job.type === "read_document") {
      doc.row.status = "processing";
      doc.row.page_count = this.sample(doc).sheets.length || null;
      doc.read = 0;
    } else doc.row.metadata = "running";
    this.changed(doc, job);
    this.changed(doc);
  }

  #progress(job: Job, doc: Doc, ms: number): void {
    const progress = job.progress;
    if (!progress) return;
    progress.elapsed_ms += ms;
    const need = job.type === "read_document" ? progress.total * MS_PER_PAGE : DESCRIBE_MS;
    const part = Math.min(1, progress.elapsed_ms / need);
    const before = progress.n;
    progress.n = Math.floor(part * progress.total);
    progress.percentage = Math.floor(part * 100);
    progress.eta_ms = Math.max(0, need - progress.elapsed_ms);
    if (job.type === "describe_document") this.#steps(doc, part, (progress.elapsed_ms - ms) / need);
    else if (progress.n !== before) doc.read = progress.n;
    if (part >= 1) this.#finish(job, doc);
    else this.changed(doc, job);
  }

  #steps(doc: Doc, part: number, before: number): void {
    STEPS.forEach(([step, message], i) => {
      const at = (i + 1) / STEPS.length;
      if (at > before + 1e-6 && at <= part + 1e-6) {
        const when = new Date(this.now).toISOString();
        this.#events.push({ kind: "metadata_step", document_id: doc.row.document_id, step, message, at: when });
      }
    });
  }

  #finish(job: Job, doc: Doc): void {
    job.completed_at = new Date(this.now).toISOString();
    doc.row.job = null;
    if (job.type === "describe_document") {
      job.status = "completed";
      this.#settle(doc);
    } else {
      const sample = this.sample(doc);
      const locked = sample.password && doc.password !== sample.password;
      const error = locked ? (doc.password ? WRONG : LOCKED) : sample.password ? null : (sample.error ?? null);
      const failed = locked || sample.status === "failed" && !sample.password;
      doc.read = failed ? 0 : sample.sheets.length;
      job.status = failed ? "failed" : "completed";
      job.error = failed ? error : null;
      doc.row.status = failed ? "failed" : sample.status === "partial" ? "partial" : "ocr_complete";
      doc.row.error = error;
      if (failed) this.#batch.failed.push(doc.row.document_id);
      else {
        this.#batch.read.push(doc.row.document_id);
        this.queue(doc, "describe_document");
      }
    }
    this.changed(doc, job);
    this.changed(doc);
    const busy = [...this.jobs.values()].some((other) => ["pending", "processing"].includes(other.status));
    if (!busy) {
      this.#events.push({ kind: "batch_finished", summary: this.#batch });
      this.#batch = { read: [], failed: [], needs_review: 0, failed_names: [], only_name: null };
    }
  }

  /** The row of a document that was read, as its sample says. */
  #settle(doc: Doc): void {
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
    this.#settle(doc);
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

  status(): QueueStatus {
    const jobs = [...this.jobs.values()];
    const of = (...states: Job["status"][]) => jobs.filter((job) => states.includes(job.status)).length;
    return {
      pending: of("pending", "scheduled", "waiting", "paused"), processing: of("processing"),
      completed: of("completed"), failed: of("failed"), total: jobs.length,
    };
  }

  /** Everything that a reload must find again. */
  save(): string {
    return JSON.stringify({
      docs: [...this.docs], jobs: [...this.jobs], settings: this.settings, seq: this.seq, now: this.now, made: this.#made,
    });
  }

  load(text: string): void {
    const kept = JSON.parse(text);
    this.docs = new Map(kept.docs);
    this.jobs = new Map(kept.jobs);
    this.settings = kept.settings;
    this.seq = kept.seq;
    this.now = kept.now;
    this.#made = kept.made;
    for (const doc of this.docs.values()) if (doc.row.job) doc.row.job = this.jobs.get(doc.row.job.id) ?? null;
  }
}
