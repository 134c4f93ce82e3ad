// What a line of the queue says of its job: where it stands, and why it waits. Decided here and nowhere else.

import { format } from "../format";
import { sentence, t, tn, word } from "../messages";
import type { Job } from "../model";
import { stageText, type Tone } from "./rowstate";

/** What a person asked of a job, until the engine has done it. */
export type JobDoing = "cancelling" | "pausing" | "resuming" | "moving" | "retrying";

export type JobLook = {
  tone: Tone | "paused";
  label: string;
  /** The cause behind the label. */
  reason: string | null;
};

/** What the moment says beside the job itself. */
export type Moment = { now: number; paused: boolean };

export function jobLook(job: Job, moment: Moment, doing: JobDoing | null): JobLook {
  const look = (tone: JobLook["tone"], label: string, reason: string | null = null): JobLook =>
    ({ tone, label, reason: reason && sentence(reason) });
  const left = job.run_at ? new Date(job.run_at).getTime() - moment.now : null;

  switch (job.status) {
    case "processing":
      if (doing === "cancelling") return look("working", t("doing_cancelling"));
      if (doing === "pausing") return look("working", t("doing_pausing"));
      return look("working", job.stopping ? t("doing_stopping") : stageText(job));
    case "pending":
      if (moment.paused) return look("idle", t("queued_paused"));
      return look("idle", job.priority === "high" ? t("queued_first") : t("state_queued"));
    case "scheduled": {
      const when = left === null ? tn("queued_again", job.retry_count) : again(left);
      return look("idle", when, job.error && word("cause", job.error.code));
    }
    case "waiting": {
      const cause = job.error ? word("cause", job.error.code) : t("state_waiting");
      return look("attention", cause, left === null ? (job.error?.hint ?? null) : lookAgain(left));
    }
    case "paused":
      return look("paused", t("queued_by_you"));
    case "failed":
      return look("failed", job.error ? word("cause", job.error.code) : t("state_failed"));
    case "cancelled":
      return look("idle", t("state_cancelled"));
    case "completed":
      return look("done", t("job_done"));
  }
}

const again = (left: number): string =>
  left > 0 ? t("again_in", { time: format.countdown(left) }) : t("again_now");
const lookAgain = (left: number): string =>
  left > 0 ? t("look_again_in", { time: format.countdown(left) }) : t("again_now");

/** How long the last run took, where it is over. */
export function tookMs(job: Job): number | null {
  if (!job.started_at || !job.completed_at) return null;
  const ms = new Date(job.completed_at).getTime() - new Date(job.started_at).getTime();
  return ms > 0 ? ms : null;
}
