// What failed, by cause: a line for each, and its jobs where a person looks into it.

import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { userError } from "../api";
import { ALL_JOBS, type ErrorCode, type FailureCause, type Job, type UserError } from "../model";
import { Refresher } from "./refresher";
import { isOver, type Session } from "./session.svelte";

const PAGE = 30;

export type CauseJobs = { phase: "loading" | "ready" | "failed"; jobs: Job[]; more: boolean };

export class Failures {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  causes: FailureCause[] = $state.raw([]);
  /** The causes that are looked into. */
  readonly open = new SvelteMap<ErrorCode, CauseJobs>();
  /** Causes whose retry is on its way; `null` is all of them. */
  readonly retrying = new SvelteSet<ErrorCode | null>();
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      // A failure comes by a job's end and goes by a new job of its document.
      jobChanged: (job) => {
        if (isOver(job) || job.status === "pending") this.#refresh.touch();
      },
      documentsChanged: () => {
        if (this.causes.length > 0) this.#refresh.touch();
      },
      resynced: () => this.#refresh.touch(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
  }

  get count(): number {
    return this.causes.reduce((sum, cause) => sum + cause.count, 0);
  }

  get retryable(): number {
    return this.causes.reduce((sum, cause) => sum + (cause.retryable ? cause.count : 0), 0);
  }

  async load(): Promise<void> {
    try {
      this.causes = await this.#session.api.failureCauses();
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      this.phase = "failed";
      return;
    }
    const codes = new Set(this.causes.map((cause) => cause.code));
    for (const code of [...this.open.keys()]) {
      if (codes.has(code)) await this.#look(code, this.open.get(code)?.jobs.length ?? 0);
      else this.open.delete(code);
    }
  }

  async toggle(code: ErrorCode): Promise<void> {
    if (this.open.delete(code)) return;
    this.open.set(code, { phase: "loading", jobs: [], more: false });
    await this.#look(code, 0);
  }

  async expand(code: ErrorCode): Promise<Job[]> {
    if (this.open.get(code)?.phase !== "ready") {
      this.open.delete(code);
      await this.toggle(code);
    }
    return this.open.get(code)?.jobs ?? [];
  }

  async #look(code: ErrorCode, held: number): Promise<void> {
    try {
      const { jobs, more } = await this.#ask(code, null, Math.max(PAGE, held));
      if (this.open.has(code)) this.open.set(code, { phase: "ready", jobs: latestOfEach(jobs), more });
    } catch {
      if (this.open.has(code)) this.open.set(code, { phase: "failed", jobs: [], more: false });
    }
  }

  async showMore(code: ErrorCode): Promise<void> {
    const held = this.open.get(code);
    const last = held?.jobs.at(-1);
    if (!held || !last) return;
    const { jobs, more } = await this.#ask(code, last.id, PAGE);
    this.open.set(code, { phase: "ready", jobs: latestOfEach([...held.jobs, ...jobs]), more });
  }

  #ask(code: ErrorCode, before: number | null, limit: number) {
    return this.#session.api.listJobs({ ...ALL_JOBS, states: ["failed"], code, before, limit });
  }

  /** Answers how many are read again. */
  async retry(code: ErrorCode | null): Promise<number> {
    this.retrying.add(code);
    try {
      return await this.#session.api.retryFailed(code);
    } finally {
      this.retrying.delete(code);
    }
  }
}

/** A document that failed twice for one cause is one line. */
function latestOfEach(jobs: Job[]): Job[] {
  const seen = new Set<string>();
  return jobs.filter((job) => {
    const key = `${job.type} ${job.owner}`;
    return !seen.has(key) && seen.add(key);
  });
}
