// The pretend engine behind the Api: the whole window runs on it in a plain browser, and every test over it. The
// address says what it pretends: ?docs=empty|many, ?waiting=N, ?busy, ?clock=manual, ?fail=list|snapshot|document|field|
// jobs|causes|history|metrics|detail, ?hang= the same, ?paused=person|battery|low_disk|timed, ?keep (state survives a
// reload), ?theme=light|dark, ?language=en|de, ?health=bad, ?folders=none|states, ?welcome, ?extras (staged, trash, mail, versions),
// ?autostart=none. fail and hang also know folders, ledger, storage, folder (its acts), settings.

import { type Api } from "../lib/api";
import type {
  AddOptions, DropFolder, ErrorCode, ExportFormat, ExportPreset, Health, JobQuery,
  LedgerQuery, NewDropFolder, PauseMode, ProviderSettings, QuitHow, Samples, Settings,
} from "../lib/model";
import { refuse } from "./base";
import { Papers } from "./papers";
import { hitsOn } from "./search";

export class MockEngine extends Papers implements Api {
  async snapshot() {
    await this.gate("snapshot");
    return structuredClone({
      seq: this.world.seq, status: this.world.queue.status(), counts: this.world.counts(), settings: this.world.settings,
      pause: this.world.queue.pause, library: "/home/ada/.local/share/papertray", version: "0.1.0", health: await this.health(),
    });
  }

  async listDocuments(query: Parameters<Api["listDocuments"]>[0]) {
    await this.gate("list");
    return this.world.list(query);
  }

  async hits(ids: string[], text: string, most: number) {
    return ids.map((id) => {
      const doc = this.doc(id);
      return hitsOn(id, text, Array.from({ length: this.world.leaves(doc).length }, (_, i) => this.world.page(doc, i + 1)).filter((page) => page !== null), most);
    });
  }

  async exportChoices() {
    return structuredClone({ columns: ["display_name", "doc_type", "date", "vendor", "number", "currency", "total", "tags", "filename"], presets: this.known.presets });
  }

  async setExportPresets(presets: ExportPreset[]) {
    this.known.presets = presets;
  }

  async exportDocuments(ids: string[], format: ExportFormat) {
    await this.gate("export");
    return [format === "original" || (format === "pdf" && ids.length > 1) ? "/home/ada/Exports" : `/home/ada/documents.${format}`];
  }

  async exportText(ids: string[], columns: string[]) {
    return [columns.join("\t"), ...ids.map((id) => this.doc(id).row.filename)].join("\n");
  }

  async showFile() {}

  async backupLibrary() {
    await this.gate("backup");
    return { file: "/media/disk/papertray-backup.zip", files: 412, bytes: 812_400_000 };
  }

  async verifyLibrary() {
    return { files_checked: 71, problems: this.options.get("health") === "bad" ? ["The stored file of document 7 was changed outside of Papertray."] : [] };
  }

  async analytics(days: number) {
    const at = (n: number) => new Date(this.world.now - n * 86_400_000).toISOString().slice(0, 10);
    const months = ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"];
    if (this.world.docs.size === 0) return { days: [], months: [], vendors: [] };
    return {
      days: Array.from({ length: Math.min(days, 30) }, (_, i) => ({ day: at(Math.min(days, 30) - i), documents: (i * 7) % 11 })).filter((day) => day.documents > 0),
      months: months.flatMap((of, i) => [
        { of, currency: "EUR", documents: 4 + i, total: `${1800 + i * 640}.50` }, { of, currency: "GBP", documents: 1 + (i % 2), total: `${400 + i * 90}.00` },
      ]),
      vendors: [["Velora Tide", "7312.40"], ["Casa Lume", "5120.00"], ["Northern Thread", "2210.75"], ["Acme", "940.10"]].map(
        ([of = "", total = ""], i) => ({ of, currency: i === 2 ? "GBP" : "EUR", documents: 12 - 2 * i, total }),
      ),
    };
  }

  async getDocument(id: string) {
    await this.gate("document");
    return this.world.detail(this.doc(id));
  }

  async getPage(id: string, pageNumber: number) {
    const doc = this.doc(id);
    const page = this.world.page(doc, pageNumber) ?? refuse("unknown_id", "This page was not read yet.");
    const summary = this.world.summaries(doc)[pageNumber - 1] ?? page.summary;
    return summary.source === "failed"
      ? { ...page, summary, picture: null, text: "", words: [], fields: {} }
      : { ...page, summary, picture: `page:${id}/${pageNumber}` };
  }

  async addFiles(paths: string[], options: AddOptions) {
    return this.take(paths.map((path) => path.split("/").at(-1) ?? path), options);
  }

  async chooseFiles(options: AddOptions) {
    return this.take([`new_invoice_${this.world.docs.size}.pdf`, `scan_${this.world.docs.size + 1}.pdf`], options);
  }

