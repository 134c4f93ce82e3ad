// One job looked at closely: its runs, its log, its error.

import { userError } from "../api";
import type { Job, JobDetail, JobId, UserError } from "../model";
import { Refresher } from "./refresher";
import type { Session } from "./session.svelte";

export class JobSheet {
  id: JobId | null = $state(null);
  phase: "loading" | "ready" | "failed" = $state("loading");
  detail: JobDetail | null = $state.raw(null);
  error: UserError | null = $state.raw(null);
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      jobChanged: (job) => this.#changed(job),
      documentsChanged: (ids) => {
        if (this.detail && ids.includes(this.detail.job.owner)) this.#refresh.touch();
      },
      resynced: () => this.#refresh.touch(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
  }

  async open(id: JobId): Promise<void> {
    if (this.id === id && this.phase === "ready") return;
    this.id = id;
    this.detail = null;
    this.phase = "loading";
    await this.load();
  }

  close(): void {
    this.id = null;
    this.detail = null;
  }

  async load(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    try {
      const detail = await this.#session.api.jobDetail(id);
      if (this.id !== id) return;
      this.detail = detail;
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      if (this.id !== id) return;
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  /** The job moves at once; its log is asked for where a piece of work ended. */
  #changed(job: Job): void {
    if (job.id !== this.id || !this.detail) return;
    const before = this.detail.job;
    this.detail = { ...this.detail, job };
    const moved = before.status !== job.status || before.retry_count !== job.retry_count
      || before.progress?.n !== job.progress?.n || before.progress?.stage !== job.progress?.stage;
    if (moved) this.#refresh.touch();
  }
}
