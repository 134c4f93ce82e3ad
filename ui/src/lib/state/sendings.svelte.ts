// The privacy ledger's lines, newest first, a page at a time.

import type { SendingRow } from "../model";
import { Paged } from "./paged.svelte";
import type { Session } from "./session.svelte";

export class Sendings extends Paged<SendingRow> {
  readonly #session: Session;

  constructor(session: Session) {
    super();
    this.#session = session;
  }

  destroy(): void {
    this.forget();
  }

  protected ask(before: number | null, limit: number) {
    return this.#session.api.listSendings(before, limit);
  }
}