  #samples: Samples = { documents: [], collection: null };

  async samples() {
    return this.#samples;
  }

  async addSamples() {
    const outcomes = this.take(["sample-invoice.pdf", "sample-scan.pdf", "sample-delivery-note.pdf", "sample-receipt.jpg"]);
    const documents = outcomes.flatMap((outcome) => ("document_id" in outcome ? [outcome.document_id] : []));
    await this.restoreDocuments(documents);
    const { id } = await this.collections.create({ name: "Sample collection", brand: null, season: null, currency: null, linesheet_only: false });
    return (this.#samples = { documents, collection: id });
  }

  async removeSamples() {
    const { documents, collection } = this.#samples;
    await this.removeDocuments(documents);
    if (collection) await this.collections.remove(collection);
    this.#samples = { documents: [], collection: null };
    return documents;
  }

  async addPasted(options: AddOptions) {
    return this.take(this.clipboard, options);
  }

  async processStaged(ids: string[]) {
    for (const id of ids) {
      const doc = this.doc(id);
      if (!doc.row.staged) continue;
      doc.row.staged = false;
      this.again(doc, "normal");
    }
    this.world.flush();
    return ids;
  }

  async separateVersion(id: string) {
    const doc = this.doc(id);
    const versions = this.world.versions(doc);
    if (doc.newer) doc.newer = null;
    else {
      const next = versions.find((version) => version.document_id !== id)?.document_id ?? null;
      for (const other of this.world.docs.values()) {
        if (other.newer === id) other.newer = other.row.document_id === next ? null : next;
      }
    }
    for (const version of versions) this.world.changed(this.doc(version.document_id));
    this.world.flush();
  }

  async listFolders() {
    await this.gate("folders");
    return this.world.folders.list();
  }

  async suggestedFolder() {
    return "/home/ada/Papertray Drop";
  }

  async chooseFolder() {
    return this.picked;
  }

  #folder(id: number): DropFolder {
    return this.world.folders.get(id) ?? refuse("unknown_id", "This drop folder is not watched any more.");
  }

  async addFolder(folder: NewDropFolder, create: boolean) {
    await this.gate("folder");
    const { folders } = this.world;
    if (folders.at(folder.path)) refuse("usage", `\`${folder.path}\` is a drop folder already.`, "Choose another one.");
    if (folder.path.startsWith("/home/ada/.local")) {
      refuse("usage", "A drop folder may not hold the library or lie in it.", "Choose a folder outside of it.");
    }
    if (folder.path.startsWith("/gone") && !create) refuse("not_found", `\`${folder.path}\` is not there.`, "Choose another one.");
    const added = folders.add(folder);
    folders.tell(added.id);
    return added;
  }

  async setFolder(folder: DropFolder) {
    await this.gate("folder");
    this.#folder(folder.id);
    const bad = folder.ignore.find((pattern) => pattern.includes("["));
    if (bad) refuse("usage", `\`${bad}\` is no pattern: a bracket is open.`, "Write `*.bak` or `drafts/**`, one a line.");
    this.world.folders.set(folder);
    this.world.folders.tell(folder.id);
    return structuredClone(folder);
  }

  async removeFolder(id: number) {
    await this.gate("folder");
    this.#folder(id);
    this.world.folders.remove(id);
    this.world.folders.tell(id);
  }

  async scanFolder(id: number) {
    this.#folder(id);
    this.world.folders.tell(id);
  }

  async openFolder(id: number) {
    this.#folder(id);
  }

  async ledger(query: LedgerQuery) {
    await this.gate("ledger");
    return this.world.folders.ledger(query);
  }

  async storage() {
    await this.gate("storage");
    const docs = [...this.world.docs.values()];
    const bytes = (trashed: boolean) => docs.filter((doc) => doc.trashed === trashed).reduce((sum, doc) => sum + doc.row.file_size_bytes, 0);
    const trash = bytes(true);
    return {
      library: "/home/ada/.local/share/papertray", originals: bytes(false) + trash, pictures: docs.length * 310_000,
      database: 4_600_000 + docs.length * 9000, trash, trash_documents: docs.filter((doc) => doc.trashed).length, free: 48_213_000_000,
    };
  }

  async emptyTrash() {
    const gone = [...this.world.docs].filter(([, doc]) => doc.trashed);
    for (const [id, doc] of gone) {
      this.world.docs.delete(id);
      this.world.changed(doc);
    }
    this.world.flush();
    return gone.length;
  }

  async openLibrary() {}

  async autostart() {
    return this.starts;
  }

  async setAutostart(on: boolean) {
    await this.gate("settings");
    return (this.starts = on);
  }

  async offline() {
    return this.known.providers.offline;
  }

  async setOffline(on: boolean) {
    await this.gate("settings");
    this.known.providers.offline = on;
  }

