// What the whole window knows of the engine: counts, settings, health, the jobs at work. Views register to hear of
// changes to documents and jobs; this class keeps no list of documents.

import { SvelteMap } from "svelte/reactivity";
import { type Api, type DragState, userError } from "../api";
import type {
  AddOutcome, DocumentId, EngineEvent, Health, InboxCounts, Job, JobId, Navigate, QueueStatus, Settings, Snapshot,
  UserError,
} from "../model";
import { EventFeed } from "./feed";

export interface SessionListener {
  documentsChanged?(ids: DocumentId[]): void;
  jobChanged?(job: Job): void;
  /** All that was known may be out of date. */
  resynced?(): void;
}

export type MetadataStep = { step: string; message: string; at: string };

const OVER = new Set(["completed", "failed", "cancelled"]);
export const isOver = (job: Job): boolean => OVER.has(job.status);

export class Session {
  readonly api: Api;
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  counts: InboxCounts = $state.raw({ all: 0, working: 0, needs_review: 0, failed: 0 });
  status: QueueStatus = $state.raw({ pending: 0, processing: 0, completed: 0, failed: 0, total: 0 });
  settings: Settings = $state.raw({
    theme: "system", notify: true, close_to_tray: true, paused: false, told_about_tray: false,
  });
  health: Health | null = $state.raw(null);
  library = $state("");
  version = $state("");
  drag: DragState = $state.raw({ over: false, count: 0 });
  /** Jobs that are not over. */
  readonly jobs = new SvelteMap<JobId, Job>();
  /** The steps of the latest describing of each document, live. */
  readonly steps = new SvelteMap<DocumentId, MetadataStep[]>();

  onNavigate: (to: Navigate) => void = () => {};
  onFilesAdded: (outcomes: AddOutcome[]) => void = () => {};
  onJobEnd: (job: Job) => void = () => {};

  readonly #listeners = new Set<SessionListener>();
  readonly #feed = new EventFeed((event) => this.#apply(event));
  #end: (() => void) | null = null;

  constructor(api: Api) {
    this.api = api;
  }

  get paused(): boolean {
    return this.settings.paused;
  }

  /** Jobs at work, the longest at it first. */
  get running(): Job[] {
    return [...this.jobs.values()]
      .filter((job) => job.status === "processing")
      .sort((a, b) => (a.started_at ?? "").localeCompare(b.started_at ?? ""));
  }

  listen(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Listens first and takes the snapshot after, so that nothing between the two is lost. */
  async start(): Promise<void> {
    this.phase = "loading";
    try {
      this.#end ??= await this.api.subscribe({
        batch: (batch) => this.#feed.receive(batch),
        navigate: (to) => this.onNavigate(to),
        filesAdded: (outcomes) => this.onFilesAdded(outcomes),
        drag: (state) => (this.drag = state),
      });
      await this.#sync();
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  stop(): void {
    this.#end?.();
    this.#end = null;
  }

  /** Catches up after the window slept: asks again only where the engine went on without it. */
  async wake(): Promise<void> {
    if (this.phase !== "ready") return;
    const snapshot = await this.api.snapshot().catch(() => null);
    if (!snapshot || snapshot.seq === this.#feed.seq) return;
    await this.#sync().catch(() => {});
    for (const listener of this.#listeners) listener.resynced?.();
  }

  async setSettings(change: Partial<Settings>): Promise<void> {
    const before = this.settings;
    this.settings = { ...before, ...change };
    try {
      await this.api.setSettings($state.snapshot(this.settings));
    } catch (thrown) {
      this.settings = before;
      throw thrown;
    }
  }

  async setPaused(paused: boolean): Promise<void> {
    const before = this.settings;
    this.settings = { ...before, paused };
    try {
      await (paused ? this.api.pauseQueue() : this.api.resumeQueue());
    } catch (thrown) {
      this.settings = before;
      throw thrown;
    }
  }

  async checkHealth(): Promise<void> {
    this.health = await this.api.health();
  }

  async #sync(): Promise<void> {
    this.#feed.hold();
    const [snapshot, jobs] = await Promise.all([this.api.snapshot(), this.api.listJobs(200)]);
    this.#adopt(snapshot);
    this.jobs.clear();
    for (const job of jobs) if (!isOver(job)) this.jobs.set(job.id, job);
    this.#feed.resume(snapshot.seq);
  }

  #adopt(snapshot: Snapshot): void {
    this.counts = snapshot.counts;
    this.status = snapshot.status;
    this.settings = snapshot.settings;
    this.health = snapshot.health;
    this.library = snapshot.library;
    this.version = snapshot.version;
  }

  #apply(event: EngineEvent): void {
    switch (event.kind) {
      case "documents_changed":
        for (const listener of this.#listeners) listener.documentsChanged?.(event.ids);
        break;
      case "job_changed":
        if (isOver(event.job)) {
          const known = this.jobs.delete(event.job.id);
          if (known) this.onJobEnd(event.job);
        } else this.jobs.set(event.job.id, event.job);
        for (const listener of this.#listeners) listener.jobChanged?.(event.job);
        break;
      case "queue_changed":
        this.status = event.status;
        this.counts = event.counts;
        if (event.paused !== this.settings.paused) this.settings = { ...this.settings, paused: event.paused };
        break;
      case "metadata_step": {
        const { document_id: id, step, message, at } = event;
        const earlier = this.steps.get(id) ?? [];
        const ended = ["complete", "error"].includes(earlier.at(-1)?.step ?? "");
        this.steps.set(id, [...(ended ? [] : earlier), { step, message, at }]);
        break;
      }
      case "batch_finished":
        break;
    }
  }
}
