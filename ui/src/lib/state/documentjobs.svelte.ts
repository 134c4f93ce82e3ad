// What was done with one document: its jobs, newest first.

import { ALL_JOBS, type DocumentId, type Job } from "../model";
import { Refresher } from "./refresher";
import type { Session } from "./session.svelte";

export class DocumentJobs {
  phase: "loading" | "ready" | "failed" = $state("loading");
  jobs: Job[] = $state.raw([]);
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());
  #id: DocumentId | null = null;

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      jobChanged: (job) => {
        if (job.owner !== this.#id) return;
        // What moves is shown at once; what is new, or has ended, is asked for.
        const known = this.jobs.find((other) => other.id === job.id);
        if (known?.status === job.status) this.jobs = this.jobs.map((other) => (other.id === job.id ? job : other));
        else this.#refresh.touch();
      },
      resynced: () => this.#refresh.touch(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
  }

  async open(id: DocumentId): Promise<void> {
    this.#id = id;
    this.jobs = [];
    this.phase = "loading";
    await this.load();
  }

  async load(): Promise<void> {
    const id = this.#id;
    if (id === null) return;
    try {
      const { jobs } = await this.#session.api.listJobs({ ...ALL_JOBS, owner: id, limit: 50 });
      if (id !== this.#id) return;
      this.jobs = jobs;
      this.phase = "ready";
    } catch {
      if (id === this.#id) this.phase = "failed";
    }
  }
}
