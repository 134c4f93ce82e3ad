// The ledger's lines, newest first, a page at a time: of one drop folder or of all, of one fate or of all.

import type { Fate, FolderId, LedgerEntry } from "../model";
import { Paged } from "./paged.svelte";
import { Refresher } from "./refresher";
import type { Session } from "./session.svelte";

export class Ledger extends Paged<LedgerEntry> {
  folder: FolderId | null = $state(null);
  fate: Fate | null = $state(null);
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load());

  constructor(session: Session) {
    super();
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
    this.forget();
  }

  async show(folder: FolderId | null, fate: Fate | null): Promise<void> {
    this.folder = folder;
    this.fate = fate;
    this.rows = [];
    await this.load();
  }

  protected async ask(before: number | null, limit: number) {
    const { entries, more } = await this.#session.api.ledger({ folder: this.folder, fate: this.fate, before, limit });
    return { rows: entries, more };
  }
}
