// The seam between the window and the engine: one interface, answered by the real engine through Tauri or by the
// pretend one in a plain browser. Nothing else imports Tauri or the generated bindings.

import { type CollectionsApi, SCHEME, tauriCollections } from "./collectionsapi";
import type {
  AddOptions, AddOutcome, Analytics, BackupMade, DocType, DocumentDetail, DocumentId, DocumentList, DocumentQuery, DropFolder, ErrorCode, EventBatch, ExportChoices, ExportFormat, ExportPreset, FailureCause, FolderId, FolderView, Health, Hits, Job, JobDetail, JobId, JobList, JobQuery, LedgerPage, LedgerQuery, LessonRow, LineItem, MoveState, NamedType, Navigate, NewDropFolder, PageDetail, PageRef, PauseMode, Providers, ProviderSettings, QueueMetrics, QuitAsk, QuitHow, Refreshed, Replayed, Samples, SendingRow, Settings, Snapshot, SplitMade, Storage, TellTarget, Twins, Types, UserError, Verified,
} from "./model";

/** Files held over the window: how many, as far as the system says. */
export type DragState = { over: boolean; count: number; at?: { x: number; y: number } };

export interface ApiListener {
  batch(batch: EventBatch): void;
  navigate(to: Navigate): void;
  filesAdded(outcomes: AddOutcome[]): void;
  drag(state: DragState): void;
  quitAsked(ask: QuitAsk): void;
}

