// What the library takes of the disk.

import { userError } from "../api";
import type { Storage, UserError } from "../model";
import { Refresher } from "./refresher";
import type { Session } from "./session.svelte";

export type SpacePart = { kind: "originals" | "pictures" | "database" | "trash"; bytes: number };

/** The parts in the order they are drawn; together they are the whole. */
export function spaceParts(storage: Storage): SpacePart[] {
  const trash = Math.min(storage.trash, storage.originals);
  return [
    { kind: "originals", bytes: storage.originals - trash },
    { kind: "pictures", bytes: storage.pictures },
    { kind: "database", bytes: storage.database },
    { kind: "trash", bytes: trash },
  ];
}

export class Space {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  storage: Storage | null = $state.raw(null);
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load(), 3000);

  constructor(session: Session) {
    this.#session = session;
    const again = () => this.#refresh.touch();
    this.#stop = session.listen({ documentsChanged: again, resynced: again });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
  }

  get total(): number {
    return this.storage ? spaceParts(this.storage).reduce((sum, part) => sum + part.bytes, 0) : 0;
  }

  async load(): Promise<void> {
    try {
      this.storage = await this.#session.api.storage();
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      if (!this.storage) this.phase = "failed";
    }
  }
}
