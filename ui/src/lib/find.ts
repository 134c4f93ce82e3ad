// Finding a phrase in a page's text: without regard to case, and across line breaks.

export type Piece = { text: string; /** Its number from 1, or 0 where it is no hit. */ hit: number };

export function findAll(text: string, phrase: string): Piece[] {
  const words = phrase.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0 || !text) return [{ text, hit: 0 }];
  const pattern = words.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  const pieces: Piece[] = [];
  let [from, hit] = [0, 0];
  for (const match of text.matchAll(new RegExp(pattern, "giu"))) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), hit: 0 });
    pieces.push({ text: match[0], hit: ++hit });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hit: 0 });
  return pieces;
}

const LETTER = "[\\p{L}\\p{N}]";

/** Each letter with any accent it may carry, and `ß` beside `ss`. */
function letters(part: string): string {
  const bare = part.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replaceAll("ß", "ss");
  return [...bare].map((letter) => `${letter}[\\u0300-\\u036f]*`).join("").replace(/s\[[^\]]+\]\*s\[[^\]]+\]\*/gi, (both) => `(?:${both}|ß)`);
}

/** The words of a search that a text may hold: filters (`type:invoice`) and what is left out (`-word`) are none. A phrase, and
 * a word that signs part (`T-shirt`), is found as a whole. The last word may still be typed: it, and `begin*`, begin words. */
function patterns(search: string): string[] {
  const typing = !/[\s"]$/.test(search);
  const pieces = [...search.matchAll(/(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi)];
  return pieces.flatMap(([, minus, key, quoted, plain], i) => {
    const value = quoted ?? plain ?? "";
    const parts = value.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    if (minus || key || parts.length === 0) return [];
    const begins = value.endsWith("*") || (typing && i === pieces.length - 1 && quoted === undefined);
    return [`(?<!${LETTER})${parts.map(letters).join(`(?:(?!${LETTER})[^])*?`)}${begins ? "" : `(?!${LETTER})`}`];
  });
}

/** What a search found in a text: its words and phrases. */
export function findAny(text: string, search: string): Piece[] {
  const found = patterns(search);
  if (found.length === 0) return [{ text, hit: 0 }];
  const pieces: Piece[] = [];
  let [from, hit] = [0, 0];
  const open = text.normalize("NFD");
  for (const match of open.matchAll(new RegExp(found.join("|"), "giu"))) {
    if (match.index > from) pieces.push({ text: open.slice(from, match.index).normalize("NFC"), hit: 0 });
    pieces.push({ text: match[0].normalize("NFC"), hit: ++hit });
    from = match.index + match[0].length;
  }
  if (from < open.length) pieces.push({ text: open.slice(from).normalize("NFC"), hit: 0 });
  return pieces;
}
