// The shapes of collections as the window uses them: the model crate's serde names, as in model.ts.

import type { DocumentId, DocumentStatus, JobId, Progress, Rect, Timestamp, UserError } from "./model";

export type CollectionId = string;
export type ItemId = string;
/** Names a stored picture. */
export type BlobHash = string;

/** An amount in the currency's smallest unit, such as cents; which currency stands beside it. */
export type Minor = number;

/** What a file is to a collection. */
export type InputRole = "linesheet" | "purchase_order";

/** A file of a collection: a document of the library in a role. */
export type CollectionInput = {
  /** The document. */
  document_id: DocumentId;
  /** What it is here. */
  role: InputRole;
  /** Its name as a person knows it. */
  filename: string;
  /** Where the document stands. */
  status: DocumentStatus;
  /** Pages or sheets, once that is known. */
  page_count: number | null;
  /** In bytes. */
  size: number;
  /** Why it cannot be used. */
  error: UserError | null;
};

/** What a person says of a collection. */
export type CollectionInfo = {
  /** Its name; not empty. */
  name: string;
  /** Whose collection. */
  brand: string | null;
  /** Such as `AW26` or `Resort 2027`. */
  season: string | null;
  /** ISO 4217; `None`: as the linesheet says. */
  currency: string | null;
  /** Items come from the linesheet alone: no purchase order is asked for. */
  linesheet_only: boolean;
};

/** Which tabs are open. */
export type Tabs = {
  /** Always. */
  collection_info: boolean;
  /** Once there are categories. */
  deck_settings: boolean;
  /** Once there are categories. */
  collection_items: boolean;
  /** Once there are items. */
  generate_deck: boolean;
};

/** Where one of a collection's works stands: reading its documents, making its items, making its deck. */
export type WorkState = "idle" | "processing" | "completed" | "failed" | "cancelled";

/** One of a collection's works. */
export type WorkStatus = {
  /** Where it stands. */
  state: WorkState;
  /** Its job, where there is or was one. */
  job: JobId | null;
  /** The phase it is in or ended in, from 1; 0 before the first. */
  phase: number;
  /** How many phases it has. */
  phases: number;
  /** The phase's name, such as `Generating categories`. */
  phase_name: string;
  /** How far it is; `stage` is the phase's name. */
  progress: Progress | null;
  /** Why it failed. */
  error: UserError | null;
  /** The process that ran it ended before it did; it goes on from what is kept. */
  restarting: boolean;
  /** What it was made from has changed since. */
  out_of_date: boolean;
  /** When it ended. */
  completed_at: Timestamp | null;
};

/** A collection as its card shows it. */
export type CollectionRow = {
  /** Its id. */
  id: CollectionId;
  /** What a person said of it. */
  info: CollectionInfo;
  /** Products found in its linesheets. */
  product_count: number;
  /** Items made. */
  item_count: number;
  /** Items in the deck. */
  included_count: number;
  /** The first few items' photos. */
  photos: BlobHash[];
  /** The work that runs or ended last. */
  work: WorkStatus;
  /** When it was made. */
  created_at: Timestamp;
  /** When a person or a job last changed it. */
  updated_at: Timestamp;
};

/** A collection, opened. */
export type CollectionDetail = {
  /** Its id. */
  id: CollectionId;
  /** What a person said of it. */
  info: CollectionInfo;
  /** Its files. */
  inputs: CollectionInput[];
  /** Which tabs are open. */
  tabs: Tabs;
  /** Reading its documents. */
  processing: WorkStatus;
  /** Making its items. */
  items: WorkStatus;
  /** Making its deck. */
  deck: WorkStatus;
  /** In the order of the deck. */
  categories: Category[];
  /** Products found. */
  product_count: number;
  /** Items made. */
  item_count: number;
  /** Items in the deck. */
  included_count: number;
  /** The purchase orders, as read. */
  orders: Order[];
  /** When it was made. */
  created_at: Timestamp;
  /** When a person or a job last changed it. */
  updated_at: Timestamp;
};

/** A category of products. */
export type Category = {
  /** Its name. */
  name: string;
  /** Its sub-categories, in order. */
  subcategories: string[];
  /** Products in it. */
  product_count: number;
};

