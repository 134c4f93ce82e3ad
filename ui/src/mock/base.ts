// The pretended world as the acts find it: what the address says of it, its events, and what goes wrong on wish.

import { type ApiListener, EngineError } from "../lib/api";
import { ADD, type AddOptions, type AddOutcome, type ErrorCode, type Job, type QuitHow, type Settings } from "../lib/model";
import { locale } from "../lib/locale.svelte";
import { Collecting } from "./collecting";
import { Known } from "./known";
import { makeBusy, makeQueue } from "./past";
import { SAMPLES } from "./samples";
import { type Doc, World } from "./world";

const KEPT = "papertray-mock";
const NOON = Date.UTC(2026, 4, 12, 10, 20);

export function refuse(code: ErrorCode, message: string, hint = ""): never {
  throw new EngineError({ code, message, hint });
}

/** The pretended world, and what every act on it begins with. */
export class Pretended {
  readonly world: World;
  readonly known = new Known();
  readonly collections: Collecting;
  protected readonly options: URLSearchParams;
  protected readonly listeners = new Set<ApiListener>();
  protected readonly refreshed = new Map<string, number[]>();
  /** How Papertray was told to end, for tests. */
  readonly quits: QuitHow[] = [];
  /** What lies on the pretended clipboard. */
  clipboard: string[] = [];
  /** What the pretended folder picker answers. */
  picked: string | null = "/home/ada/Documents/Scans";
  protected starts: boolean | null = false;
  protected readonly secrets = new Set<string>();

  constructor(options: URLSearchParams) {
    this.options = options;
    this.world = new World(options.get("clock") === "manual" ? NOON : Date.now());
    this.collections = new Collecting(this.world, options, (name) => this.gate(name));
    const kept = options.has("keep") ? sessionStorage.getItem(KEPT) : null;
    if (kept) {
      this.world.load(kept);
      this.collections.load(JSON.parse(sessionStorage.getItem(`${KEPT}-collections`) ?? '{"kept":[],"made":0}'));
    }
    else if (options.get("docs") !== "empty") {
      this.world.queue.measures.pretend(this.world.now);
      this.world.fill(options.get("docs") === "many" ? 10_000 : 60);
      if (options.has("busy")) makeBusy(this.world);
      if (options.has("waiting")) makeQueue(this.world, Number(options.get("waiting")));
    }
    if (!kept) {
      this.world.folders.fill(options.get("docs") === "empty" ? (options.get("folders") ?? "none") : options.get("folders"));
      if (options.has("extras")) this.world.extras();
      if (options.has("services")) this.known.fill(this.world.now);
      if (options.has("changed")) this.world.change();
      this.collections.fill();
      if (!options.has("collections")) this.world.forgetEvents();
      if (options.has("welcome")) this.world.settings.welcomed = false;
    }
    if (options.get("autostart") === "none") this.starts = null;
    const paused = options.get("paused");
    const cause = paused === "battery" || paused === "low_disk" ? paused : "person";
    if (paused !== null && !kept) this.world.queue.pauseAll(cause, "drain", paused === "timed" ? 30 : null);
    const theme = options.get("theme");
    if (theme === "light" || theme === "dark") this.world.settings.theme = theme;
    const language = options.get("language");
    if (language === "en" || language === "de") this.world.settings.language = language;
    this.world.emit = (events, seq) => {
      for (const listener of this.listeners) listener.batch({ seq, events });
    };
  }

  /** The window speaks this language from now on, whatever is on it. */
  speak(language: Settings["language"]): void {
    this.world.settings.language = language;
    locale.choose(language);
  }

  /** Lets `ms` of pretended time pass. */
  advance(ms: number): void {
    this.world.advance(ms);
  }

  keep(): void {
    if (!this.options.has("keep")) return;
    sessionStorage.setItem(KEPT, this.world.save());
    sessionStorage.setItem(`${KEPT}-collections`, JSON.stringify(this.collections.save()));
  }

  async subscribe(listener: ApiListener): Promise<() => void> {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  navigate(document_id: string | null, view: string): void {
    for (const listener of this.listeners) listener.navigate({ document_id, view });
  }

  now(): number {
    return this.world.now;
  }

  /** The window's close button, or the tray's Quit, while work goes on. */
  askQuit(): void {
    const { processing: running, pending: waiting } = this.world.queue.status();
    for (const listener of this.listeners) listener.quitAsked({ running, waiting });
  }

  drag(over: boolean, count: number, at = { x: 0, y: 0 }): void {
    for (const listener of this.listeners) listener.drag({ over, count, at });
  }

  /** Files were let go over the window. */
  drop(names: string[]): AddOutcome[] {
    const outcomes = this.take(names);
    for (const listener of this.listeners) listener.filesAdded(outcomes);
    this.drag(false, 0);
    return outcomes;
  }

  protected take(names: string[], options: AddOptions = ADD): AddOutcome[] {
    const outcomes = names.map((name): AddOutcome => {
      const file = `/home/ada/Papers/${name}`;
      const known = [...this.world.docs.values()].find((doc) => doc.row.filename === name && !doc.newer);
      if (known && options.duplicates === "skip") {
        const { document_id, display_name, filename } = known.row;
        return { document_id, file, outcome: "already_imported", name: display_name || filename, in_trash: known.trashed };
      }
      if (!/\.(pdf|jpe?g|png|tiff?|webp|xlsx|csv|txt|md)$/i.test(name)) {
        return { file, error: { code: "unsupported_type", message: "Papertray does not read files of this kind.", hint: "" } };
      }
      const locked = SAMPLES.findIndex((sample) => sample.password);
      const doc = this.world.put(name.includes("locked") ? locked : 1000 + this.world.docs.size, !options.stage, name, options.stage);
      if (known && options.duplicates === "version") this.world.supersede(known, doc);
      if (name.includes("flaky")) doc.trouble = 1;
      this.world.changed(doc);
      return { document_id: doc.row.document_id, file, filename: name, status: "uploading" };
    });
    queueMicrotask(() => this.world.flush());
    return outcomes;
  }

  protected async gate(name: string): Promise<void> {
    if (this.options.get("hang") === name) await new Promise(() => {});
    if (this.options.get("fail") === name) {
      refuse("library_damaged", "The library could not be read. No file was changed.", "Try again, or restore a backup.");
    }
  }

  protected doc(id: string): Doc {
    const doc = this.world.docs.get(id);
    return doc && !doc.trashed ? doc : refuse("unknown_id", "This document is not in the library any more.");
  }

  protected jobOf(doc: Doc): Job | null {
    const { job } = doc.row;
    return job && !["completed", "failed", "cancelled"].includes(job.status) ? job : null;
  }

  protected job(id: number): Job {
    return this.world.queue.jobs.get(id) ?? refuse("unknown_id", "There is no such job.");
  }
}
