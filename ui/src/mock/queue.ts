// The pretend queue: jobs, their runs, pauses and ends.

import type {
  BatchSummary, ErrorCode, FailureCause, Job, JobAttempt, JobDetail, JobList, JobLogLine, JobQuery, Pause, PauseMode,
  QueueStatus, UserError,
} from "../lib/model";
import { Measures } from "./measures";
import { CRASHED, LOCKED, WRONG } from "./samples";
import type { Doc, World } from "./world";

export const MS_PER_PAGE = 600;
const DESCRIBE_MS = 900;
const MAX_RETRIES = 3;
const STEPS: [string, string][] = [
  ["read_text", "Read the text of the document."], ["classify", "Found its type."], ["name", "Chose a name."],
  ["tags", "Chose its tags."], ["summary", "Wrote a summary."], ["save_metadata", "Saved."], ["complete", "Done."],
];
/** May pass by itself. */
const TRANSIENT = new Set<ErrorCode>(["timed_out", "out_of_memory", "reader_crashed", "io", "internal", "metadata_failed"]);
const WAITS = new Set<Job["status"]>(["pending", "scheduled", "waiting", "paused"]);

type Stop = "cancel" | "pause" | "give_back";
type Kept = {
  jobs: [number, Job][]; attempts: [number, JobAttempt[]][]; logs: [number, JobLogLine[]][]; pause: Pause | null;
};

export class Queue {
  jobs = new Map<number, Job>();
  pause: Pause | null = null;
  readonly measures = new Measures();
  readonly #world: World;
  #attempts = new Map<number, JobAttempt[]>();
  #logs = new Map<number, JobLogLine[]>();
  /** Jobs that are not over. */
  #open = new Set<number>();
  /** A cancel or pause is answered at once and works at the next page. */
  readonly #stopping = new Map<number, Stop>();
  /** Jobs moved to the top, the latest lowest. */
  readonly #rank = new Map<number, number>();
  #batch: BatchSummary = { read: [], failed: [], needs_review: 0, failed_names: [], only_name: null };

  constructor(world: World) {
    this.#world = world;
  }

