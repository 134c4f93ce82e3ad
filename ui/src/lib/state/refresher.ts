// Asks again after a change: at once where it is quiet, and one time for a burst of changes.

export class Refresher {
  readonly #ask: () => Promise<void>;
  readonly #rest: number;
  #busy = false;
  #again = false;
  #stopped = false;

  /** `rest` milliseconds lie between the end of one question and the next. */
  constructor(ask: () => Promise<void>, rest = 400) {
    this.#ask = ask;
    this.#rest = rest;
  }

  touch(): void {
    if (this.#stopped) return;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    void this.#ask().finally(() => setTimeout(() => this.#rested(), this.#rest));
  }

  #rested(): void {
    this.#busy = false;
    if (!this.#again) return;
    this.#again = false;
    this.touch();
  }

  stop(): void {
    this.#stopped = true;
  }
}
