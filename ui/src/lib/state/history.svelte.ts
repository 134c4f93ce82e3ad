// Jobs that are over, newest first, a page at a time.

import { ALL_JOBS, type Job, type JobState } from "../model";
import { Paged } from "./paged.svelte";
import { Refresher } from "./refresher";
import { isOver, type Session } from "./session.svelte";

export type HistoryFilter = "all" | "completed" | "cancelled" | "failed";

const STATES: Record<HistoryFilter, JobState[]> = {
  all: ["completed", "cancelled", "failed"], completed: ["completed"], cancelled: ["cancelled"], failed: ["failed"],
};

export class History extends Paged<Job> {
  filter: HistoryFilter = $state("all");
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());

  constructor(session: Session) {
    super();
    this.#session = session;
    this.#stop = session.listen({
      jobChanged: (job) => this.#changed(job),
      // A failure that is tried again leaves with its document's change.
      documentsChanged: (ids) => {
        if (this.rows.some((job) => job.status !== "completed" && ids.includes(job.owner))) this.#refresh.touch();
      },
      resynced: () => void this.load(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
    this.forget();
  }

  /** How many there are in all, by the queue's own counts. */
  count(filter: HistoryFilter): number {
    const { total, pending, processing, completed, failed } = this.#session.status;
    const over = Math.max(0, total - pending - processing);
    return { all: over, completed, failed, cancelled: Math.max(0, over - completed - failed) }[filter];
  }

  async show(filter: HistoryFilter): Promise<void> {
    if (filter === this.filter) return;
    this.filter = filter;
    await this.loadFirst();
  }

  protected async ask(before: number | null, limit: number) {
    const { jobs, more } = await this.#session.api.listJobs({ ...ALL_JOBS, states: STATES[this.filter], before, limit });
    return { rows: jobs, more };
  }

  #changed(job: Job): void {
    if (this.phase !== "ready") return;
    const rest = this.rows.filter((other) => other.id !== job.id);
    if (!isOver(job) || !STATES[this.filter].includes(job.status)) {
      if (rest.length < this.rows.length) this.rows = rest;
      return;
    }
    const at = rest.findIndex((other) => other.id < job.id);
    if (at < 0 && this.more) return;
    this.rows = at < 0 ? [...rest, job] : rest.toSpliced(at, 0, job);
  }
}
