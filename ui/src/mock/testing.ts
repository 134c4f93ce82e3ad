// A pretend engine for tests of state: no browser, time by hand.

import { MockEngine } from "./engine";

export function engine(options = ""): MockEngine {
  return new MockEngine(new URLSearchParams(`clock=manual&${options}`));
}

/** Lets everything that was started come to its end. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

export function idOf(api: MockEngine, filename: string): string {
  const doc = [...api.world.docs.values()].find((other) => other.row.filename === filename);
  if (!doc) throw new Error(`no document ${filename}`);
  return doc.row.document_id;
}
