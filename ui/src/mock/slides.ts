// Draws the pretended deck: what its slides hold, and a picture of each.

import type { Item } from "../lib/collections";
import { type DeckPreview, type DeckSettings, hidesWholesale, type PreflightNote, type SlidePreview, type Spot } from "../lib/deck";
import { photoInside } from "./wares";

const SIZES = { wide: [960, 540], standard: [720, 540], a4: [842, 595], a4_portrait: [595, 842], letter: [792, 612], letter_portrait: [612, 792] } as const;
const COUNT = { one: 1, two: 2, three: 3, four: 4, six: 6, nine: 9, table: 12 } as const;
const INK = { quiet: ["#ffffff", "#1c2126", "#6b7076"], editorial: ["#17181b", "#f3efe6", "#a8a49b"], grid: ["#f6f4ef", "#0f1b3d", "#4a5578"] } as const;

const escape = (text: string) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);
const euro = (minor: number | null) => (minor === null ? "" : `€${(minor / 100).toFixed(2)}`);

function hash(text: string): string {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return (h >>> 0).toString(16).padStart(8, "0");
}

export class Slides {
  readonly #drawn = new Map<string, string>();

  url(of: string): string {
    return this.#drawn.get(of) ?? "";
  }

  preview(name: string, season: string, items: Item[], settings: DeckSettings): DeckPreview {
    const [width, height] = SIZES[settings.format];
    const [paper, ink, soft] = INK[settings.theme];
    const slides: SlidePreview[] = [];
    const hidden = new Set(settings.hidden);
    const add = (key: string, title: string, kind: SlidePreview["kind"], on: Item[], body: string, spots: Spot[] = []) => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Helvetica,'DejaVu Sans',sans-serif"><rect width="100%" height="100%" fill="${settings.look.background ?? paper}"/>${body}</svg>`;
      const of = hash(svg);
      this.#drawn.set(of, `data:image/svg+xml,${encodeURIComponent(svg)}`);
      slides.push({ key, title, kind, items: on.map((item) => item.id), hidden: hidden.has(key), hash: of, spots });
    };
    const text = (x: number, y: number, size: number, words: string, fill: string = ink, more = "") => `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" ${more}>${escape(words)}</text>`;
    const head = settings.look.primary ?? ink;
    const centred = `text-anchor="middle"`;
    if (settings.slides.cover) {
      add("cover", settings.texts.title || name, "cover", [],
        text(width / 2, height / 2, 34, (settings.texts.title || name).toUpperCase(), head, `${centred} letter-spacing="4"`) + text(width / 2, height / 2 + 32, 15, settings.texts.tagline || season, soft, centred));
    }
    const groups = new Map<string, Item[]>();
    for (const item of items.filter((one) => one.included)) {
      const key = settings.grouping === "none" ? "" : settings.grouping === "category" ? (item.category ?? "") : `${item.category ?? ""}|${item.subcategory ?? ""}`;
      groups.set(key, [...(groups.get(key) ?? []), item]);
    }
    const categories = [...new Set([...groups.keys()].map((key) => key.split("|")[0] ?? ""))];
    if (settings.slides.index && categories.length > 1) {
      add("index", "Index", "index", [], text(60, 90, 26, "Index", head, 'font-weight="600"') + categories.map((one, i) => text(60, 140 + i * 30, 15, one || "Other")).join(""));
    }
    let before = "";
    const per = COUNT[settings.per_slide];
    const ordered = categories.flatMap((category) => [...groups].filter(([key]) => (key.split("|")[0] ?? "") === category));
    for (const [key, all] of ordered) {
      const category = key.split("|")[0] ?? "";
      if (settings.slides.dividers && category && category !== before) add(`divider:${category}`, category, "divider", [], text(width / 2, height / 2, 40, category, head, `${centred} font-weight="300"`));
      before = category;
      for (let at = 0; at < all.length; at += per) {
        const on = all.slice(at, at + per);
        const spots: Spot[] = [];
        const columns = per <= 4 ? per : per === 6 ? 3 : per === 9 ? 3 : 4;
        const rows = Math.ceil(per / columns);
        const [w, h] = [(width - 100 - (columns - 1) * 18) / columns, (height - 130) / rows];
        let body = text(50, 52, 17, key.replace("|", ", ") || name, head, 'font-weight="600"');
        on.forEach((item, i) => {
          const [x, y] = [50 + (i % columns) * (w + 18), 74 + Math.floor(i / columns) * h];
          const lines = [
            ...(settings.fields.style_number ? [[item.style_number, null]] : []), ...(settings.fields.name && item.name ? [[item.name, "name"]] : []),
            ...(settings.fields.colour && item.colour ? [[item.colour, "colour"]] : []), ...(settings.fields.sizes && rows === 1 ? [[item.sizes.map((one) => one.size).join(" "), "sizes"]] : []),
            ...(!hidesWholesale(settings) && ["wholesale", "both", "margin"].includes(settings.prices) ? [[`W ${euro(item.wholesale)}`, "wholesale"]] : []),
            ...(["rrp", "both", "margin"].includes(settings.prices) && item.rrp !== null ? [[`RRP ${euro(item.rrp)}`, "rrp"]] : []),
          ] as [string, Spot["key"]][];
          const step = rows > 1 ? 11.5 : 15;
          const tall = Math.max(30, h - lines.length * step - 12);
          body += item.photo ? photoInside(item.photo.blob, x, y, w, tall) : `<rect x="${x}" y="${y}" width="${w}" height="${tall}" fill="#88888820"/>${text(x + w / 2, y + tall / 2, 12, item.style_number, soft, centred)}`;
          spots.push({ box: [x, y, x + w, y + tall], item: item.id, key: "photo" });
          lines.forEach(([words, of], k) => {
            const line = y + tall + 15 + k * step;
            body += text(x, line, rows > 1 ? 9 : 11, words, k === 0 ? ink : soft, k === 0 ? 'font-weight="600"' : "");
            spots.push({ box: [x, line - step * 0.8, x + w, line + step * 0.2], item: item.id, key: of });
          });
          if (item.highlighted) body += text(x + w - 18, y + 22, 18, "★", settings.look.accent ?? "#c8902b");
        });
        body += text(50, height - 22, 9, [settings.footer, settings.confidentiality].filter(Boolean).join("  ·  "), soft);
        if (settings.page_numbers) body += text(width - 50, height - 22, 9, String(slides.length + 1), soft, 'text-anchor="end"');
        add(`products:${on[0]?.id ?? at}`, key.split("|").filter(Boolean).join(", ") || name, "products", on, body, spots);
      }
    }
    if (settings.slides.order_summary) add("summary", "Order summary", "summary", [], text(60, 90, 26, "Order summary", head, 'font-weight="600"') + categories.map((one, i) => text(60, 140 + i * 28, 14, one || "Other")).join(""));
    if (settings.slides.terms && (settings.texts.terms || settings.texts.contact)) add("terms", "Terms and contact", "terms", [], text(60, 90, 26, "Terms and contact", head, 'font-weight="600"') + text(60, 130, 13, settings.texts.terms) + text(60, 160, 13, settings.texts.contact));
    return { width, height, slides, notes: notes(items, settings, slides) };
  }
}

