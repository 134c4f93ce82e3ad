// Settings save themselves: what became of the last change, said quietly and for a moment only.

import { userError } from "../api";
import type { UserError } from "../model";

/** So long "Saved" stands. */
const SHOWN_MS = 2500;

export class Saving {
  phase: "idle" | "saving" | "saved" | "failed" = $state("idle");
  error: UserError | null = $state.raw(null);
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Answers whether it was saved. A refusal stays until the next change or until it is dismissed. */
  async run(save: () => Promise<unknown>): Promise<boolean> {
    const turn = ++this.#turn;
    clearTimeout(this.#timer);
    this.phase = "saving";
    this.error = null;
    try {
      await save();
      if (turn === this.#turn) {
        this.phase = "saved";
        this.#timer = setTimeout(() => this.dismiss(), SHOWN_MS);
      }
      return true;
    } catch (thrown) {
      if (turn === this.#turn) {
        this.error = userError(thrown);
        this.phase = "failed";
      }
      return false;
    }
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.phase = "idle";
    this.error = null;
  }
}
