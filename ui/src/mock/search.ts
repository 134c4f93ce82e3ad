// What the pretend engine finds: words, phrases and the filters, roughly as the real one.

import type { DocumentRow, DocumentSort, Hits, PageDetail } from "../lib/model";

type Wanted = { terms: string[][]; filters: [string, string][] };

const fold = (text: string) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replaceAll("ß", "ss");
const words = (text: string) => fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

export function parse(text: string): Wanted {
  const wanted: Wanted = { terms: [], filters: [] };
  for (const [, key, quoted, plain] of text.matchAll(/(?:(type|tag|vendor|status|currency|date|amount):)?(?:"([^"]*)"?|(\S+))/g)) {
    const value = quoted ?? plain ?? "";
    if (key) wanted.filters.push([key, value.toLowerCase()]);
    else if (words(value).length > 0) wanted.terms.push(words(value));
  }
  return wanted;
}

function compare(value: number | string, text: string): boolean {
  const [, sign = "", rest = ""] = /^(>=|<=|>|<)?(.*)$/.exec(text) ?? [];
  const other = typeof value === "number" ? Number(rest) : rest;
  if (sign === ">") return value > other;
  if (sign === "<") return value < other;
  if (sign === ">=") return value >= other;
  if (sign === "<=") return value <= other;
  return typeof value === "string" ? value.startsWith(rest) : value === other;
}

function passes(row: DocumentRow, [key, value]: [string, string]): boolean {
  if (!value) return true;
  if (key === "type") return row.doc_type === value;
  if (key === "tag") return row.tags.includes(value);
  if (key === "status") return row.status === value;
  if (key === "currency") return row.currency?.toLowerCase() === value;
  if (key === "vendor") return fold(row.display_name ?? "").includes(fold(value));
  if (key === "date") return row.date !== null && compare(row.date, value);
  return row.total !== null && compare(Number(row.total), value);
}

const within = (all: string[], term: string[]) =>
  all.findIndex((_, at) => term.every((word, i) => (i === term.length - 1 ? all[at + i]?.startsWith(word) : all[at + i] === word)));

export function finds(text: string, row: DocumentRow, body: () => string): boolean {
  const { terms, filters } = parse(text);
  if (!filters.every((filter) => passes(row, filter))) return false;
  if (terms.length === 0) return true;
  const head = words([row.filename, row.display_name ?? "", ...row.tags, row.doc_type ?? ""].join(" "));
  let all: string[] | null = null;
  return terms.every((term) => within(head, term) >= 0 || within((all ??= words(body())), term) >= 0);
}

/** Where the words stand on these pages. */
export function hitsOn(id: string, text: string, pages: PageDetail[], most: number): Hits {
  const { terms } = parse(text);
  const hits: Hits["hits"] = [];
  for (const page of pages) {
    page.words.forEach((word, i) => {
      const folded = words(word.text);
      if (!terms.some((term) => folded.some((part) => part.startsWith(term[0] ?? "\0")))) return;
      const [from, to] = [Math.max(0, i - 6), Math.min(page.words.length, i + 7)];
      const around = page.words.slice(from, to).map((other) => other.text).join(" ");
      hits.push({ page_number: page.summary.page_number, box: word.box, snippet: `${from > 0 ? "…" : ""}${around}${to < page.words.length ? "…" : ""}` });
    });
  }
  return { document_id: id, hits: hits.slice(0, most), more: hits.length > most };
}

export function sortKey(row: DocumentRow, sort: DocumentSort): string | number {
  if (sort === "date") return row.date ?? "";
  if (sort === "amount") return row.total === null ? -1e300 : Number(row.total);
  if (sort === "name") return (row.display_name || row.filename).toLowerCase();
  return row.document_id;
}
