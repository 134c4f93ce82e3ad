// Samples for a first look: whether they are there, added and taken away by one button each.

import type { Samples as Known } from "../model";
import type { Session } from "./session.svelte";

export class Samples {
  /** Null: not asked for yet. */
  known: Known | null = $state.raw(null);
  doing: "adding" | "removing" | null = $state(null);
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  get there(): boolean {
    return (this.known?.documents.length ?? 0) > 0;
  }

  /** Whether the collection is the one of the samples. */
  owns(collection: string): boolean {
    return this.known?.collection === collection;
  }

  async load(): Promise<void> {
    this.known = await this.#session.api.samples().catch(() => this.known);
  }

  async add(): Promise<Known> {
    return this.#during("adding", async () => (this.known = await this.#session.api.addSamples()));
  }

  async remove(): Promise<void> {
    await this.#during("removing", async () => {
      await this.#session.api.removeSamples();
      await this.load();
    });
  }

  async #during<T>(doing: "adding" | "removing", act: () => Promise<T>): Promise<T> {
    this.doing = doing;
    try {
      return await act();
    } finally {
      this.doing = null;
    }
  }
}
