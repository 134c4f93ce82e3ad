// What the whole window knows of the engine: counts, settings, health, the jobs at work. Views register to hear of
// changes to documents and jobs; this class keeps no list of documents.

import { SvelteMap } from "svelte/reactivity";
import { type Api, type DragState, userError } from "../api";
import {
  type AddOutcome, ALL_JOBS, DEFAULTS, type DocumentId, type EngineEvent, type FolderId, type Health, type InboxCounts, type Job, type JobId,
  type Navigate, type Pause, type PauseMode, type QueueStatus, type QuitAsk, type Settings, type Snapshot,
  type UserError,
} from "../model";
import { EventFeed } from "./feed";

export interface SessionListener {
  documentsChanged?(ids: DocumentId[]): void;
  jobChanged?(job: Job): void;
  /** Counts or the pause changed. */
  queueChanged?(): void;
  /** What became of files in these drop folders, or how they are watched. */
  foldersChanged?(ids: FolderId[]): void;
  /** These collections changed, or came or went. */
  collectionsChanged?(ids: string[]): void;
  /** All that was known may be out of date. */
  resynced?(): void;
}

export type MetadataStep = { step: string; message: string; at: string };

const OVER = new Set(["completed", "failed", "cancelled"]);
export const isOver = (job: Job): boolean => OVER.has(job.status);
const isKept = (job: Job): boolean =>
  job.status === "processing" || (job.type === "describe_document" && !isOver(job));

export class Session {
  readonly api: Api;
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  counts: InboxCounts = $state.raw({ all: 0, working: 0, needs_review: 0, failed: 0, staged: 0, trash: 0 });
  status: QueueStatus = $state.raw({ pending: 0, processing: 0, completed: 0, failed: 0, total: 0 });
  settings: Settings = $state.raw({ ...DEFAULTS, welcomed: true });
  pause: Pause | null = $state.raw(null);
  health: Health | null = $state.raw(null);
  library = $state("");
  version = $state("");
  drag: DragState = $state.raw({ over: false, count: 0 });
  /** Jobs at work, and describing that waits. Reading that waits may be ten thousand jobs and is counted only. */
  readonly jobs = new SvelteMap<JobId, Job>();
  /** The steps of the latest describing of each document, live. */
  readonly steps = new SvelteMap<DocumentId, MetadataStep[]>();

  onNavigate: (to: Navigate) => void = () => {};
  onFilesAdded: (outcomes: AddOutcome[]) => void = () => {};
  onJobEnd: (job: Job) => void = () => {};
  onQuitAsked: (ask: QuitAsk) => void = () => {};

  readonly #listeners = new Set<SessionListener>();
  readonly #feed = new EventFeed((event) => this.#apply(event));
  #end: (() => void) | null = null;

  constructor(api: Api) {
    this.api = api;
  }

  get paused(): boolean {
    return this.pause !== null;
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
        quitAsked: (ask) => this.onQuitAsked(ask),
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

  async pauseQueue(mode: PauseMode, minutes: number | null): Promise<void> {
    const now = this.api.now();
    const until = minutes === null ? null : new Date(now + minutes * 60_000).toISOString();
    await this.#setPause({ cause: "person", mode, since: new Date(now).toISOString(), until },
      () => this.api.pauseQueue(mode, minutes));
  }

  async resumeQueue(): Promise<void> {
    await this.#setPause(null, () => this.api.resumeQueue());
  }

  /** Shows the pause at once and takes it back where the engine refuses. */
  async #setPause(pause: Pause | null, call: () => Promise<void>): Promise<void> {
    const before = this.pause;
    this.pause = pause;
    try {
      await call();
    } catch (thrown) {
      this.pause = before;
      throw thrown;
    }
  }

  async checkHealth(): Promise<void> {
    this.health = await this.api.health();
  }

  async #sync(): Promise<void> {
    this.#feed.hold();
    // The jobs after the snapshot: an event between the two is then in both and not in neither.
    const snapshot = await this.api.snapshot();
    const { jobs } = await this.api.listJobs({ ...ALL_JOBS, states: ["processing"], limit: 200 });
    this.#adopt(snapshot);
    this.jobs.clear();
    for (const job of jobs) this.jobs.set(job.id, job);
    this.#feed.resume(snapshot.seq);
  }

  #adopt(snapshot: Snapshot): void {
    this.counts = snapshot.counts;
    this.status = snapshot.status;
    this.settings = snapshot.settings;
    this.pause = snapshot.pause;
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
        if (isKept(event.job)) this.jobs.set(event.job.id, event.job);
        else this.jobs.delete(event.job.id);
        if (isOver(event.job)) this.onJobEnd(event.job);
        for (const listener of this.#listeners) listener.jobChanged?.(event.job);
        break;
      case "queue_changed":
        this.status = event.status;
        this.counts = event.counts;
        this.pause = event.pause;
        for (const listener of this.#listeners) listener.queueChanged?.();
        break;
      case "folders_changed":
        for (const listener of this.#listeners) listener.foldersChanged?.(event.ids);
        break;
      case "collections_changed":
        for (const listener of this.#listeners) listener.collectionsChanged?.(event.ids);
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
