// What a row says of its document: one state out of status, job, values and error, decided here and nowhere else.

import type { DocumentRow, ErrorCode, Job, UserError } from "../model";
import { sentence, t, tn } from "../messages";

export type Tone = "done" | "working" | "failed" | "attention" | "idle";
export type Help = "unlock" | "retry" | "remove" | "process" | "restore" | null;

export type RowState = {
  kind: "queued" | "working" | "ready" | "check" | "partial" | "failed" | "cancelled" | "staged" | "trashed";
  tone: Tone;
  label: string;
  /** A second line: why it waits, what failed. */
  reason: string | null;
  job: Job | null;
  help: Help;
};

const NEEDS_PASSWORD = new Set<ErrorCode>(["encrypted", "wrong_password"]);
const HOPELESS = new Set<ErrorCode>(["empty_file", "corrupt", "unsupported_type", "no_pages", "too_large"]);

/** The one button that helps against `error`. */
export function helpFor(error: UserError | null): Help {
  if (!error) return "retry";
  if (NEEDS_PASSWORD.has(error.code)) return "unlock";
  return HOPELESS.has(error.code) ? "remove" : "retry";
}

/** Their stages are phases, with names of their own. */
export const OF_COLLECTIONS = new Set<Job["type"]>(["process_collection", "generate_items", "generate_deck"]);

/** "Reading page 5 of 14": the piece at work is the one after those that are done. */
export function stageText(job: Job): string {
  const progress = job.progress;
  switch (progress?.stage) {
    case "reading":
      return progress.total > 0
        ? t("stage_reading_page", { n: Math.min(progress.n + 1, progress.total), total: progress.total })
        : t("stage_reading");
    case "restarting":
      return t("stage_restarting");
    case "describing":
      return t("stage_describing");
    case "opening":
      return t("stage_opening");
    default:
      if (OF_COLLECTIONS.has(job.type)) return progress?.stage || t("work_waiting");
      return job.type === "describe_document" ? t("stage_describing") : t("stage_reading");
  }
}

const WAITS = new Set(["pending", "scheduled", "waiting", "paused"]);

export function rowState(row: DocumentRow, paused: boolean, trashed = false): RowState {
  const job = row.job;
  const state = (
    kind: RowState["kind"], tone: Tone, label: string, reason: string | null = null, help: Help = null,
  ): RowState => ({ kind, tone, label, reason: reason && sentence(reason), job, help });

  if (trashed) return state("trashed", "idle", t("state_trashed"), null, "restore");
  if (row.staged) return state("staged", "idle", t("state_staged"), null, "process");
  if (job?.status === "processing") return state("working", "working", stageText(job));
  if (job?.status === "paused") return state("queued", "idle", t("state_paused"), t("queued_by_you"));
  if (job && WAITS.has(job.status) && (job.type === "read_document" || row.status === "uploading")) {
    const reason = job.error?.message
      ?? (paused ? t("queued_paused") : job.retry_count > 0 ? tn("queued_again", job.retry_count) : null);
    return state("queued", "idle", t("state_queued"), reason);
  }
  switch (row.status) {
    case "uploading":
      return state("queued", "idle", t("state_queued"), paused ? t("queued_paused") : null);
    case "processing":
      return state("working", "working", t("stage_reading"));
    case "failed":
      return state("failed", "failed", failedLabel(row.error), row.error?.message ?? null, helpFor(row.error));
    case "cancelled":
      return state("cancelled", "idle", t("state_cancelled"), null, "retry");
    case "partial":
      return state("partial", "attention", t("state_partial"), row.error?.message ?? null, helpFor(row.error));
    case "ocr_complete":
      return row.uncertain > 0 && !row.accepted
        ? state("check", "attention", tn("state_check", row.uncertain))
        : state("ready", "done", row.accepted ? t("state_accepted") : t("state_ready"));
  }
}

function failedLabel(error: UserError | null): string {
  if (error?.code === "encrypted") return t("state_encrypted");
  if (error?.code === "wrong_password") return t("state_wrong_password");
  return t("state_failed");
}

/** The name a person knows the document by. */
export function rowName(row: DocumentRow): string {
  return row.display_name || row.filename;
}