  #at(ms = this.#world.now): string {
    return new Date(ms).toISOString();
  }

  add(doc: Doc, type: Job["type"], priority: Job["priority"] = "normal"): Job {
    const id = this.jobs.size + 1;
    const job: Job = {
      id, type, status: "pending", priority, owner: doc.row.document_id, name: doc.row.filename,
      created_at: this.#at(), started_at: null,
      completed_at: null, result: null, error: null, retry_count: 0, max_retries: MAX_RETRIES, run_at: null,
      stopping: false, progress: null,
    };
    this.jobs.set(id, job);
    this.#open.add(id);
    doc.row.job = job;
    this.log(job, "info", `${doc.row.file} was queued.`);
    this.#world.changed(doc, job);
    return job;
  }

  /** A job of the past, as it ended. */
  put(job: Job, attempts: JobAttempt[], log: [number, string, string][]): void {
    this.jobs.set(job.id, job);
    this.#attempts.set(job.id, attempts);
    for (const [at, level, message] of log) this.log(job, level, message, at);
  }

  log(job: Job, level: string, message: string, at = this.#world.now): void {
    const lines = this.#logs.get(job.id) ?? [];
    lines.push({ at: this.#at(at), level, message: `[${job.owner}] ${message}` });
    this.#logs.set(job.id, lines);
  }

  tick(ms: number): void {
    const now = this.#world.now;
    if (this.pause?.until && Date.parse(this.pause.until) <= now) this.resume();
    for (const [id, how] of [...this.#stopping]) {
      const job = this.jobs.get(id);
      if (job) this.#stopped(job, how);
    }
    const open = [...this.#open].flatMap((id) => this.jobs.get(id) ?? []);
    for (const job of open) if (job.run_at && Date.parse(job.run_at) <= now) this.#ready(job);
    for (const type of ["read_document", "describe_document"] as const) {
      const lane = open.filter((job) => job.type === type);
      let job = lane.find((other) => other.status === "processing");
      if (!job && !this.pause) {
        job = lane.filter((other) => other.status === "pending").sort((a, b) => this.#before(a, b))[0];
        const doc = job && this.#doc(job);
        if (job && doc) this.#begin(job, doc);
      }
      const doc = job && this.#doc(job);
      if (job && doc) this.#work(job, doc, ms);
    }
  }

  #doc(job: Job): Doc | undefined {
    return this.#world.docs.get(job.owner);
  }

  /** In the order they run. */
  #before(a: Job, b: Job): number {
    const weight = { high: 0, normal: 1, low: 2 };
    return weight[a.priority] - weight[b.priority]
      || (this.#rank.get(a.id) ?? 0) - (this.#rank.get(b.id) ?? 0) || a.id - b.id;
  }

  #ready(job: Job): void {
    job.status = "pending";
    job.run_at = job.error = null;
    this.#told(job);
  }

  #told(job: Job): void {
    const doc = this.#doc(job);
    if (doc) this.#world.changed(doc, job);
  }

  /** Begins a job as if `pages` were read already. */
  startAt(job: Job, doc: Doc, pages: number): void {
    this.#begin(job, doc);
    this.#work(job, doc, pages * MS_PER_PAGE);
  }

  #begin(job: Job, doc: Doc): void {
    const world = this.#world;
    const pages = world.sample(doc).sheets.length;
    const reading = job.type === "read_document";
    job.status = "processing";
    job.started_at = this.#at();
    job.error = job.run_at = null;
    this.#rank.delete(job.id);
    // What was read before a pause is not read twice.
    const kept = reading && doc.row.status !== "processing" ? 0 : doc.read;
    job.progress = {
      stage: reading ? "reading" : "describing", n: kept, total: pages || 1, percentage: 0,
      elapsed_ms: reading ? kept * MS_PER_PAGE : 0, eta_ms: null,
    };
    const attempts = this.#attempts.get(job.id) ?? [];
    attempts.push({ attempt: job.retry_count + 1, started_at: this.#at(), ended_at: null, outcome: null, error: null });
    this.#attempts.set(job.id, attempts);
    if (reading) {
      doc.row.status = "processing";
      doc.row.page_count = pages || null;
      doc.read = kept;
      this.log(job, "info", kept > 0 ? `Reading goes on at page ${kept + 1}.` : "Reading starts.");
    } else {
      doc.row.metadata = "running";
      this.log(job, "info", "Describing starts.");
    }
    world.changed(doc, job);
    world.changed(doc);
  }

  #work(job: Job, doc: Doc, ms: number): void {
    const progress = job.progress;
    if (!progress) return;
    progress.elapsed_ms += ms;
    const reading = job.type === "read_document";
    const need = reading ? progress.total * MS_PER_PAGE : DESCRIBE_MS;
    const part = Math.min(1, progress.elapsed_ms / need);
    const before = progress.n;
    progress.n = Math.floor(part * progress.total);
    progress.percentage = Math.floor(part * 100);
    progress.eta_ms = Math.max(0, need - progress.elapsed_ms);
    if (!reading) this.#steps(job, doc, part, (progress.elapsed_ms - ms) / need);
    else {
      doc.read = progress.n;
      const stage = this.#world.sample(doc).model === "ppocr" ? "ocr" : "text_layer";
      for (let page = before + 1; page <= progress.n; page++) {
        this.measures.page(this.#world.now, stage, MS_PER_PAGE);
        this.log(job, "info", `Page ${page} of ${progress.total} read in ${MS_PER_PAGE} ms (${stage}).`);
      }
    }
    if (part >= 1) this.#finish(job, doc);
    else this.#world.changed(doc, job);
  }

  #steps(job: Job, doc: Doc, part: number, before: number): void {
    STEPS.forEach(([step, message], i) => {
      const at = (i + 1) / STEPS.length;
      if (at <= before + 1e-6 || at > part + 1e-6) return;
      this.log(job, "info", message);
      this.#world.tell({ kind: "metadata_step", document_id: doc.row.document_id, step, message, at: this.#at() });
    });
  }

  #endRun(job: Job, outcome: string, error: UserError | null = null): void {
    const run = this.#attempts.get(job.id)?.at(-1);
    if (run) Object.assign(run, { ended_at: this.#at(), outcome, error });
    this.measures.ended(this.#world.now, job.type, outcome, error?.code ?? null);
    job.progress = null;
    job.stopping = false;
    this.#stopping.delete(job.id);
  }

  #over(job: Job, status: "completed" | "failed" | "cancelled", error: UserError | null = null): void {
    job.status = status;
    job.error = error;
    job.completed_at = this.#at();
    job.run_at = null;
    this.#open.delete(job.id);
    this.#rank.delete(job.id);
    const doc = this.#doc(job);
    if (doc) doc.row.job = null;
  }

  #finish(job: Job, doc: Doc): void {
    const world = this.#world;
    if (job.type === "describe_document") {
      this.log(job, "info", "Described.");
      this.#endRun(job, "completed");
      this.#over(job, "completed");
      world.settle(doc);
    } else if (!this.#readAll(job, doc)) return;
    world.changed(doc, job);
    world.changed(doc);
    const busy = [...this.#open].some((id) => ["pending", "processing"].includes(this.jobs.get(id)?.status ?? ""));
    if (busy) return;
    world.tell({ kind: "batch_finished", summary: this.#batch });
    this.#batch = { read: [], failed: [], needs_review: 0, failed_names: [], only_name: null };
  }

  /** The end of the last page. Answers whether the job is over. */
  #readAll(job: Job, doc: Doc): boolean {
    const sample = this.#world.sample(doc);
    const locked = sample.password && doc.password !== sample.password;
    let error = locked ? (doc.password ? WRONG : LOCKED) : sample.password ? null : (sample.error ?? null);
    if (doc.trouble > 0) error = CRASHED;
    const failed = locked || doc.trouble > 0 || (sample.status === "failed" && !sample.password);
    doc.trouble = Math.max(0, doc.trouble - 1);
    if (failed && error && TRANSIENT.has(error.code) && job.retry_count < MAX_RETRIES) {
      this.#again(job, doc, error);
      return false;
    }
    doc.read = failed ? 0 : sample.sheets.length;
    this.log(job, failed ? "error" : "info", failed ? (error?.message ?? "Failed.") : "Reading complete.");
    this.#endRun(job, failed ? "failed" : "completed", failed ? error : null);
    this.#over(job, failed ? "failed" : "completed", failed ? error : null);
    doc.row.status = failed ? "failed" : sample.status === "partial" ? "partial" : "ocr_complete";
    doc.row.error = error;
    if (failed) this.#batch.failed.push(doc.row.document_id);
    else {
      this.#batch.read.push(doc.row.document_id);
      this.add(doc, "describe_document");
    }
    return true;
  }

  /** Tried again after 5, 10, 20 seconds. */
  #again(job: Job, doc: Doc, error: UserError): void {
    this.log(job, "warn", `${error.message} Tried again in ${5 * 2 ** job.retry_count} s.`);
    this.#endRun(job, "retry", error);
    job.status = "scheduled";
    job.error = error;
    job.run_at = this.#at(this.#world.now + 5000 * 2 ** job.retry_count);
    job.retry_count += 1;
    doc.row.status = "uploading";
    doc.read = 0;
    this.#world.changed(doc, job);
    this.#world.changed(doc);
  }

  #stopped(job: Job, how: Stop): void {
    const doc = this.#doc(job);
    if (!doc) return;
    const outcome = { cancel: "cancelled", pause: "given_back", give_back: "given_back" }[how];
    const running = job.status === "processing";
    if (running) this.#endRun(job, outcome);
    this.#stopping.delete(job.id);
    if (how === "cancel") {
      this.log(job, "info", "Cancelled by a person.");
      this.#over(job, "cancelled");
      if (job.type === "read_document") doc.row.status = "cancelled";
    } else {
      job.status = how === "pause" ? "paused" : "pending";
      job.run_at = null;
      this.log(job, "info", how === "pause" ? "Paused by a person." : "Given back: the queue is paused.");
    }
    this.#world.changed(doc, job);
    this.#world.changed(doc);
  }

  #stopSoon(job: Job, how: Stop): void {
    if (job.status !== "processing") return this.#stopped(job, how);
    this.#stopping.set(job.id, how);
    job.stopping = true;
    this.#told(job);
  }

  cancel(job: Job): void {
    if (job.status === "processing" || WAITS.has(job.status)) this.#stopSoon(job, "cancel");
  }

  cancelAll(): number {
    const open = [...this.#open].flatMap((id) => this.jobs.get(id) ?? []);
    for (const job of open) this.cancel(job);
    return open.length;
  }

  pauseJob(job: Job): void {
    if (job.status !== "paused") this.#stopSoon(job, "pause");
  }

  resumeJob(job: Job): void {
    if (job.status === "paused") this.#ready(job);
  }

  runNext(job: Job): void {
    this.#rank.set(job.id, Math.min(0, ...this.#rank.values()) - 1);
    job.priority = "high";
    if (job.status !== "pending") this.#ready(job);
    else this.#told(job);
  }

  pauseAll(cause: Pause["cause"], mode: PauseMode, minutes: number | null): void {
    const { now } = this.#world;
    this.pause = { cause, mode, since: this.#at(), until: minutes === null ? null : this.#at(now + minutes * 60_000) };
    if (mode === "suspend") {
      for (const id of this.#open) {
        const job = this.jobs.get(id);
        if (job?.status === "processing") this.#stopSoon(job, "give_back");
      }
    }
    this.#world.queueChanged();
  }

  resume(): void {
    this.pause = null;
    this.#world.queueChanged();
  }

  /** With the name that its document has by now. */
  named(job: Job): Job {
    const row = this.#doc(job)?.row;
    return { ...job, name: row ? row.display_name || row.filename : job.type.endsWith("_document") ? "" : job.name };
  }

  list(query: JobQuery): JobList {
    const { states, owner, code, before } = query;
    const fits = (job: Job): boolean =>
      (states.length === 0 || states.includes(job.status)) && (!owner || job.owner === owner)
      && (!code || job.error?.code === code) && (before === null || job.id < before);
    const all = [...this.jobs.values()].filter(fits).sort((a, b) => b.id - a.id);
    const limit = query.limit || 500;
    return structuredClone({ jobs: all.slice(0, limit).map((job) => this.named(job)), more: all.length > limit });
  }

  next(limit: number): Job[] {
    const open = [...this.#open].flatMap((id) => this.jobs.get(id) ?? []);
    return structuredClone(["read_document", "describe_document"].flatMap((type) =>
      open.filter((job) => job.type === type && job.status === "pending").sort((a, b) => this.#before(a, b)).slice(0, limit).map((job) => this.named(job))));
  }

  detail(job: Job): JobDetail {
    return structuredClone({ job: this.named(job), attempts: this.#attempts.get(job.id) ?? [], log: this.#logs.get(job.id) ?? [] });
  }

  /** The failed jobs that stand: the latest of their document. */
  failures(): Job[] {
    const latest = new Map<string, Job>();
    for (const job of this.jobs.values()) latest.set(`${job.owner} ${job.type}`, job);
    return [...latest.values()].filter((job) => job.status === "failed" && !this.#doc(job)?.trashed);
  }

  causes(): FailureCause[] {
    const causes = new Map<ErrorCode, FailureCause>();
    for (const { error } of this.failures()) {
      if (!error) continue;
      const count = (causes.get(error.code)?.count ?? 0) + 1;
      causes.set(error.code, { code: error.code, count, example: error, retryable: TRANSIENT.has(error.code) });
    }
    return structuredClone([...causes.values()].sort((a, b) => b.count - a.count));
  }

  status(): QueueStatus {
    const status: QueueStatus = { pending: 0, processing: 0, completed: 0, failed: 0, total: this.jobs.size };
    for (const job of this.jobs.values()) {
      if (WAITS.has(job.status)) status.pending += 1;
      else if (job.status === "processing" || job.status === "completed" || job.status === "failed") status[job.status] += 1;
    }
    return status;
  }

  save(): Kept {
    return { jobs: [...this.jobs], attempts: [...this.#attempts], logs: [...this.#logs], pause: this.pause };
  }

  load(kept: Kept): void {
    this.jobs = new Map(kept.jobs);
    this.#attempts = new Map(kept.attempts);
    this.#logs = new Map(kept.logs);
    this.pause = kept.pause;
    for (const job of this.jobs.values()) if (!["completed", "failed", "cancelled"].includes(job.status)) this.#open.add(job.id);
  }
}
