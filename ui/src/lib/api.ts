// The seam between the window and the engine: one interface, answered by the real engine through Tauri or by the
// pretend one in a plain browser. Nothing else imports Tauri or the generated bindings.

import type {
  AddOutcome, DocumentDetail, DocumentId, DocumentList, DocumentQuery, EventBatch, Health, Job, JobId, Navigate,
  PageDetail, Settings, Snapshot, UserError,
} from "./model";

/** Files held over the window: how many, as far as the system says. */
export type DragState = { over: boolean; count: number };

export interface ApiListener {
  batch(batch: EventBatch): void;
  navigate(to: Navigate): void;
  filesAdded(outcomes: AddOutcome[]): void;
  drag(state: DragState): void;
}

/** Every call rejects with an {@link EngineError} and nothing else. */
export interface Api {
  /** Starts telling `listener`; the answer ends it. Await this before taking a snapshot. */
  subscribe(listener: ApiListener): Promise<() => void>;
  snapshot(): Promise<Snapshot>;
  listDocuments(query: DocumentQuery): Promise<DocumentList>;
  getDocument(id: DocumentId): Promise<DocumentDetail>;
  getPage(id: DocumentId, pageNumber: number): Promise<PageDetail>;
  addFiles(paths: string[]): Promise<AddOutcome[]>;
  /** Opens the system's file picker; no files chosen is an empty answer. */
  chooseFiles(): Promise<AddOutcome[]>;
  retryDocuments(ids: DocumentId[]): Promise<DocumentId[]>;
  cancelDocuments(ids: DocumentId[]): Promise<void>;
  removeDocuments(ids: DocumentId[]): Promise<void>;
  restoreDocuments(ids: DocumentId[]): Promise<void>;
  regenerate(id: DocumentId): Promise<void>;
  unlockDocument(id: DocumentId, password: string): Promise<void>;
  setField(id: DocumentId, name: string, value: string): Promise<DocumentDetail>;
  acceptDocument(id: DocumentId): Promise<DocumentDetail>;
  listJobs(limit: number): Promise<Job[]>;
  cancelJob(id: JobId): Promise<void>;
  pauseQueue(): Promise<void>;
  resumeQueue(): Promise<void>;
  health(): Promise<Health>;
  getSettings(): Promise<Settings>;
  setSettings(settings: Settings): Promise<void>;
  showInFolder(id: DocumentId): Promise<void>;
  openOriginal(id: DocumentId): Promise<void>;
  /** What an `<img>` can show of a picture the engine names by its path. */
  pictureUrl(path: string): string;
}

/** A refusal of the engine, with the code that the window acts on. */
export class EngineError extends Error {
  readonly detail: UserError;
  constructor(detail: UserError) {
    super(detail.message);
    this.name = "EngineError";
    this.detail = detail;
  }
}

/** Whatever was thrown, as the three parts a person is shown. */
export function userError(thrown: unknown): UserError {
  if (thrown instanceof EngineError) return thrown.detail;
  if (isUserError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal", message, hint: "" };
}

function isUserError(value: unknown): value is UserError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value && "hint" in value;
}

/** True in Papertray's own window, false in a plain browser. */
export function inWindow(): boolean {
  return "__TAURI_INTERNALS__" in globalThis;
}

export async function openApi(): Promise<Api> {
  if (!inWindow()) {
    const { openMock } = await import("../mock/engine");
    return openMock();
  }
  return await tauriApi();
}

/** Takes both styles of generated commands: those that answer a Result and those that reject. */
async function answer<T>(call: Promise<unknown>): Promise<T> {
  let value: unknown;
  try {
    value = await call;
  } catch (thrown) {
    throw new EngineError(userError(thrown));
  }
  if (typeof value === "object" && value !== null && "status" in value) {
    const result = value as { status: unknown; data?: unknown; error?: unknown };
    if (result.status === "ok" && "data" in result) return result.data as T;
    if (result.status === "error" && "error" in result) throw new EngineError(userError(result.error));
  }
  return value as T;
}

async function tauriApi(): Promise<Api> {
  const [{ commands, events }, { convertFileSrc }, { getCurrentWebview }] = await Promise.all([
    import("./bindings"),
    import("@tauri-apps/api/core"),
    import("@tauri-apps/api/webview"),
  ]);
  return {
    async subscribe(listener) {
      const ends = await Promise.all([
        events.eventBatch.listen((event) => listener.batch(event.payload as unknown as EventBatch)),
        events.navigate.listen((event) => listener.navigate(event.payload)),
        events.filesAdded.listen((event) => listener.filesAdded(event.payload.outcomes as unknown as AddOutcome[])),
        getCurrentWebview().onDragDropEvent(({ payload }) => {
          if (payload.type === "enter") listener.drag({ over: true, count: payload.paths.length });
          else if (payload.type !== "over") listener.drag({ over: false, count: 0 });
        }),
      ]);
      return () => ends.forEach((end) => end());
    },
    snapshot: () => answer(commands.snapshot()),
    listDocuments: (query) => answer(commands.listDocuments(query)),
    getDocument: (id) => answer(commands.getDocument(id)),
    getPage: (id, pageNumber) => answer(commands.getPage(id, pageNumber)),
    addFiles: (paths) => answer(commands.addFiles(paths)),
    chooseFiles: () => answer(commands.chooseFiles()),
    retryDocuments: (ids) => answer(commands.retryDocuments(ids)),
    cancelDocuments: (ids) => answer(commands.cancelDocuments(ids)),
    removeDocuments: (ids) => answer(commands.removeDocuments(ids)),
    restoreDocuments: (ids) => answer(commands.restoreDocuments(ids)),
    regenerate: (id) => answer(commands.regenerate(id)),
    unlockDocument: (id, password) => answer(commands.unlockDocument(id, password)),
    setField: (id, name, value) => answer(commands.setField(id, name, value)),
    acceptDocument: (id) => answer(commands.acceptDocument(id)),
    listJobs: (limit) => answer(commands.listJobs(limit)),
    cancelJob: (id) => answer(commands.cancelJob(id)),
    pauseQueue: () => answer(commands.pauseQueue()),
    resumeQueue: () => answer(commands.resumeQueue()),
    health: () => answer(commands.health()),
    getSettings: () => answer(commands.getSettings()),
    setSettings: (settings) => answer(commands.setSettings(settings)),
    showInFolder: (id) => answer(commands.showInFolder(id)),
    openOriginal: (id) => answer(commands.openOriginal(id)),
    pictureUrl: (path) => convertFileSrc(path),
  };
}