/** Every call rejects with an {@link EngineError} and nothing else. */
export interface Api {
  /** Starts telling `listener`; the answer ends it. Await this before taking a snapshot. */
  subscribe(listener: ApiListener): Promise<() => void>;
  /** The engine's clock, milliseconds since 1970: what its timestamps are counted against. */
  now(): number;
  snapshot(): Promise<Snapshot>;
  listDocuments(query: DocumentQuery): Promise<DocumentList>;
  getDocument(id: DocumentId): Promise<DocumentDetail>;
  /** Where the words of a search stand in these documents, at most `most` places each. */
  hits(ids: DocumentId[], text: string, most: number): Promise<Hits[]>;
  exportChoices(): Promise<ExportChoices>;
  setExportPresets(presets: ExportPreset[]): Promise<void>;
  /** Asks where to; no files is that the person closed the question. */
  exportDocuments(ids: DocumentId[], format: ExportFormat, columns: string[]): Promise<string[]>;
  /** For the clipboard, cells parted by tabs. */
  exportText(ids: DocumentId[], columns: string[]): Promise<string>;
  showFile(file: string): Promise<void>;
  /** Asks where to; null is that the person closed the question. */
  backupLibrary(): Promise<BackupMade | null>;
  verifyLibrary(): Promise<Verified>;
  analytics(days: number, minutesEast: number): Promise<Analytics>;
  getPage(id: DocumentId, pageNumber: number): Promise<PageDetail>;
  addFiles(paths: string[], options: AddOptions): Promise<AddOutcome[]>;
  /** Opens the system's file picker; no files chosen is an empty answer. */
  chooseFiles(options: AddOptions): Promise<AddOutcome[]>;
  /** The files or the picture on the system's clipboard; none is an empty answer. */
  addPasted(options: AddOptions): Promise<AddOutcome[]>;
  /** Has staged documents read; answers those that wait for it now. */
  processStaged(ids: DocumentId[]): Promise<DocumentId[]>;
  /** Makes it a document of its own again. */
  separateVersion(id: DocumentId): Promise<void>;
  listFolders(): Promise<FolderView[]>;
  /** The path of a drop folder that a person might want; it need not be there. */
  suggestedFolder(): Promise<string>;
  /** Opens the system's folder picker. */
  chooseFolder(): Promise<string | null>;
  /** With `create` it is made where it is missing. */
  addFolder(folder: NewDropFolder, create: boolean): Promise<DropFolder>;
  setFolder(folder: DropFolder): Promise<DropFolder>;
  /** Watches it no more; the folder and its files are not touched. */
  removeFolder(id: FolderId): Promise<void>;
  scanFolder(id: FolderId): Promise<void>;
  openFolder(id: FolderId): Promise<void>;
  ledger(query: LedgerQuery): Promise<LedgerPage>;
  samples(): Promise<Samples>;
  /** Adds them, and begins to process their collection. */
  addSamples(): Promise<Samples>;
  /** To the trash. */
  removeSamples(): Promise<DocumentId[]>;
  storage(): Promise<Storage>;
  /** For good; answers how many documents. */
  emptyTrash(): Promise<number>;
  openLibrary(): Promise<void>;
  /** Null where the system offers none. */
  autostart(): Promise<boolean | null>;
  setAutostart(on: boolean): Promise<boolean>;
  /** Whether nothing may leave this computer. */
  offline(): Promise<boolean>;
  setOffline(on: boolean): Promise<void>;
  /** Null forgets it. */
  setSecret(target: TellTarget, secret: string | null): Promise<void>;
  hasSecret(target: TellTarget): Promise<boolean>;
  /** Sends a trial message now. */
  testTell(target: TellTarget): Promise<void>;
  retryDocuments(ids: DocumentId[]): Promise<DocumentId[]>;
  cancelDocuments(ids: DocumentId[]): Promise<void>;
  removeDocuments(ids: DocumentId[]): Promise<void>;
  restoreDocuments(ids: DocumentId[]): Promise<void>;
  regenerate(id: DocumentId): Promise<void>;
  unlockDocument(id: DocumentId, password: string): Promise<void>;
  setField(id: DocumentId, name: string, value: string): Promise<DocumentDetail>;
  /** Takes a correction back: the machine's value counts again. */
  releaseField(id: DocumentId, name: string): Promise<DocumentDetail>;
  /** What a run changed about a value was seen and stays. */
  settleChange(id: DocumentId, name: string): Promise<DocumentDetail>;
  acceptDocument(id: DocumentId): Promise<DocumentDetail>;
  unacceptDocument(id: DocumentId): Promise<DocumentDetail>;
  /** `pages` (from 2) each begin a document; null: as they say themselves. */
  splitDocument(id: DocumentId, pages: number[] | null): Promise<DocumentDetail>;
  /** Understands it anew from the words that are kept. */
  replayDocument(id: DocumentId): Promise<Replayed>;
  /** Answers what a person had named before, of those that took it. */
  setTypes(wanted: NamedType[]): Promise<NamedType[]>;
  changeTags(ids: DocumentId[], add: string[], remove: string[]): Promise<void>;
  /** Empty: the machine's again. */
  setDescription(id: DocumentId, what: "display_name" | "summary" | "language" | "note", value: string): Promise<DocumentDetail>;
  /** A person's rows of goods; null: the machine's again. */
  setLines(id: DocumentId, lines: LineItem[] | null): Promise<DocumentDetail>;
  /** Its pages in this order, each turned as it says; null: as its file has them. Nothing is read again. */
  arrangePages(id: DocumentId, leaves: PageRef[] | null): Promise<DocumentDetail>;
  /** Makes a document of its own of these pages. */
  splitPages(id: DocumentId, pages: number[]): Promise<SplitMade>;
  /** The pages of the others go behind those of the first, the others to the trash. */
  mergeDocuments(ids: DocumentId[]): Promise<DocumentDetail>;
  /** Pairs that may be one paper, the likest first. */
  listTwins(): Promise<Twins[]>;
  setDifferent(one: DocumentId, other: DocumentId, different: boolean): Promise<void>;
  /** Asks for a folder; Papertray starts again where that worked. False is that the person closed the question. */
  moveLibrary(): Promise<boolean>;
  moveState(): Promise<MoveState>;
  /** Asks for a backup and a folder; Papertray starts again with it. */
  restoreLibrary(): Promise<boolean>;
  listTypes(): Promise<Types>;
  openTypesFolder(): Promise<void>;
  /** Those of a type that were read, oldest first. */
  documentsOfType(docType: DocType): Promise<DocumentId[]>;
  listLessons(): Promise<LessonRow[]>;
  /** By its number, or all about a vendor; answers how many. */
  forgetLessons(which: string): Promise<number>;
  providers(): Promise<Providers>;
  setProviders(settings: ProviderSettings, stopAtBadPage: boolean): Promise<void>;
  /** Null forgets it. */
  setServiceKey(service: string, key: string | null): Promise<void>;
  hasServiceKey(service: string): Promise<boolean>;
  /** Sends nothing of anybody's; answers how many milliseconds it took. */
  testService(service: string): Promise<number>;
  /** The privacy ledger, newest first, below the line `before`. */
  listSendings(before: number | null, limit: number): Promise<{ rows: SendingRow[]; more: boolean }>;
  /** Reads it again from its stored original, before all that waits. Refused too often with `rate_limited`. */
  refreshDocument(id: DocumentId): Promise<Refreshed>;
  /** Newest first. */
  listJobs(query: JobQuery): Promise<JobList>;
  /** Those that wait for a worker, in the order they are taken up: reading first, then the short work beside it. */
  nextJobs(limit: number): Promise<Job[]>;
  jobDetail(id: JobId): Promise<JobDetail>;
  cancelJob(id: JobId): Promise<void>;
  /** Everything that waits or runs; answers how many. */
  cancelAll(): Promise<number>;
  pauseJob(id: JobId): Promise<void>;
  resumeJob(id: JobId): Promise<void>;
  /** To the top of those that wait. */
  runNext(id: JobId): Promise<void>;
  failureCauses(): Promise<FailureCause[]>;
  /** Those that failed for this cause, or for any that a retry may help; answers how many. */
  retryFailed(code: ErrorCode | null): Promise<number>;
  /** Without `minutes` until a person resumes. */
  pauseQueue(mode: PauseMode, minutes: number | null): Promise<void>;
  resumeQueue(): Promise<void>;
  queueMetrics(hours: number): Promise<QueueMetrics>;
  quit(how: QuitHow): Promise<void>;
  /** The first view is drawn and can be used. */
  windowReady(): Promise<void>;
  health(): Promise<Health>;
  getSettings(): Promise<Settings>;
  setSettings(settings: Settings): Promise<void>;
  showInFolder(id: DocumentId): Promise<void>;
  openOriginal(id: DocumentId): Promise<void>;
  /** What an `<img>` can show of a picture the engine names by its path. */
  pictureUrl(path: string): string;
  readonly collections: CollectionsApi;
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
      let held = 0;
      const ends = await Promise.all([
        events.eventBatch.listen((event) => listener.batch(event.payload as unknown as EventBatch)),
        events.navigate.listen((event) => listener.navigate(event.payload)),
        events.filesAdded.listen((event) => listener.filesAdded(event.payload.outcomes as unknown as AddOutcome[])),
        events.quitAsked.listen((event) => listener.quitAsked(event.payload)),
        getCurrentWebview().onDragDropEvent(({ payload }) => {
          if (payload.type === "leave") listener.drag({ over: false, count: 0 });
          else {
            if (payload.type === "enter") held = payload.paths.length;
            const at = payload.position.toLogical(devicePixelRatio);
            listener.drag({ over: payload.type !== "drop", count: held, at: { x: at.x, y: at.y } });
          }
        }),
      ]);
      return () => ends.forEach((end) => end());
    },
    now: () => Date.now(),
    snapshot: () => answer(commands.snapshot()),
    listDocuments: (query) => answer(commands.listDocuments(query)),
    hits: (ids, text, most) => answer(commands.hits(ids, text, most)),
    exportChoices: () => answer(commands.exportChoices()),
    setExportPresets: (presets) => answer(commands.setExportPresets(presets)),
    exportDocuments: (ids, format, columns) => answer(commands.exportDocuments(ids, format, columns)),
    exportText: (ids, columns) => answer(commands.exportText(ids, columns)),
    showFile: (file) => answer(commands.showFile(file)),
    backupLibrary: () => answer(commands.backupLibrary()),
    verifyLibrary: () => answer(commands.verifyLibrary()),
    analytics: (days, minutesEast) => answer(commands.analytics(days, minutesEast)),
    getDocument: (id) => answer(commands.getDocument(id)),
    getPage: (id, pageNumber) => answer(commands.getPage(id, pageNumber)),
    addFiles: (paths, options) => answer(commands.addFiles(paths, options)),
    chooseFiles: (options) => answer(commands.chooseFiles(options)),
    addPasted: (options) => answer(commands.addPasted(options)),
    processStaged: (ids) => answer(commands.processStaged(ids)),
    separateVersion: (id) => answer(commands.separateVersion(id)),
    listFolders: () => answer(commands.listFolders()),
    suggestedFolder: () => answer(commands.suggestedFolder()),
    chooseFolder: () => answer(commands.chooseFolder()),
    addFolder: (folder, create) => answer(commands.addFolder(folder, create)),
    setFolder: (folder) => answer(commands.setFolder(folder)),
    removeFolder: (id) => answer(commands.removeFolder(id)),
    scanFolder: (id) => answer(commands.scanFolder(id)),
    openFolder: (id) => answer(commands.openFolder(id)),
    ledger: (query) => answer(commands.ledger(query)),
    samples: () => answer(commands.samples()),
    addSamples: () => answer(commands.addSamples()),
    removeSamples: () => answer(commands.removeSamples()),
    storage: () => answer(commands.storage()),
    emptyTrash: () => answer(commands.emptyTrash()),
    openLibrary: () => answer(commands.openLibrary()),
    autostart: () => answer(commands.autostart()),
    setAutostart: (on) => answer(commands.setAutostart(on)),
    offline: () => answer(commands.offline()),
    setOffline: (on) => answer(commands.setOffline(on)),
    setSecret: (target, secret) => answer(commands.setSecret(target, secret)),
    hasSecret: (target) => answer(commands.hasSecret(target)),
    testTell: (target) => answer(commands.testTell(target)),
    retryDocuments: (ids) => answer(commands.retryDocuments(ids)),
    cancelDocuments: (ids) => answer(commands.cancelDocuments(ids)),
    removeDocuments: (ids) => answer(commands.removeDocuments(ids)),
    restoreDocuments: (ids) => answer(commands.restoreDocuments(ids)),
    regenerate: (id) => answer(commands.regenerate(id)),
    unlockDocument: (id, password) => answer(commands.unlockDocument(id, password)),
    setField: (id, name, value) => answer(commands.setField(id, name, value)),
    releaseField: (id, name) => answer(commands.releaseField(id, name)),
    settleChange: (id, name) => answer(commands.settleChange(id, name)),
    unacceptDocument: (id) => answer(commands.unacceptDocument(id)),
    splitDocument: (id, pages) => answer(commands.splitDocument(id, pages)),
    replayDocument: (id) => answer(commands.replayDocument(id)),
    setTypes: (wanted) => answer(commands.setTypes(wanted)),
    changeTags: (ids, add, remove) => answer(commands.changeTags(ids, add, remove)),
    setDescription: (id, what, value) => answer(commands.setDescription(id, what, value)),
    setLines: (id, lines) => answer(commands.setLines(id, lines as never)),
    arrangePages: (id, leaves) => answer(commands.arrangePages(id, leaves)),
    splitPages: (id, pages) => answer(commands.splitPages(id, pages)),
    mergeDocuments: (ids) => answer(commands.mergeDocuments(ids)),
    listTwins: () => answer(commands.listTwins()),
    setDifferent: (one, other, different) => answer(commands.setDifferent(one, other, different)),
    moveLibrary: () => answer(commands.moveLibrary()),
    moveState: () => answer(commands.moveState()),
    restoreLibrary: () => answer(commands.restoreLibrary()),
    listTypes: () => answer(commands.listTypes()),
    openTypesFolder: () => answer(commands.openTypesFolder()),
    documentsOfType: (docType) => answer(commands.documentsOfType(docType)),
    listLessons: () => answer(commands.listLessons()),
    forgetLessons: (which) => answer(commands.forgetLessons(which)),
    providers: () => answer(commands.providers()),
    setProviders: (settings, stop) => answer(commands.setProviders(settings, stop)),
    setServiceKey: (service, key) => answer(commands.setServiceKey(service, key)),
    hasServiceKey: (service) => answer(commands.hasServiceKey(service)),
    testService: (service) => answer(commands.testService(service)),
    listSendings: (before, limit) => answer(commands.listSendings(before, limit)),
    acceptDocument: (id) => answer(commands.acceptDocument(id)),
    refreshDocument: (id) => answer(commands.refreshDocument(id)),
    listJobs: (query) => answer(commands.listJobs(query)),
    nextJobs: (limit) => answer(commands.nextJobs(limit)),
    jobDetail: (id) => answer(commands.jobDetail(id)),
    cancelJob: (id) => answer(commands.cancelJob(id)),
    cancelAll: () => answer(commands.cancelAll()),
    pauseJob: (id) => answer(commands.pauseJob(id)),
    resumeJob: (id) => answer(commands.resumeJob(id)),
    runNext: (id) => answer(commands.runNext(id)),
    failureCauses: () => answer(commands.failureCauses()),
    retryFailed: (code) => answer(commands.retryFailed(code)),
    pauseQueue: (mode, minutes) => answer(commands.pauseQueue(mode, minutes)),
    resumeQueue: () => answer(commands.resumeQueue()),
    queueMetrics: (hours) => answer(commands.queueMetrics(hours)),
    quit: (how) => answer(commands.quit(how)),
    windowReady: () => answer(commands.windowReady()),
    health: () => answer(commands.health()),
    getSettings: () => answer(commands.getSettings()),
    setSettings: (settings) => answer(commands.setSettings(settings)),
    showInFolder: (id) => answer(commands.showInFolder(id)),
    openOriginal: (id) => answer(commands.openOriginal(id)),
    pictureUrl: (path) => convertFileSrc(`page/${path}`, SCHEME),
    collections: tauriCollections(commands, answer, convertFileSrc),
  };
}
