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

/** Any of the words of a search, at the beginning of words: filters (`type:invoice`) and what is left out (`-word`) are none. */
export function findAny(text: string, search: string): Piece[] {
  const words = search.split(/["\s]+/).filter((word) => word && !/^-|^[a-z]+:/i.test(word)).map((word) => word.replace(/\*$/, ""));
  const parts = words.flatMap((word) => word.split(/[^\p{L}\p{N}]+/u)).filter(Boolean);
  if (parts.length === 0) return [{ text, hit: 0 }];
  // Each letter with any accent it may carry.
  const pattern = parts.map((part) => [...part.normalize("NFKD").replace(/[\u0300-\u036f]/g, "")].map((letter) => `${letter}[\\u0300-\\u036f]*`).join("")).join("|");
  const pieces: Piece[] = [];
  let [from, hit] = [0, 0];
  const open = text.normalize("NFD");
  for (const match of open.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})`, "giu"))) {
    if (match.index > from) pieces.push({ text: open.slice(from, match.index).normalize("NFC"), hit: 0 });
    pieces.push({ text: match[0].normalize("NFC"), hit: ++hit });
    from = match.index + match[0].length;
  }
  if (from < open.length) pieces.push({ text: open.slice(from).normalize("NFC"), hit: 0 });
  return pieces;
}
