// Puts the engine's events in order around a snapshot: what came before the snapshot is part of it, what came twice
// counts once, and what arrives while the snapshot is on its way waits for it.

import type { EngineEvent, EventBatch } from "../model";

export class EventFeed {
  #seq = -1;
  #held: EventBatch[] | null = [];
  readonly #apply: (event: EngineEvent) => void;

  constructor(apply: (event: EngineEvent) => void) {
    this.#apply = apply;
  }

  /** Sequence number of the last event that counts. */
  get seq(): number {
    return this.#seq;
  }

  /** From here on batches wait until {@link resume}. */
  hold(): void {
    this.#held ??= [];
  }

  receive(batch: EventBatch): void {
    if (this.#held) this.#held.push(batch);
    else this.#take(batch);
  }

  /** A snapshot of `seq` was taken: goes on after it. */
  resume(seq: number): void {
    const held = (this.#held ?? []).sort((a, b) => a.seq - b.seq);
    this.#held = null;
    this.#seq = seq;
    for (const batch of held) this.#take(batch);
  }

  #take(batch: EventBatch): void {
    if (batch.seq <= this.#seq) return;
    this.#seq = batch.seq;
    for (const event of latestJobs(batch.events)) this.#apply(event);
  }
}

/** Of several changes of one job only the last counts. */
export function latestJobs(events: EngineEvent[]): EngineEvent[] {
  const last = new Map<number, EngineEvent>();
  for (const event of events) if (event.kind === "job_changed") last.set(event.job.id, event);
  return events.filter((event) => event.kind !== "job_changed" || last.get(event.job.id) === event);
}
