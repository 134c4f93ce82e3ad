// What was measured of the queue, over the span of time a person chose.

import { userError } from "../api";
import type { QueueMetrics, UserError } from "../model";
import { Refresher } from "./refresher";
import { isOver, type Session } from "./session.svelte";

export const HOURS = [1, 24, 168] as const;
export type Hours = (typeof HOURS)[number];

/** Figures move slowly; a busy queue is not asked for them at every page. */
const REST_MS = 5000;

export class Figures {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  metrics: QueueMetrics | null = $state.raw(null);
  hours: Hours = $state(1);
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load(), REST_MS);
  #turn = 0;

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      jobChanged: (job) => {
        if (isOver(job)) this.#refresh.touch();
      },
      resynced: () => this.#refresh.touch(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
    this.#turn += 1;
  }

  async show(hours: Hours): Promise<void> {
    this.hours = hours;
    await this.load();
  }

  /** What is shown stays until the answer is here. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    if (!this.metrics) this.phase = "loading";
    try {
      const metrics = await this.#session.api.queueMetrics(this.hours);
      if (turn !== this.#turn) return;
      this.metrics = metrics;
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }
}
