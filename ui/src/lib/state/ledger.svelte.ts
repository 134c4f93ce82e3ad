// The ledger's lines, newest first, a page at a time: of one drop folder or of all, of one fate or of all.

import { userError } from "../api";
import type { Fate, FolderId, LedgerEntry, UserError } from "../model";
import { Refresher } from "./refresher";
import type { Session } from "./session.svelte";

const PAGE = 100;

export class Ledger {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  entries: LedgerEntry[] = $state.raw([]);
  more = $state(false);
  folder: FolderId | null = $state(null);
  fate: Fate | null = $state(null);
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());
  #turn = 0;
  #loadingMore = false;

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      foldersChanged: (ids) => {
        if (this.folder === null || ids.includes(this.folder)) this.#refresh.touch();
      },
      resynced: () => this.#refresh.touch(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
    this.#turn += 1;
  }

  async show(folder: FolderId | null, fate: Fate | null): Promise<void> {
    this.folder = folder;
    this.fate = fate;
    this.entries = [];
    await this.load();
  }

  /** What is shown stays until the answer is here. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.#loadingMore = false;
    if (this.entries.length === 0) this.phase = "loading";
    try {
      const page = await this.#ask(null, Math.max(PAGE, Math.min(this.entries.length, 1000)));
      if (turn !== this.#turn) return;
      this.entries = page.entries;
      this.more = page.more;
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  async loadMore(): Promise<void> {
    const last = this.entries.at(-1);
    if (!this.more || this.#loadingMore || !last || this.phase !== "ready") return;
    this.#loadingMore = true;
    const turn = this.#turn;
    try {
      const page = await this.#ask(last.id, PAGE);
      if (turn !== this.#turn) return;
      this.entries = [...this.entries, ...page.entries];
      this.more = page.more;
    } catch {
      // The end of the list is asked for again at the next scroll.
    } finally {
      if (turn === this.#turn) this.#loadingMore = false;
    }
  }

  #ask(before: number | null, limit: number) {
    return this.#session.api.ledger({ folder: this.folder, fate: this.fate, before, limit });
  }
}
