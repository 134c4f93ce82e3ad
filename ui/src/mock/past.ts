// The jobs of documents that were read before the window opened, and a busy queue to look at.

import type { Job, JobAttempt, JobKind, UserError } from "../lib/model";
import { CRASHED, LOCKED, SAMPLES } from "./samples";
import type { Doc, World } from "./world";

const FULL: UserError = {
  code: "disk_full", message: "The disk is full. What was stored before is safe.",
  hint: "Free some space; work goes on by itself.",
};

/** Jobs as they would have ended, by what became of the document. */
export function remember(world: World, doc: Doc): void {
  const ended = Date.parse(doc.row.added_at) + 4000;
  const { status } = doc.row;
  if (status === "failed") past(world, doc, "read_document", "failed", ended);
  else if (status === "cancelled") past(world, doc, "read_document", "cancelled", ended);
  else {
    past(world, doc, "read_document", "completed", ended);
    past(world, doc, "describe_document", "completed", ended + 1200);
  }
}

function past(world: World, doc: Doc, type: JobKind, status: "completed" | "failed" | "cancelled", ended: number): void {
  const sample = world.sample(doc);
  const took = type === "describe_document" ? 240 : Math.min(sample.took, 3800);
  const [start, end] = [new Date(ended - took).toISOString(), new Date(ended).toISOString()];
  const error = status === "failed" ? doc.row.error : null;
  const job: Job = {
    id: world.queue.jobs.size + 1, type, status, priority: "normal", owner: doc.row.document_id, name: doc.row.display_name || doc.row.filename,
    created_at: doc.row.added_at, started_at: start, completed_at: end, result: null, error,
    retry_count: 0, max_retries: 3, run_at: null, stopping: false, progress: null,
  };
  const run: JobAttempt = { attempt: 1, started_at: start, ended_at: end, outcome: status, error };
  const pages = type === "describe_document" || status !== "completed" ? [] : sample.sheets;
  const each = took / Math.max(1, pages.length);
  world.queue.put(job, [run], [
    [ended - took - 300, "info", `${doc.row.file} was queued.`],
    [ended - took, "info", type === "read_document" ? "Reading starts." : "Describing starts."],
    ...pages.map((_, i): [number, string, string] => {
      const broken = sample.broken?.includes(i + 1) ?? false;
      const text = broken ? "could not be read: the reader stopped unexpectedly." : `read in ${Math.round(each)} ms (${sample.model === "ppocr" ? "ocr" : "text_layer"}).`;
      return [ended - took + each * (i + 1), broken ? "warn" : "info", `Page ${i + 1} of ${pages.length} ${text}`];
    }),
    [ended, status === "failed" ? "error" : "info", error?.message ?? (status === "cancelled" ? "Cancelled by a person." : "Complete.")],
  ]);
}

/** Jobs in every state that waits, and failures of several causes. */
export function makeBusy(world: World): void {
  const { queue, now } = world;
  for (let i = 1; i <= 7; i++) failed(world, world.put(1000 + 7000 + i, false), CRASHED);
  const locked = SAMPLES.findIndex((sample) => sample.password);
  for (const name of ["payroll_april.pdf", "bank_q1_2026.pdf"]) failed(world, world.put(locked, false, name), LOCKED);
  const waits = Array.from({ length: 6 }, (_, i) => world.put(1000 + 5000 + i, true).row.job as Job);
  const [again, full, aside] = [waits[1], waits[3], waits[4]] as [Job, Job, Job];
  Object.assign(again, { status: "scheduled", retry_count: 1, error: CRASHED, run_at: new Date(now + 12_000).toISOString() });
  Object.assign(full, { status: "waiting", error: FULL, run_at: new Date(now + 45_000).toISOString() });
  const began = new Date(now - 4000).toISOString();
  queue.put(again, [{ attempt: 1, started_at: began, ended_at: new Date(now).toISOString(), outcome: "retry", error: CRASHED }], [
    [now - 4000, "info", "Reading starts."], [now, "warn", `${CRASHED.message} Tried again in 12 s.`],
  ]);
  queue.pauseJob(aside);
  world.forgetEvents();
}

function failed(world: World, doc: Doc, error: UserError): void {
  Object.assign(doc.row, { status: "failed", error, display_name: null, doc_type: null, thumbnail: null });
  doc.read = 0;
  doc.row.added_at = new Date(world.now - 60_000 + doc.row.filename.length * 1000).toISOString();
  past(world, doc, "read_document", "failed", Date.parse(doc.row.added_at) + 4000);
}

/** `count` documents that wait to be read. */
export function makeQueue(world: World, count: number): void {
  for (let i = 1; i <= count; i++) world.put(1000 + 20_000 + i, true);
  world.forgetEvents();
}
