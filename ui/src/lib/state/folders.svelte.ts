// The drop folders: how each is watched, and its ledger in numbers. Kept for the whole window, asked for at first use.

import { SvelteMap } from "svelte/reactivity";
import { userError } from "../api";
import {
  type DropFolder, FATES, type FolderId, type FolderView, type LedgerCounts, NEW_FOLDER, type NewDropFolder,
  type UserError,
} from "../model";
import { Refresher } from "./refresher";
import type { Session } from "./session.svelte";

export type FolderDoing = "scanning" | "saving" | "removing";

export class Folders {
  phase: "idle" | "loading" | "ready" | "failed" = $state("idle");
  error: UserError | null = $state.raw(null);
  list: FolderView[] = $state.raw([]);
  /** Where a drop folder might lie, for one who has none there. */
  suggested: string | null = $state(null);
  readonly doing = new SvelteMap<FolderId, FolderDoing>();
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());
  /** Of several questions on their way only the last one's answer counts. */
  #turn = 0;

  constructor(session: Session) {
    this.#session = session;
    const again = () => {
      if (this.phase !== "idle") this.#refresh.touch();
    };
    this.#stop = session.listen({ foldersChanged: again, resynced: again });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
    this.#turn += 1;
  }

  /** Asks where nobody has asked yet. */
  want(): void {
    if (this.phase === "idle" || this.phase === "failed") void this.load();
  }

  get(id: FolderId | null): FolderView | null {
    return this.list.find((view) => view.folder.id === id) ?? null;
  }

  /** The folder to put files into, for one who asks where. */
  get first(): FolderView | null {
    return this.list.find((view) => view.folder.active && view.error === null) ?? this.list[0] ?? null;
  }

  get canSuggest(): boolean {
    return this.suggested !== null && !this.list.some((view) => view.folder.path === this.suggested);
  }

  /** The numbers of one folder, or of all together. */
  counts(id: FolderId | null): LedgerCounts {
    const sum: LedgerCounts = { seen: 0, imported: 0, duplicate: 0, ignored: 0, waiting: 0, failed: 0 };
    for (const { folder, counts } of this.list) {
      if (id !== null && folder.id !== id) continue;
      sum.seen += counts.seen;
      for (const fate of FATES) sum[fate] += counts[fate];
    }
    return sum;
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    if (this.phase !== "ready") this.phase = "loading";
    try {
      const { api } = this.#session;
      const [list, suggested] = await Promise.all([
        api.listFolders(),
        this.suggested ?? api.suggestedFolder().catch(() => null),
      ]);
      if (turn !== this.#turn) return;
      this.list = list;
      this.suggested = suggested;
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  async add(path: string, create: boolean): Promise<DropFolder> {
    const added = await this.#session.api.addFolder({ ...NEW_FOLDER, path }, create);
    await this.load();
    return added;
  }

  /** Asks the person for a folder and watches it; null where they chose none. */
  async choose(): Promise<DropFolder | null> {
    const path = await this.#session.api.chooseFolder();
    return path === null ? null : this.add(path, false);
  }

  /** Shown at once, and taken back where the engine refuses. */
  async set(folder: DropFolder, change: Partial<DropFolder>): Promise<void> {
    const wanted = { ...folder, ...change };
    const before = this.list;
    this.list = before.map((view) => (view.folder.id === folder.id ? { ...view, folder: wanted } : view));
    this.doing.set(folder.id, "saving");
    try {
      await this.#session.api.setFolder(wanted);
    } catch (thrown) {
      this.list = before;
      throw thrown;
    } finally {
      this.doing.delete(folder.id);
    }
    await this.load();
  }

  async remove(folder: DropFolder): Promise<void> {
    const before = this.list;
    this.list = before.filter((view) => view.folder.id !== folder.id);
    try {
      await this.#session.api.removeFolder(folder.id);
    } catch (thrown) {
      this.list = before;
      throw thrown;
    }
    await this.load();
  }

  /** Watches a removed folder again, as it was. */
  async putBack(folder: DropFolder): Promise<void> {
    const { id: _, active, ...options } = folder;
    const added = await this.#session.api.addFolder(options satisfies NewDropFolder, false);
    if (!active) await this.#session.api.setFolder({ ...added, active });
    await this.load();
  }

  async scan(id: FolderId): Promise<void> {
    this.doing.set(id, "scanning");
    try {
      await this.#session.api.scanFolder(id);
    } finally {
      this.doing.delete(id);
    }
  }
}

/** The patterns as they are typed, one a line. */
export function patterns(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** The part of `path` below its folder. */
export function below(path: string, folder: string | undefined): string {
  if (!folder || !path.startsWith(folder)) return path;
  return path.slice(folder.length).replace(/^[\\/]+/, "");
}
