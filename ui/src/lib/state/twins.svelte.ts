// Pairs of documents that may be one paper. Nothing happens to them but what a person says.

import { userError } from "../api";
import type { DocumentId, Twins, UserError } from "../model";
import type { Session } from "./session.svelte";

export const pairKey = (pair: Twins) => `${pair.one.document_id}/${pair.other.document_id}`;

export class TwinList {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  pairs: Twins[] = $state.raw([]);
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async load(): Promise<void> {
    try {
      this.pairs = await this.#session.api.listTwins();
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  /** Two papers after all: they are not shown together again. Answers what takes it back. */
  async keepBoth(pair: Twins): Promise<() => Promise<void>> {
    const { api } = this.#session;
    const [one, other] = [pair.one.document_id, pair.other.document_id];
    await api.setDifferent(one, other, true);
    this.pairs = this.pairs.filter((kept) => kept !== pair);
    return async () => {
      await api.setDifferent(one, other, false);
      await this.load();
    };
  }

  /** One of them goes to the trash, and with it every pair it is in. */
  async remove(id: DocumentId): Promise<() => Promise<void>> {
    const { api } = this.#session;
    await api.removeDocuments([id]);
    this.pairs = this.pairs.filter((pair) => pair.one.document_id !== id && pair.other.document_id !== id);
    return async () => {
      await api.restoreDocuments([id]);
      await this.load();
    };
  }
}
