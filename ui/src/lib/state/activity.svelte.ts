// The queue's jobs by where they stand, newest first, kept current by events.

import { SvelteMap } from "svelte/reactivity";
import { userError } from "../api";
import type { Job, JobId, UserError } from "../model";
import type { Session } from "./session.svelte";

const LIMIT = 300;

export class Activity {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  readonly jobs = new SvelteMap<JobId, Job>();
  readonly cancelling = new SvelteMap<JobId, true>();
  readonly #session: Session;
  readonly #stop: () => void;

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      jobChanged: (job) => {
        this.jobs.set(job.id, job);
        if (job.status !== "processing") this.cancelling.delete(job.id);
      },
      resynced: () => void this.load(),
    });
  }

  destroy(): void {
    this.#stop();
  }

  async load(): Promise<void> {
    try {
      const jobs = await this.#session.api.listJobs(LIMIT);
      this.jobs.clear();
      for (const job of jobs) this.jobs.set(job.id, job);
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  #in(...states: Job["status"][]): Job[] {
    return [...this.jobs.values()].filter((job) => states.includes(job.status)).sort((a, b) => b.id - a.id);
  }

  get running(): Job[] {
    return this.#in("processing").reverse();
  }

  /** In the order they will run: by priority, then the oldest. */
  get waiting(): Job[] {
    const weight = { high: 0, normal: 1, low: 2 };
    return this.#in("pending", "scheduled", "paused", "waiting")
      .sort((a, b) => weight[a.priority] - weight[b.priority] || a.id - b.id);
  }

  /** The latest failure of each document, unless a later job of it went well. */
  get failed(): Job[] {
    const latest = new Map<string, Job>();
    for (const job of this.jobs.values()) {
      const key = `${job.owner} ${job.type}`;
      if (job.id > (latest.get(key)?.id ?? -1)) latest.set(key, job);
    }
    return [...latest.values()].filter((job) => job.status === "failed").sort((a, b) => b.id - a.id);
  }

  get finished(): Job[] {
    return this.#in("completed", "cancelled");
  }

  async cancel(id: JobId): Promise<void> {
    this.cancelling.set(id, true);
    try {
      await this.#session.api.cancelJob(id);
    } catch (thrown) {
      this.cancelling.delete(id);
      throw thrown;
    }
  }
}
