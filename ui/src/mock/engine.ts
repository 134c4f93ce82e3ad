// The pretend engine behind the Api: the whole window runs on it in a plain browser, and every test over it. The
// address says what it pretends: ?docs=empty|many, ?clock=manual, ?fail=list|snapshot|document|field, ?hang=list|document,
// ?paused, ?keep (state survives a reload), ?theme=light|dark, ?health=bad.

import { type Api, type ApiListener, EngineError } from "../lib/api";
import type { AddOutcome, ErrorCode, Health, Job, Settings } from "../lib/model";
import { SAMPLES } from "./samples";
import { type Doc, World } from "./world";

const KEPT = "papertray-mock";
const NOON = Date.UTC(2026, 4, 12, 10, 20);

function refuse(code: ErrorCode, message: string, hint = ""): never {
  throw new EngineError({ code, message, hint });
}

export class MockEngine implements Api {
  readonly world: World;
  readonly #options: URLSearchParams;
  readonly #listeners = new Set<ApiListener>();

  constructor(options: URLSearchParams) {
    this.#options = options;
    this.world = new World(options.get("clock") === "manual" ? NOON : Date.now());
    const kept = options.has("keep") ? sessionStorage.getItem(KEPT) : null;
    if (kept) this.world.load(kept);
    else if (options.get("docs") !== "empty") this.world.fill(options.get("docs") === "many" ? 10_000 : 60);
    if (options.has("paused")) this.world.settings.paused = true;
    const theme = options.get("theme");
    if (theme === "light" || theme === "dark") this.world.settings.theme = theme;
    this.world.emit = (events, seq) => {
      for (const listener of this.#listeners) listener.batch({ seq, events });
    };
  }

  /** Lets `ms` of pretended time pass. */
  advance(ms: number): void {
    this.world.advance(ms);
  }

  keep(): void {
    if (this.#options.has("keep")) sessionStorage.setItem(KEPT, this.world.save());
  }

  async subscribe(listener: ApiListener): Promise<() => void> {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  navigate(document_id: string | null, view: string): void {
    for (const listener of this.#listeners) listener.navigate({ document_id, view });
  }

  drag(over: boolean, count: number): void {
    for (const listener of this.#listeners) listener.drag({ over, count });
  }

  /** Files were let go over the window. */
  drop(names: string[]): AddOutcome[] {
    const outcomes = this.#take(names);
    this.drag(false, 0);
    for (const listener of this.#listeners) listener.filesAdded(outcomes);
    return outcomes;
  }

  #take(names: string[]): AddOutcome[] {
    const outcomes = names.map((name): AddOutcome => {
      const file = `/home/ada/Papers/${name}`;
      const known = [...this.world.docs.values()].find((doc) => doc.row.filename === name && !doc.trashed);
      if (known) return { document_id: known.row.document_id, file, outcome: "already_imported" };
      if (!/\.(pdf|jpe?g|png|tiff?|webp|xlsx|csv|txt|md)$/i.test(name)) {
        return { file, error: { code: "unsupported_type", message: "Papertray does not read files of this kind.", hint: "" } };
      }
      const locked = SAMPLES.findIndex((sample) => sample.password);
      const doc = this.world.put(name.includes("locked") ? locked : 1000 + this.world.docs.size, true, name);
      this.world.changed(doc);
      return { document_id: doc.row.document_id, file, filename: name, status: "uploading" };
    });
    queueMicrotask(() => this.world.flush());
    return outcomes;
  }

  async #gate(name: string): Promise<void> {
    if (this.#options.get("hang") === name) await new Promise(() => {});
    if (this.#options.get("fail") === name) {
      refuse("library_damaged", "The library could not be read. No file was changed.", "Try again, or restore a backup.");
    }
  }

  #doc(id: string): Doc {
    const doc = this.world.docs.get(id);
    return doc && !doc.trashed ? doc : refuse("unknown_id", "This document is not in the library any more.");
  }

  #jobOf(doc: Doc): Job | null {
    return [...this.world.jobs.values()].findLast((job) =>
      job.owner === doc.row.document_id && ["pending", "processing", "waiting"].includes(job.status)) ?? null;
  }

  async snapshot() {
    await this.#gate("snapshot");
    return structuredClone({
      seq: this.world.seq, status: this.world.status(), counts: this.world.counts(), settings: this.world.settings,
      library: "/home/ada/.local/share/papertray", version: "0.1.0", health: await this.health(),
    });
  }

  async listDocuments(query: Parameters<Api["listDocuments"]>[0]) {
    await this.#gate("list");
    return this.world.list(query);
  }

  async getDocument(id: string) {
    await this.#gate("document");
    return this.world.detail(this.#doc(id));
  }

  async getPage(id: string, pageNumber: number) {
    const doc = this.#doc(id);
    const page = this.world.page(doc, pageNumber) ?? refuse("unknown_id", "This page was not read yet.");
    const summary = this.world.summaries(doc)[pageNumber - 1] ?? page.summary;
    return summary.source === "failed"
      ? { ...page, summary, picture: null, text: "", words: [], fields: {} }
      : { ...page, summary, picture: `page:${id}/${pageNumber}` };
  }

  async addFiles(paths: string[]) {
    return this.#take(paths.map((path) => path.split("/").at(-1) ?? path));
  }

  async chooseFiles() {
    return this.#take([`new_invoice_${this.world.docs.size}.pdf`, `scan_${this.world.docs.size + 1}.pdf`]);
  }

  async retryDocuments(ids: string[]) {
    for (const id of ids) {
      const doc = this.#doc(id);
      if (this.#jobOf(doc)) refuse("wrong_state", "This document is being read already.");
      Object.assign(doc.row, { status: "uploading", error: null });
      this.world.queue(doc, "read_document");
      this.world.changed(doc);
    }
    this.world.flush();
    return ids;
  }

  async cancelDocuments(ids: string[]) {
    for (const id of ids) {
      const job = this.#jobOf(this.#doc(id));
      if (job) await this.cancelJob(job.id);
    }
  }

  async cancelJob(id: number) {
    const job = this.world.jobs.get(id) ?? refuse("unknown_id", "There is no such job.");
    if (job.status === "processing") this.world.stopping.add(id);
    else this.world.stop(job);
    this.world.flush();
  }

  async removeDocuments(ids: string[]) {
    for (const id of ids) {
      const doc = this.#doc(id);
      const job = this.#jobOf(doc);
      if (job) await this.cancelJob(job.id);
      doc.trashed = true;
      this.world.changed(doc);
    }
    this.world.flush();
  }

  async restoreDocuments(ids: string[]) {
    for (const id of ids) {
      const doc = this.world.docs.get(id) ?? refuse("unknown_id", "This document is not in the trash.");
      doc.trashed = false;
      this.world.changed(doc);
    }
    this.world.flush();
  }

  async regenerate(id: string) {
    const doc = this.#doc(id);
    if (this.#jobOf(doc)) refuse("wrong_state", "This document is at work already.", "Wait until it has ended.");
    this.world.queue(doc, "describe_document");
    this.world.flush();
  }

  async unlockDocument(id: string, password: string) {
    const doc = this.#doc(id);
    if (password !== this.world.sample(doc).password) {
      refuse("wrong_password", "That password does not open this file.", "Try another one.");
    }
    doc.password = password;
    await this.retryDocuments([id]);
  }

  async setField(id: string, name: string, value: string) {
    await this.#gate("field");
    const doc = this.#doc(id);
    if (/date$/.test(name) && !/^\d{4}-\d{2}-\d{2}$/.test(value)) {
      refuse("usage", `"${value}" is no date.`, "Write it as 2026-05-31.");
    }
    doc.edits[name] = value;
    this.world.resettle(doc);
    this.world.flush();
    return this.world.detail(doc);
  }

  async acceptDocument(id: string) {
    const doc = this.#doc(id);
    doc.row.accepted = true;
    this.world.resettle(doc);
    this.world.flush();
    return this.world.detail(doc);
  }

  async listJobs(limit: number) {
    return structuredClone([...this.world.jobs.values()].reverse().slice(0, limit));
  }

  async pauseQueue() {
    await this.setSettings({ ...this.world.settings, paused: true });
  }

  async resumeQueue() {
    await this.setSettings({ ...this.world.settings, paused: false });
  }

  async health(): Promise<Health> {
    const bad = this.#options.get("health") === "bad";
    return {
      status: bad ? "unhealthy" : "healthy", queue_status: this.world.status(), stuck_jobs: 0, database_connected: true,
      reader_available: !bad,
      ...(bad ? { error: { code: "reader_missing", message: "The reader program is missing.", hint: "Install Papertray again." } } : {}),
    };
  }

  async getSettings() {
    return structuredClone(this.world.settings);
  }

  async setSettings(settings: Settings) {
    this.world.settings = settings;
    const doc = this.world.docs.values().next().value;
    if (doc) this.world.changed(doc);
    this.world.flush();
  }

  async showInFolder() {}
  async openOriginal() {}

  pictureUrl(path: string): string {
    const [id = "", n = "1"] = path.replace("page:", "").split("/");
    const doc = this.world.docs.get(id);
    return (doc && this.world.page(doc, Number(n))?.picture) ?? "";
  }
}

/** Starts the pretend engine in a browser: real time passes by itself, HTML5 drops add files. */
export function openMock(): MockEngine {
  const options = new URLSearchParams(location.search);
  const engine = new MockEngine(options);
  Object.assign(window, { mock: engine });
  if (options.get("clock") !== "manual") setInterval(() => engine.advance(200), 200);
  addEventListener("pagehide", () => engine.keep());
  const files = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    engine.drag(true, event.dataTransfer?.items.length ?? 0);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) engine.drag(false, 0);
  });
  addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    engine.drop([...(event.dataTransfer?.files ?? [])].map((file) => file.name));
  });
  return engine;
}