/** Where on a document a picture or a value stands. */
export type Place =
  | { on: "page"; page: number; box: Rect }
  | { on: "cell"; sheet: string; row: number; column: number };

/** A value's or picture's source. */
export type Source = {
  /** The document. */
  document_id: DocumentId;
  /** Where on it. */
  place: Place;
};

/** A picture of a linesheet. */
export type Photo = {
  /** The stored picture: a JPEG or PNG, upright, in RGB or gray. */
  blob: BlobHash;
  /** SHA-256 of the same bytes, as the command line shows it. */
  sha256: string;
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  /** Where it was found; `None` for one a person chose from a file. */
  source: Source | null;
};

/** A product: one style in one colour, as the linesheet says. */
export type Product = {
  /** As printed. */
  style_number: string;
  /** What it is called. */
  name: string | null;
  /** Such as `Women Jackets`. */
  category: string | null;
  /** Under the category. */
  subcategory: string | null;
  /** As printed. */
  gender: string | null;
  /** As printed. */
  description: string | null;
  /** What it is made of. */
  material: string | null;
  /** Where it is made. */
  origin: string | null;
  /** The colour's name. */
  colour: string | null;
  /** The colour's code. */
  colour_code: string | null;
  /** In the order of the linesheet. */
  sizes: string[];
  /** Wholesale price. */
  wholesale: Minor | null;
  /** Recommended retail price. */
  rrp: Minor | null;
  /** ISO 4217, of both prices. */
  currency: string | null;
  /** European or universal article numbers by size; the size is empty where one number stands for all. */
  upcs: [string, string][];
  /** Where its style number stands. */
  source: Source | null;
  /** Its picture. */
  photo: Photo | null;
  /** Why that picture, in a few words. */
  photo_reason: string | null;
  /** Other pictures of it. */
  more_photos: Photo[];
  /** 0 to 1. */
  confidence: number;
};

/** A purchase order as read. */
export type Order = {
  /** The document; `None` before it is stored. */
  document_id: DocumentId | null;
  /** The order's number. */
  number: string | null;
  /** ISO 8601. */
  date: string | null;
  /** Who ordered. */
  buyer: string | null;
  /** Not before; ISO 8601. */
  start_ship: string | null;
  /** Not after; ISO 8601. */
  cancel_date: string | null;
  /** ISO 4217. */
  currency: string | null;
  /** What each column means, as decided or as a person said. */
  columns: OrderColumn[];
  /** Its lines, one a size where the order splits sizes. */
  lines: OrderLine[];
  /** The total units: printed where the order prints them, else the sum. */
  units: number | null;
  /** The total amount, likewise. */
  amount: Minor | null;
  /** What does not add up. */
  checks: OrderCheck[];
};

/** A column of a purchase order. */
export type OrderColumn = {
  /** Its heading as printed. */
  heading: string;
  /** What it means: `style_number`, `sku`, `colour`, `size`, `size:M`, `quantity`, `unit_cost` and so on; `None`: not used. */
  meaning: string | null;
  /** 0 to 1. */
  confidence: number;
  /** A person said so; remembered for this buyer. */
  locked: boolean;
  /** The first few values under it. */
  examples: string[];
};

/** A line of a purchase order. */
export type OrderLine = {
  /** The row it stands in: from 1, as a person counts rows of the sheet, or lines of the table. */
  row: number;
  /** As printed, or split off the SKU. */
  style_number: string | null;
  /** As printed. */
  sku: string | null;
  /** As printed. */
  name: string | null;
  /** As printed, or from the colour code where the linesheet knows it. */
  colour: string | null;
  /** As printed, or split off the SKU. */
  colour_code: string | null;
  /** One size. */
  size: string | null;
  /** Sizes the quantity is not split over, as printed. */
  size_range: string | null;
  /** In units; packs are multiplied out. */
  quantity: number | null;
  /** Price a unit. */
  unit_cost: Minor | null;
  /** Recommended retail price a unit. */
  retail: Minor | null;
  /** Quantity by price, as printed; shared by the sizes of one row in their proportion. */
  amount: Minor | null;
  /** Article number. */
  upc: string | null;
  /** Where it stands. */
  source: Source | null;
};