function notes(all: Item[], settings: DeckSettings, slides: SlidePreview[]): PreflightNote[] {
  const items = all.filter((item) => item.included);
  const found: PreflightNote[] = [];
  const note = (code: PreflightNote["code"], severity: PreflightNote["severity"], of: Item[], sentence: string) => {
    if (of.length > 0) found.push({ code, severity, sentence, items: of.map((item) => item.id), slide: slides.find((slide) => slide.items.includes(of[0]?.id ?? ""))?.key ?? null });
  };
  if (items.length === 0) found.push({ code: "no_items", severity: "error", sentence: "No item goes into the deck.", items: [], slide: null });
  const without = (test: (item: Item) => boolean) => items.filter(test);
  const named = (of: Item[]) => of.map((item) => `\`${item.style_number}\``).join(", ");
  const bare = without((item) => item.category === null);
  note("missing_category", "error", bare, `${named(bare)} has no category.`);
  const blank = without((item) => item.photo === null);
  note("missing_picture", "warning", blank, `${named(blank)} has no picture: a neutral frame stands in for it.`);
  const free = ["rrp", "both", "margin"].includes(settings.prices) ? without((item) => item.rrp === null) : [];
  note("missing_price", "warning", free, `${named(free)} has no RRP.`);
  const small = without((item) => (item.photo?.width ?? 1000) < 400);
  note("low_resolution", "info", small, `The picture of ${named(small.slice(0, 2))} has few pixels for its place.`);
  return found;
}
