// The list of collections: cards that move while their collections are worked on.

import { SvelteMap } from "svelte/reactivity";
import { userError } from "../api";
import type { CollectionDetail, CollectionId, CollectionInfo, CollectionRow, WorkStatus } from "../collections";
import type { Job, Progress, UserError } from "../model";
import { Refresher } from "./refresher";
import type { Session } from "./session.svelte";

export class Collections {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  rows: CollectionRow[] = $state.raw([]);
  /** How far the jobs at work are. */
  readonly progress = new SvelteMap<number, Progress>();
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());
  #wanted = false;

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      collectionsChanged: () => this.#touch(),
      jobChanged: (job) => this.#moved(job),
      resynced: () => this.#touch(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
  }

  #touch(): void {
    if (this.#wanted) this.#refresh.touch();
  }

  #moved(job: Job): void {
    if (job.progress && this.rows.some((row) => row.work.job === job.id)) this.progress.set(job.id, job.progress);
    else this.progress.delete(job.id);
  }

  /** The first asking; later ones come by themselves. */
  async want(): Promise<void> {
    if (this.#wanted) return;
    this.#wanted = true;
    await this.load();
  }

  async load(): Promise<void> {
    this.#wanted = true;
    try {
      this.rows = await this.#session.api.collections.list();
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  /** A card's work with the latest of how far it is. */
  workOf(row: CollectionRow): WorkStatus {
    const progress = row.work.job === null ? undefined : this.progress.get(row.work.job);
    return progress ? moved(row.work, progress) : row.work;
  }

  async create(info: CollectionInfo): Promise<CollectionDetail> {
    const made = await this.#session.api.collections.create(info);
    this.#touch();
    return made;
  }

  /** Gone from the list at once. */
  async remove(id: CollectionId): Promise<void> {
    const before = this.rows;
    this.rows = before.filter((row) => row.id !== id);
    try {
      await this.#session.api.collections.remove(id);
    } catch (thrown) {
      this.rows = before;
      throw thrown;
    }
  }

  async restore(id: CollectionId): Promise<void> {
    await this.#session.api.collections.restore(id);
    await this.load();
  }
}

/** `work` as its job says that it is now. */
export function moved(work: WorkStatus, progress: Progress): WorkStatus {
  if (work.state !== "processing") return work;
  const phase = progress.total > 0 ? Math.min(progress.n + 1, progress.total) : work.phase;
  return { ...work, progress, phase, phase_name: progress.stage || work.phase_name };
}