  async setSecret(target: "webhook" | "mail", secret: string | null) {
    await this.gate("settings");
    if (secret) this.secrets.add(target);
    else this.secrets.delete(target);
  }

  async hasSecret(target: "webhook" | "mail") {
    return this.secrets.has(target);
  }

  async testTell(target: "webhook" | "mail") {
    if (this.known.providers.offline) refuse("permission_denied", `Papertray is set to stay offline, so \`${target}\` was not asked and nothing was sent.`);
    if (!this.secrets.has(target)) refuse("usage", "It has no secret yet, so nothing was sent.");
  }

  async cancelAll() {
    const count = this.world.queue.cancelAll();
    this.world.flush();
    return count;
  }

  async pauseJob(id: number) {
    this.world.queue.pauseJob(this.job(id));
    this.world.flush();
  }

  async resumeJob(id: number) {
    this.world.queue.resumeJob(this.job(id));
    this.world.flush();
  }

  async runNext(id: number) {
    const job = this.job(id);
    if (job.status === "processing") refuse("wrong_state", "This document is being read already.");
    this.world.queue.runNext(job);
    this.world.flush();
  }

  async failureCauses() {
    await this.gate("causes");
    return this.world.queue.causes();
  }

  async retryFailed(code: ErrorCode | null) {
    const { queue } = this.world;
    const retryable = new Set(queue.causes().filter((cause) => cause.retryable).map((cause) => cause.code));
    const jobs = queue.failures().filter(({ error }) => error && (code ? error.code === code : retryable.has(error.code)));
    for (const job of jobs) this.again(this.doc(job.owner), "normal");
    this.world.flush();
    return jobs.length;
  }

  async moveLibrary() {
    await this.gate("move");
    return true;
  }

  async moveState() {
    return { done: 212, all: 840 };
  }

  async restoreLibrary() {
    await this.gate("restore");
    return true;
  }

  async listTypes() {
    await this.gate("types");
    return structuredClone(this.known.types);
  }

  async openTypesFolder() {}

  async documentsOfType(docType: string) {
    return [...this.world.docs].filter(([, doc]) => !doc.trashed && doc.row.doc_type === docType).map(([id]) => id);
  }

  async listLessons() {
    return structuredClone(this.known.lessons);
  }

  async forgetLessons(which: string) {
    return this.known.forget(which);
  }

  async providers() {
    await this.gate("providers");
    return structuredClone({ settings: this.known.providers, stop_at_bad_page: this.known.stopAtBadPage, spent: this.known.spent(), pauses: [] });
  }

  async setProviders(settings: ProviderSettings, stopAtBadPage: boolean) {
    await this.gate("settings");
    this.known.providers = structuredClone(settings);
    this.known.stopAtBadPage = stopAtBadPage;
  }

  async setServiceKey(service: string, key: string | null) {
    if (key) this.known.keys.add(service);
    else this.known.keys.delete(service);
  }

  async hasServiceKey(service: string) {
    return this.known.keys.has(service);
  }

  async testService(service: string) {
    return this.known.test(service);
  }

  async listSendings(before: number | null, limit: number) {
    await this.gate("sendings");
    return this.known.page(before, limit);
  }

  async listJobs(query: JobQuery) {
    if (query.states.includes("completed")) await this.gate("history");
    return this.world.queue.list(query);
  }

  async nextJobs(limit: number) {
    await this.gate("jobs");
    return this.world.queue.next(limit);
  }

  async jobDetail(id: number) {
    await this.gate("detail");
    return this.world.queue.detail(this.job(id));
  }

  async pauseQueue(mode: PauseMode, minutes: number | null) {
    this.world.queue.pauseAll("person", mode, minutes);
    this.world.flush();
  }

  async resumeQueue() {
    this.world.queue.resume();
    this.world.flush();
  }

  async queueMetrics(hours: number) {
    await this.gate("metrics");
    return this.world.queue.measures.metrics(this.world.now, hours);
  }

  async windowReady() {}

  async quit(how: QuitHow) {
    this.quits.push(how);
  }

  async health(): Promise<Health> {
    const bad = this.options.get("health") === "bad";
    return {
      status: bad ? "unhealthy" : "healthy", queue_status: this.world.queue.status(), stuck_jobs: 0, database_connected: true,
      reader_available: !bad,
      ...(bad ? { error: { code: "reader_missing", message: "The reader program is missing.", hint: "Install Papertray again." } } : {}),
    };
  }

  async getSettings() {
    return structuredClone(this.world.settings);
  }

  async setSettings(settings: Settings) {
    await this.gate("settings");
    this.world.settings = settings;
    this.world.queueChanged();
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
    engine.drag(true, event.dataTransfer?.items.length ?? 0, { x: event.clientX, y: event.clientY });
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
