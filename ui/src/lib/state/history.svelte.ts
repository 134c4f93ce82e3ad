// Jobs that are over, newest first, a page at a time.

import { userError } from "../api";
import { ALL_JOBS, type Job, type JobState, type UserError } from "../model";
import { Refresher } from "./refresher";
import { isOver, type Session } from "./session.svelte";

export type HistoryFilter = "all" | "completed" | "cancelled" | "failed";

const PAGE = 100;
const STATES: Record<HistoryFilter, JobState[]> = {
  all: ["completed", "cancelled", "failed"], completed: ["completed"], cancelled: ["cancelled"], failed: ["failed"],
};

export class History {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  jobs: Job[] = $state.raw([]);
  more = $state(false);
  filter: HistoryFilter = $state("all");
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());
  #turn = 0;
  #loadingMore = false;

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      jobChanged: (job) => this.#changed(job),
      // A failure that is tried again leaves with its document's change.
      documentsChanged: (ids) => {
        if (this.jobs.some((job) => job.status !== "completed" && ids.includes(job.owner))) this.#refresh.touch();
      },
      resynced: () => void this.load(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
    this.#turn += 1;
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
    await this.load(PAGE);
  }

  /** What is shown stays until the answer is here. */
  async load(limit = Math.max(PAGE, Math.min(this.jobs.length, 1000))): Promise<void> {
    const turn = ++this.#turn;
    this.#loadingMore = false;
    if (this.jobs.length === 0) this.phase = "loading";
    try {
      const list = await this.#ask(null, limit);
      if (turn !== this.#turn) return;
      this.jobs = list.jobs;
      this.more = list.more;
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  async loadMore(): Promise<void> {
    const last = this.jobs.at(-1);
    if (!this.more || this.#loadingMore || !last || this.phase !== "ready") return;
    this.#loadingMore = true;
    const turn = this.#turn;
    try {
      const list = await this.#ask(last.id);
      if (turn !== this.#turn) return;
      this.jobs = [...this.jobs, ...list.jobs];
      this.more = list.more;
    } catch {
      // The end of the list is asked for again at the next scroll.
    } finally {
      if (turn === this.#turn) this.#loadingMore = false;
    }
  }

  #ask(before: number | null, limit = PAGE) {
    return this.#session.api.listJobs({ ...ALL_JOBS, states: STATES[this.filter], before, limit });
  }

  #changed(job: Job): void {
    if (this.phase !== "ready") return;
    const rest = this.jobs.filter((other) => other.id !== job.id);
    if (!isOver(job) || !STATES[this.filter].includes(job.status)) {
      if (rest.length < this.jobs.length) this.jobs = rest;
      return;
    }
    const at = rest.findIndex((other) => other.id < job.id);
    if (at < 0 && this.more) return;
    this.jobs = at < 0 ? [...rest, job] : rest.toSpliced(at, 0, job);
  }
}
