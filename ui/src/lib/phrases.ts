// The engine speaks English. What it says to a person is put into the window's language here, sentence by sentence, as
// messages/engine/ has it: a key is the sentence as the engine's source writes it, with `{…}` where it fills something
// in. The other language says `{1}` for the first of these, `{1!}` where that must be known here too, and `{1,}` for a
// list. Only for showing: nothing is decided by a sentence. What is not known is shown as the engine said it.

import de from "../../messages/engine/de.json";
import type { Spoken } from "./locale.svelte";

type Phrase = { pattern: RegExp; into: string };

const FILLED = /\{[^{}]*\}/g;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

class Phrases {
  readonly #whole = new Map<string, string>();
  readonly #patterns: Phrase[];
  readonly #known = new Map<string, string | null>();

  constructor(sentences: Record<string, string>) {
    const patterns: { phrase: Phrase; fixed: number }[] = [];
    for (const [from, into] of Object.entries(sentences)) {
      const fixed = from.split(FILLED);
      if (fixed.length === 1) this.#whole.set(from, into);
      else patterns.push({ phrase: { pattern: new RegExp(`^${fixed.map(escaped).join("(.*?)")}$`, "s"), into }, fixed: fixed.join("").length });
    }
    // What says more words of its own fits better.
    this.#patterns = patterns.sort((a, b) => b.fixed - a.fixed).map(({ phrase }) => phrase);
  }

  /** `text` in the other language; nothing where a part of it is not known. */
  find(text: string): string | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const found = this.#whole.get(text) ?? this.#byPattern(text) ?? this.#inParts(text);
    if (this.#known.size > 2000) this.#known.clear();
    this.#known.set(text, found);
    return found;
  }

  #byPattern(text: string): string | null {
    for (const { pattern, into } of this.#patterns) {
      const filled = pattern.exec(text);
      if (!filled) continue;
      let whole = true;
      const said = into.replace(/\{(\d)([!,]?)\}/g, (_, n: string, how: string) => {
        const value = filled[Number(n)] ?? "";
        if (how === ",") return value.split(", ").map((one) => this.find(one) ?? one).join(", ");
        const other = value === "" ? null : this.find(value.trim());
        if (how === "!" && other === null) whole = false;
        return other === null ? value : value.startsWith(" ") ? ` ${other}` : other;
      });
      if (whole) return said;
    }
    return null;
  }

  /** Several sentences, one after another. */
  #inParts(text: string): string | null {
    for (let at = text.indexOf(". "); at > 0; at = text.indexOf(". ", at + 1)) {
      const first = text.slice(0, at + 1);
      const said = this.#whole.get(first) ?? this.#byPattern(first);
      const rest = said === null ? null : this.find(text.slice(at + 2));
      if (said !== null && rest !== null) return `${said} ${rest}`;
    }
    return null;
  }
}

let german: Phrases | null = null;

/** What the engine said, in the window's language; nothing where it is not known there. */
export function phrase(text: string, spoken: Spoken): string | null {
  if (spoken === "en") return text;
  german ??= new Phrases(de);
  return german.find(text);
}
