// What was done and may be taken back, in order. A new act ends what could be done again.

export type Act = { undo: () => Promise<void>; redo: () => Promise<void> };

export class Steps {
  #done: Act[] = $state.raw([]);
  #undone: Act[] = $state.raw([]);
  #busy = false;

  get mayUndo(): boolean {
    return this.#done.length > 0;
  }

  get mayRedo(): boolean {
    return this.#undone.length > 0;
  }

  did(act: Act): void {
    this.#done = [...this.#done, act];
    this.#undone = [];
  }

  clear(): void {
    this.#done = this.#undone = [];
  }

  /** Answers whether there was something to take back. A refusal leaves it there. */
  async undo(): Promise<boolean> {
    const act = this.#done.at(-1);
    if (!act || this.#busy) return false;
    await this.#run(act.undo);
    this.#done = this.#done.filter((other) => other !== act);
    this.#undone = [...this.#undone, act];
    return true;
  }

  async redo(): Promise<boolean> {
    const act = this.#undone.at(-1);
    if (!act || this.#busy) return false;
    await this.#run(act.redo);
    this.#undone = this.#undone.filter((other) => other !== act);
    this.#done = [...this.#done, act];
    return true;
  }

  async #run(step: () => Promise<void>): Promise<void> {
    this.#busy = true;
    try {
      await step();
    } finally {
      this.#busy = false;
    }
  }
}
