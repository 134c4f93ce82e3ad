// The shapes of the sales deck as the window uses them, with what a deck is without a person's word.

import type { BlobHash, ItemId, ItemKey } from "./collections";
import type { Rect, Timestamp } from "./model";

/** A file a deck is written to. */
export type DeckFormat = "pptx" | "pdf" | "xlsx" | "images";

/** Who a deck is for; sets fields and prices at once. */
export type DeckPreset = "sell_in" | "customer_safe" | "store_training" | "internal_buy";

/** How a deck looks. */
export type DeckTheme = "quiet" | "editorial" | "grid";

/** A slide's paper. */
export type SlideFormat = "wide" | "standard" | "a4" | "a4_portrait" | "letter" | "letter_portrait";

/** How many products a slide shows. */
export type PerSlide = "one" | "two" | "three" | "four" | "six" | "nine" | "table";

/** Which of an item's values a slide shows; a value that an item does not have takes no room. */
export type DeckFields = {
  /** What it is called. */
  name: boolean;
  /** Its style number. */
  style_number: boolean;
  /** Its colour, with the code. */
  colour: boolean;
  /** Its sizes. */
  sizes: boolean;
  /** What it is made of. */
  material: boolean;
  /** Where it is made. */
  origin: boolean;
  /** Its description. */
  description: boolean;
  /** A person's line about it. */
  sales_talk: boolean;
  /** Units ordered, by size where that is known. */
  units: boolean;
  /** Its other pictures, where the layout has room for them. */
  more_photos: boolean;
};

/** Which prices a deck shows. The other ones stand nowhere in its files. */
export type PriceDisplay = "none" | "wholesale" | "rrp" | "both" | "margin";

/** Which slides a deck has. A slide with nothing to say is left out whatever stands here. */
export type DeckSlides = {
  /** The first one. */
  cover: boolean;
  /** The categories and where they begin. */
  index: boolean;
  /** From `texts.brand_introduction`. */
  brand_introduction: boolean;
  /** From `texts.brand_history`. */
  brand_history: boolean;
  /** From `texts.brand_values`. */
  brand_values: boolean;
  /** From `texts.brand_personality`. */
  brand_personality: boolean;
  /** From `texts.flagship_stores`. */
  flagship_stores: boolean;
  /** From `texts.collection_introduction`. */
  collection_introduction: boolean;
  /** From `texts.core_collection`, with the categories' first pictures. */
  core_collection: boolean;
  /** One before each category. */
  dividers: boolean;
  /** Units and value by category and by delivery. */
  order_summary: boolean;
  /** Every item with its units by size. */
  order_table: boolean;
  /** From `texts.terms` and `texts.contact`. */
  terms: boolean;
};

/** The brand's colours, fonts and mark; what is not set comes from the theme. */
export type BrandLook = {
  /** Headings and rules: six hexadecimal digits after `#`, as all colours here. */
  primary: string | null;
  /** The star, and what wants to be seen first. */
  accent: string | null;
  /** The paper. */
  background: string | null;
  /** Running text. */
  text: string | null;
  /** A font of [`DECK_FONTS`]. */
  heading_font: string | null;
  /** A font of [`DECK_FONTS`]. */
  body_font: string | null;
  /** The stored picture of the mark: JPEG or PNG. */
  logo: BlobHash | null;
};

/** The language of a deck's own words; what the linesheet says stays as it is. */
export type DeckLanguage = "en" | "fr" | "de" | "it" | "es" | "zh" | "ja";

/** How numbers are grouped. */
export type NumberFormat = "language" | "comma" | "point" | "space" | "apostrophe";

/** How a currency is named beside an amount. */
export type CurrencyMark = "symbol" | "code";

/** How amounts are written. */
export type MoneyFormat = {
  /** ISO 4217, for items that name none; amounts are never converted. `None`: the collection's. */
  currency: string | null;
  /** How the currency is named. */
  mark: CurrencyMark;
  /** How numbers are grouped. */
  number: NumberFormat;
  /** Whole amounts are written without digits after the point. */
  hide_zero_cents: boolean;
};

