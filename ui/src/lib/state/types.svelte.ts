// Types of documents and what vendors' paper taught, as Settings show them; and a replay of all documents of a type.

import { userError } from "../api";
import type { DocType, LessonRow, Types, UserError } from "../model";
import type { App } from "./app.svelte";

export type Replay = { type: DocType; done: number; total: number; changed: number; skipped: number; running: boolean };
export type Learned = { row: LessonRow; kind: "name" | "label"; words: string };

/** What a lesson says; nothing where it is of another version. */
export function learned(row: LessonRow): Learned | null {
  try {
    const { kind, name, label } = JSON.parse(row.lesson) as { kind?: string; name?: string; label?: string };
    if (kind === "name" && name) return { row, kind, words: name };
    if (kind === "label" && label) return { row, kind, words: label };
  } catch {
    // Not shown: it cannot be said what it means.
  }
  return null;
}

export class KnownTypes {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  data: Types | null = $state.raw(null);
  lessons: Learned[] = $state.raw([]);
  replay: Replay | null = $state.raw(null);
  readonly #app: App;
  #stopped = false;

  constructor(app: App) {
    this.#app = app;
  }

  destroy(): void {
    this.#stopped = true;
  }

  async load(): Promise<void> {
    try {
      const [data, lessons] = await Promise.all([this.#app.api.listTypes(), this.#app.api.listLessons()]);
      this.data = data;
      this.lessons = lessons.flatMap((row) => learned(row) ?? []);
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  async forget(which: string): Promise<void> {
    await this.#app.api.forgetLessons(which);
    await this.load();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Understands every document of a type anew; one that is at work is left out. */
  async start(type: DocType): Promise<void> {
    if (this.replay?.running) return;
    this.#stopped = false;
    const ids = await this.#app.api.documentsOfType(type);
    let [changed, skipped, done] = [0, 0, 0];
    const show = (running: boolean) => (this.replay = { type, done, total: ids.length, changed, skipped, running });
    show(true);
    for (const id of ids) {
      if (this.#stopped) break;
      await this.#app.api.replayDocument(id).then(
        ({ changes }) => (changed += changes.length > 0 ? 1 : 0),
        () => (skipped += 1),
      );
      done += 1;
      show(true);
    }
    show(false);
  }
}
