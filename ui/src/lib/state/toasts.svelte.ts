// Short messages at the window's foot, and the words that only a screen reader gets.

export type ToastAct = { label: string; run: () => void };

export type Toast = {
  id: number;
  text: string;
  detail?: string | undefined;
  tone: "plain" | "failed";
  actions?: ToastAct[];
};

export class Toasts {
  list: Toast[] = $state.raw([]);
  #next = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(toast: Omit<Toast, "id" | "tone"> & { tone?: Toast["tone"] }): number {
    const id = this.#next++;
    this.list = [...this.list.slice(-2), { tone: "plain", ...toast, id }];
    this.resume(id);
    return id;
  }

  dismiss(id: number): void {
    this.pause(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Under the pointer or in focus a message stays. */
  pause(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    const toast = this.list.find((other) => other.id === id);
    if (!toast) return;
    this.pause(id);
    const acts = toast.actions?.length ?? 0;
    const ms = acts > 1 ? 20_000 : acts === 1 ? 10_000 : toast.tone === "failed" ? 9_000 : 5_000;
    this.#timers.set(id, setTimeout(() => this.dismiss(id), ms));
  }
}

/** A live region's text. What comes within a breath is told together. */
export class Announcer {
  text = $state("");
  readonly #sum: (count: number) => string;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `sum` words many messages as one. */
  constructor(sum: (count: number) => string) {
    this.#sum = sum;
  }

  say(message: string): void {
    this.#waiting.push(message);
    this.#timer ??= setTimeout(() => {
      const all = this.#waiting;
      this.#waiting = [];
      this.#timer = null;
      this.text = all.length > 3 ? this.#sum(all.length) : all.join(" ");
    }, 400);
  }
}