/** What stands together on slides. */
export type Grouping = "subcategory" | "category" | "none";

/** The order of items in their group. */
export type DeckSort = "manual" | "style_number" | "name" | "price" | "delivery" | "order" | "units";

/** How a picture fills its frame. */
export type ImageFit = "contain" | "crop" | "trim_white";

/** A deck's own texts; a person wrote every one of them. A blank line parts paragraphs, a line that begins with `- ` is a point of a list. */
export type DeckTexts = {
  /** The cover's title; empty: the brand, or the collection's name. */
  title: string;
  /** Under the title. */
  tagline: string;
  /** Who the brand is. */
  brand_introduction: string;
  /** Where it comes from. */
  brand_history: string;
  /** What it stands for. */
  brand_values: string;
  /** How it speaks. */
  brand_personality: string;
  /** Where to see it. */
  flagship_stores: string;
  /** The collection's story, colours, prints, silhouettes. */
  collection_introduction: string;
  /** Core collection and signature categories. */
  core_collection: string;
  /** Terms of sale. */
  terms: string;
  /** Whom to ask. */
  contact: string;
};

/** Everything that is set about a deck. A missing setting has its default. */
export type DeckSettings = {
  /** Who it is for. `CustomerSafe` holds whatever else is set: no wholesale price is written. */
  preset: DeckPreset;
  /** How it looks. */
  theme: DeckTheme;
  /** Its paper. */
  format: SlideFormat;
  /** Products a slide. */
  per_slide: PerSlide;
  /** Which values. */
  fields: DeckFields;
  /** Which prices. */
  prices: PriceDisplay;
  /** Which slides. */
  slides: DeckSlides;
  /** Colours, fonts, mark. */
  look: BrandLook;
  /** Language of its own words. */
  language: DeckLanguage;
  /** How amounts are written. */
  money: MoneyFormat;
  /** The day the prices are of, ISO 8601; shown in the footer. */
  price_date: string | null;
  /** What stands together. */
  grouping: Grouping;
  /** The order of items. */
  sort: DeckSort;
  /** The keys of slides that are left out. */
  hidden: string[];
  /** At the foot of every slide. */
  footer: string;
  /** Slides are numbered. */
  page_numbers: boolean;
  /** Such as `Confidential`; at the foot of every slide. Empty: none. */
  confidentiality: string;
  /** Speaker notes are written. */
  notes: boolean;
  /** A person looked and wants wholesale prices that stand in texts to stay, though the deck shows none. */
  keep_prices_in_texts: boolean;
  /** How pictures fill their frames. */
  image_fit: ImageFit;
  /** The files' name, without an extension; `{brand}`, `{season}`, `{name}`, `{deck}` and `{date}` stand for what they say. */
  file_name: string;
  /** Its texts. */
  texts: DeckTexts;
};

/** What a slide is for. */
export type SlideKind = "cover" | "index" | "text" | "divider" | "products" | "summary" | "order_table" | "terms";

/** A place on a slide that says a value of an item: click it, and its source opens. */
export type Spot = {
  /** Where, in points from the slide's top left. */
  box: Rect;
  /** The item. */
  item: ItemId;
  /** Which value; `None`: the style number, or the item as a whole. */
  key: ItemKey | null;
};

/** A slide as the preview lists it. */
export type SlidePreview = {
  /** Names it in its deck; stays while the slide shows the same thing. `hidden` in the settings holds such keys. */
  key: string;
  /** Its title. */
  title: string;
  /** What it is for. */
  kind: SlideKind;
  /** The items on it, in order. */
  items: ItemId[];
  /** A person left it out; it is listed at its place, and not in the files. */
  hidden: boolean;
  /** Of everything drawn on it: its picture is the same while this is. */
  hash: string;
  /** What can be clicked on it, in the order of reading. */
  spots: Spot[];
};

/** How much a note matters. */
export type NoteSeverity = "info" | "warning" | "error";

/** What a note is about. */
export type NoteCode = "wholesale_left" | "no_items" | "missing_category" | "missing_picture" | "missing_price" | "odd_price" | "mixed_currencies" | "duplicate" | "text_shrunk" | "text_cut" | "low_resolution" | "font_substituted" | "missing_glyph" | "empty_text";

