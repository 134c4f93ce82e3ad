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
