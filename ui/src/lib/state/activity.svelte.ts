// What is at work and what waits. Ten thousand jobs may wait: the first of them are held, the rest is a number.

import { SvelteMap } from "svelte/reactivity";
import { userError } from "../api";
import { ALL_JOBS, type Job, type JobId, type JobState, type UserError } from "../model";
import type { JobDoing } from "./jobstate";
import { Refresher } from "./refresher";
import { isOver, type Session } from "./session.svelte";

/** What cannot begin yet, in the order it is shown behind what can. */
const LATER: JobState[] = ["scheduled", "waiting", "paused"];
const WAITS = new Set<JobState>(["pending", ...LATER]);
/** So many lines are drawn … */
export const SHOWN = 60;
/** … and so many are held, so that the list stays full while the first of them begin. */
const HELD = 2 * SHOWN;

export class Activity {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  /** In the order they run, as the engine says it. */
  waiting: Job[] = $state.raw([]);
  /** Jobs a person acted on, until the engine has done it. */
  readonly doing = new SvelteMap<JobId, JobDoing>();
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());
  #more = false;
  /** Jobs that began while the list was on its way: it may still name them. */
  readonly #begun = new Set<JobId>();

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      jobChanged: (job) => this.#changed(job),
      // Many jobs may come or go by one act that names none of them.
      queueChanged: () => {
        if (this.phase === "ready" && !this.#more && this.waiting.length !== session.status.pending) this.#refresh.touch();
      },
      resynced: () => this.#refresh.touch(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
  }

  get running(): Job[] {
    return this.#session.running;
  }

  get shown(): Job[] {
    return this.waiting.slice(0, SHOWN);
  }

  get waitingCount(): number {
    return this.#more ? Math.max(this.#session.status.pending, this.waiting.length) : this.waiting.length;
  }

  async load(): Promise<void> {
    this.#begun.clear();
    try {
      const { api } = this.#session;
      const [next, aside] = await Promise.all([
        api.nextJobs(HELD),
        api.listJobs({ ...ALL_JOBS, states: LATER, limit: HELD }),
      ]);
      this.waiting = [...next, ...inOrder(aside.jobs)].filter((job) => !this.#begun.has(job.id));
      this.#more = next.length >= HELD || aside.more;
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  #changed(job: Job): void {
    const doing = this.doing.get(job.id);
    if (doing && (job.status !== "processing" || doing === "resuming" || doing === "moving")) this.doing.delete(job.id);
    const at = this.waiting.findIndex((other) => other.id === job.id);
    if (!WAITS.has(job.status)) {
      this.#begun.add(job.id);
      if (at < 0) return;
      this.waiting = this.waiting.toSpliced(at, 1);
      if (this.#more && this.waiting.length < SHOWN) this.#refresh.touch();
      return;
    }
    this.#begun.delete(job.id);
    const before = this.waiting[at];
    if (before) this.waiting = this.waiting.with(at, job);
    // Where a job stands among the others only the engine knows.
    if (before?.status !== job.status || before.priority !== job.priority) this.#refresh.touch();
  }

  async #act(job: Job, doing: JobDoing, call: (id: JobId) => Promise<void>): Promise<void> {
    this.doing.set(job.id, doing);
    try {
      await call(job.id);
      // What runs is stopped a little later; its end clears the mark.
      if (job.status !== "processing") this.doing.delete(job.id);
    } catch (thrown) {
      this.doing.delete(job.id);
      throw thrown;
    }
  }

  cancel(job: Job): Promise<void> {
    return this.#act(job, "cancelling", (id) => this.#session.api.cancelJob(id));
  }

  pause(job: Job): Promise<void> {
    return this.#act(job, "pausing", (id) => this.#session.api.pauseJob(id));
  }

  resume(job: Job): Promise<void> {
    return this.#act(job, "resuming", (id) => this.#session.api.resumeJob(id));
  }

  /** Shown on top at once. */
  async runNext(job: Job): Promise<void> {
    const before = this.waiting;
    this.waiting = [job, ...before.filter((other) => other.id !== job.id)];
    try {
      await this.#act(job, "moving", (id) => this.#session.api.runNext(id));
      this.#refresh.touch();
    } catch (thrown) {
      this.waiting = before;
      throw thrown;
    }
  }

  /** Does the work of an ended job again. */
  async again(job: Job): Promise<void> {
    const { api } = this.#session;
    this.doing.set(job.id, "retrying");
    try {
      if (job.type === "describe_document") await api.regenerate(job.owner);
      else await api.retryDocuments([job.owner]);
    } finally {
      this.doing.delete(job.id);
    }
  }
}

/** By what they wait for; of those that wait for a time the next one first. */
function inOrder(jobs: Job[]): Job[] {
  return jobs.toSorted((a, b) =>
    LATER.indexOf(a.status) - LATER.indexOf(b.status) || (a.run_at ?? "").localeCompare(b.run_at ?? "") || a.id - b.id);
}

/** What a person can do with a job as it stands. */
export function acts(job: Job): { cancel: boolean; pause: boolean; resume: boolean; top: boolean; again: boolean } {
  const over = isOver(job);
  return {
    cancel: !over && !job.stopping,
    pause: !over && job.status !== "paused" && !job.stopping,
    resume: job.status === "paused",
    top: job.status === "pending" || job.status === "scheduled",
    again: over && job.status !== "completed",
  };
}