/** Something to know before a deck is sent. */
export type PreflightNote = {
  /** What it is about. */
  code: NoteCode;
  /** How much it matters. */
  severity: NoteSeverity;
  /** In a sentence. */
  sentence: string;
  /** The items it is about. */
  items: ItemId[];
  /** The first slide it is seen on. */
  slide: string | null;
};

/** A deck as its preview shows it. */
export type DeckPreview = {
  /** A slide's width in points. */
  width: number;
  /** A slide's height in points. */
  height: number;
  /** In order. */
  slides: SlidePreview[];
  /** What to know before it is sent, worst first. */
  notes: PreflightNote[];
};

/** A file of a kept deck. */
export type DeckFile = {
  /** What it is. */
  format: DeckFormat;
  /** As it is saved. */
  file_name: string;
  /** In bytes. */
  size: number;
  /** The stored bytes. */
  blob: BlobHash;
};

/** A deck that was made and kept. */
export type DeckVersion = {
  /** From 1, in the order they were made. */
  version: number;
  /** When it was made. */
  created_at: Timestamp;
  /** Who it was for. */
  preset: DeckPreset;
  /** Slides in it. */
  slide_count: number;
  /** Items in it. */
  item_count: number;
  /** Its files. */
  files: DeckFile[];
  /** Items or settings have changed since. */
  out_of_date: boolean;
  /** What differs from the version before, in sentences; empty for the first. */
  changes: string[];
  /** What was known when it was made, worst first. */
  notes: PreflightNote[];
};

/** In the order a person is offered them. */
export const DECK_FORMATS: DeckFormat[] = ["pptx", "pdf", "xlsx", "images"];

/** Fonts that PowerPoint has everywhere. */
export const DECK_FONTS = ["Arial", "Calibri", "Cambria", "Georgia", "Times New Roman"];

const FIELDS: DeckFields = {
  name: true, style_number: true, colour: true, sizes: true, material: true, origin: true, description: false,
  sales_talk: true, units: false, more_photos: true,
};

export const DECK_DEFAULTS: DeckSettings = {
  preset: "sell_in", theme: "quiet", format: "wide", per_slide: "four", fields: FIELDS, prices: "both",
  slides: {
    cover: true, index: true, brand_introduction: true, brand_history: true, brand_values: true, brand_personality: true,
    flagship_stores: true, collection_introduction: true, core_collection: true, dividers: true, order_summary: false,
    order_table: false, terms: true,
  },
  look: { primary: null, accent: null, background: null, text: null, heading_font: null, body_font: null, logo: null },
  language: "en", money: { currency: null, mark: "symbol", number: "language", hide_zero_cents: false }, price_date: null,
  grouping: "subcategory", sort: "manual", hidden: [], footer: "", page_numbers: true, confidentiality: "", notes: true,
  keep_prices_in_texts: false, image_fit: "contain", file_name: "{brand}_{season}_{deck}_{date}",
  texts: {
    title: "", tagline: "", brand_introduction: "", brand_history: "", brand_values: "", brand_personality: "",
    flagship_stores: "", collection_introduction: "", core_collection: "", terms: "", contact: "",
  },
};

/** Fields, prices and order slides as `preset` has them; the rest stays. The engine's own rule. */
export function withPreset(settings: DeckSettings, preset: DeckPreset): DeckSettings {
  const buy = preset === "internal_buy";
  const prices = { sell_in: "both", customer_safe: "rrp", store_training: "rrp", internal_buy: "margin" } as const;
  return {
    ...settings, preset, prices: prices[preset],
    fields: { ...FIELDS, material: !buy, origin: !buy, description: preset === "store_training", sales_talk: !buy, units: buy },
    slides: { ...settings.slides, order_summary: buy, order_table: buy },
  };
}

/** A deck that must not show what the buyer pays. */
export const hidesWholesale = (settings: DeckSettings): boolean =>
  settings.preset === "customer_safe" || settings.preset === "store_training";