/** A sum of a purchase order that does not hold. */
export type OrderCheck = {
  /** What, in a sentence. */
  what: string;
  /** The row, where it is of one. */
  row: number | null;
};

/** How many of a size were ordered. */
export type SizeQuantity = {
  /** The size as the linesheet writes it. */
  size: string;
  /** In units; `None`: offered, not ordered. */
  quantity: number | null;
};

/** A key of an item that a person may set. */
export type ItemKey = "name" | "colour" | "category" | "subcategory" | "sizes" | "wholesale" | "rrp" | "material" | "origin" | "description" | "sales_talk" | "photo" | "included" | "highlighted";

/** A person's value beside the machine's. */
export type ItemEdit = {
  /** Which value. */
  key: ItemKey;
  /** What the machine said when the person set it. */
  before: string | null;
  /** What the person said. */
  mine: string;
  /** What the machine says since, where that is another thing than before. */
  now: string | null;
};

/** An item: a product as a deck shows it, with what was ordered of it. */
export type Item = {
  /** Its id; stays when the items are made again. */
  id: ItemId;
  /** As the linesheet writes it, or the order where the linesheet has no such product. */
  style_number: string;
  /** What it is called. */
  name: string | null;
  /** The colour's name. */
  colour: string | null;
  /** The colour's code. */
  colour_code: string | null;
  /** Its category. */
  category: string | null;
  /** Under the category. */
  subcategory: string | null;
  /** In the linesheet's order. */
  sizes: SizeQuantity[];
  /** Sizes that an ordered quantity is not split over, as printed. */
  size_range: string | null;
  /** Units ordered in all. */
  units: number | null;
  /** Wholesale price. */
  wholesale: Minor | null;
  /** Recommended retail price. */
  rrp: Minor | null;
  /** ISO 4217, of both prices. */
  currency: string | null;
  /** What it is made of. */
  material: string | null;
  /** Where it is made. */
  origin: string | null;
  /** As the linesheet says. */
  description: string | null;
  /** A person's line about it, of at most 80 characters. */
  sales_talk: string | null;
  /** Its picture. */
  photo: Photo | null;
  /** Other pictures of it. */
  more_photos: Photo[];
  /** A line of an order is about it. */
  matched: boolean;
  /** It goes into the deck. */
  included: boolean;
  /** It carries the star. */
  highlighted: boolean;
  /** The price the order pays where that is not the linesheet's. */
  order_price: Minor | null;
  /** Where the linesheet says so. */
  product_source: Source | null;
  /** Where the orders say so. */
  order_sources: Source[];
  /** The orders' rows. */
  order_rows: number[];
  /** What a person set. */
  edits: ItemEdit[];
};

/** A line of an order that no product answers. */
export type UnmatchedLine = {
  /** Names it in its collection: the order's document and its first row. */
  key: string;
  /** The lines of one style and colour, as ordered. */
  lines: OrderLine[];
  /** Why none, in a sentence. */
  why: string;
  /** Products it might be, best first. */
  candidates: Candidate[];
  /** What a person said of it. */
  resolution: Resolution | null;
};

/** A product that an unmatched line might be. */
export type Candidate = {
  /** The product's style number. */
  style_number: string;
  /** Its colour. */
  colour: string | null;
  /** Its name. */
  name: string | null;
  /** Its photo. */
  photo: Photo | null;
  /** 0 to 1. */
  score: number;
};

/** What a person says of an unmatched line. */
export type Resolution =
  | { is: "product"; style_number: string; colour: string | null }
  | { is: "own" }
  | { is: "ignored" };

/** The items of a collection and what stands beside them. */
export type ItemList = {
  /** In the deck's order. */
  items: Item[];
  /** Lines of orders that no product answers. */
  unmatched: UnmatchedLine[];
};

/** What a person may say about a collection before anything is known of it. */
export const NEW_COLLECTION: CollectionInfo = { name: "", brand: null, season: null, currency: null, linesheet_only: false };
