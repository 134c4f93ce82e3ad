// Names of documents for lists that hold only their ids. Asks once per id, a few at a time.

import { SvelteMap } from "svelte/reactivity";
import type { Api } from "../api";
import type { DocumentId, DocumentRow } from "../model";
import { rowName } from "./rowstate";

export class Names {
  readonly #names = new SvelteMap<DocumentId, string>();
  readonly #asked = new Set<DocumentId>();
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  get(id: DocumentId): string | null {
    return this.#names.get(id) ?? null;
  }

  learn(row: DocumentRow): void {
    this.#asked.add(row.document_id);
    if (this.#names.get(row.document_id) !== rowName(row)) this.#names.set(row.document_id, rowName(row));
  }

  async want(ids: DocumentId[]): Promise<void> {
    const missing = ids.filter((id) => !this.#asked.has(id));
    for (const id of missing) this.#asked.add(id);
    for (let at = 0; at < missing.length; at += 8) {
      await Promise.all(missing.slice(at, at + 8).map(async (id) => {
        const detail = await this.#api.getDocument(id).catch(() => null);
        if (detail) this.learn(detail.row);
      }));
    }
  }
}
