// A long list, a page at a time: what is shown stays until the answer is here, and of several questions the last counts.

import { userError } from "../api";
import type { UserError } from "../model";

const PAGE = 100;
/** Asked for again, a list is no longer than this. */
const MOST = 1000;

export abstract class Paged<Row extends { id: number }> {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  rows: Row[] = $state.raw([]);
  more = $state(false);
  #turn = 0;
  #loadingMore = false;

  /** A page of the rows below `before`, newest first. */
  protected abstract ask(before: number | null, limit: number): Promise<{ rows: Row[]; more: boolean }>;

  /** Answers that are still on their way count no more. */
  protected forget(): void {
    this.#turn += 1;
  }

  /** Only its first page: for a list that was just chosen. */
  protected loadFirst(): Promise<void> {
    return this.load(PAGE);
  }

  async load(limit = Math.max(PAGE, Math.min(this.rows.length, MOST))): Promise<void> {
    const turn = ++this.#turn;
    this.#loadingMore = false;
    if (this.rows.length === 0) this.phase = "loading";
    try {
      const page = await this.ask(null, limit);
      if (turn !== this.#turn) return;
      this.rows = page.rows;
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
    const last = this.rows.at(-1);
    if (!this.more || this.#loadingMore || !last || this.phase !== "ready") return;
    this.#loadingMore = true;
    const turn = this.#turn;
    try {
      const page = await this.ask(last.id, PAGE);
      if (turn !== this.#turn) return;
      this.rows = [...this.rows, ...page.rows];
      this.more = page.more;
    } catch {
      // The end of the list is asked for again at the next scroll.
    } finally {
      if (turn === this.#turn) this.#loadingMore = false;
    }
  }
}
