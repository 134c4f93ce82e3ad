// The engine's time for what counts down on the screen. It stands still while nobody looks.

export class Ticker {
  now = $state(0);
  readonly #read: () => number;
  #watchers = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(read: () => number) {
    this.#read = read;
    this.now = read();
  }

  /** Goes on each second until the answer is called. */
  watch(): () => void {
    this.now = this.#read();
    if (this.#watchers++ === 0) this.#timer = setInterval(() => (this.now = this.#read()), 1000);
    return () => {
      if (--this.#watchers === 0) clearInterval(this.#timer);
    };
  }

  /** Milliseconds from now until `instant`, none for what is past. */
  until(instant: string): number {
    return Math.max(0, new Date(instant).getTime() - this.now);
  }
}
