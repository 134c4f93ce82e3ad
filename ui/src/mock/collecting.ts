// The pretended collections: their files, work that runs by phases, items, decks. The address says what is pretended:
// ?collections=none|busy, ?trouble=4 (processing fails once in that phase), ?itemtrouble=3, ?decktrouble, ?items=N.
// fail and hang know collections, collection, items, preview, deck, edit.

import type {
  CollectionDetail, CollectionId, CollectionInfo, CollectionInput, CollectionRow, InputRole, Item, ItemEdit, ItemId, ItemKey,
  ItemList, Resolution, WorkStatus,
} from "../lib/collections";
import { type CollectionsApi } from "../lib/collectionsapi";
import { DECK_DEFAULTS, type DeckFormat, type DeckSettings, type DeckVersion } from "../lib/deck";
import { EngineError } from "../lib/api";
import type { AddOutcome, ErrorCode, Job, UserError } from "../lib/model";
import { Slides } from "./slides";
import { makeItems, makeOrder, photoOf, photoSvg } from "./wares";
import type { World } from "./world";

export const PHASES = [
  "Extracting images from documents", "Extracting text with positions", "Filtering product images",
  "Generating categories", "Extracting structured products", "Matching images to products",
];
export const STEPS = [
  "Fetching purchase order", "Parsing purchase order", "Identifying columns with AI", "Extracting SKU data",
  "Enriching from linesheet", "Generating item objects", "Saving",
];
const DECK_STEPS = ["Laying out slides", "Writing files"];
const PHASE_MS = { process_collection: 3000, generate_items: 900, generate_deck: 1500 } as const;
type WorkKind = keyof typeof PHASE_MS;
const NAMES = { process_collection: PHASES, generate_items: STEPS, generate_deck: DECK_STEPS };
const BLOCK = { process_collection: "processing", generate_items: "items", generate_deck: "deck" } as const;

type Kept = {
  detail: CollectionDetail; list: ItemList; settings: DeckSettings; versions: DeckVersion[]; trashed: boolean;
  /** At work: which, for how long, and whether it was asked to stop. */
  running: { kind: WorkKind; job: number; ms: number; formats: DeckFormat[] } | null;
};

function refuse(code: ErrorCode, message: string, hint = ""): never {
  throw new EngineError({ code, message, hint });
}

const idle = (phases: number): WorkStatus => ({
  state: "idle", job: null, phase: 0, phases, phase_name: "", progress: null, error: null, restarting: false, out_of_date: false, completed_at: null,
});
const clone = <T>(value: T): T => structuredClone(value);

export class Collecting implements CollectionsApi {
  kept = new Map<CollectionId, Kept>();
  /** What the next system dialogs answer, for tests. */
  picked: Record<InputRole, string[]> = { linesheet: ["casa_lume_R27.pdf"], purchase_order: ["po_b2833.xlsx"] };
  /** What was opened, shown and saved, for tests. */
  readonly acts: string[] = [];
  readonly #world: World;
  readonly #options: URLSearchParams;
  readonly #gate: (name: string) => Promise<void>;
  readonly #slides = new Slides();
  #made = 0;
  #trouble: Record<WorkKind, number>;

  constructor(world: World, options: URLSearchParams, gate: (name: string) => Promise<void>) {
    this.#world = world;
    this.#options = options;
    this.#gate = gate;
    this.#trouble = {
      process_collection: Number(options.get("trouble") ?? 0), generate_items: Number(options.get("itemtrouble") ?? 0),
      generate_deck: options.has("decktrouble") ? 2 : 0,
    };
    world.onTick.push((ms) => this.#tick(ms));
  }

  fill(): void {
    const how = this.#options.get("collections");
    if (how === "none" || (how === null && this.#options.get("docs") === "empty")) return;
    const plain = this.#put({ name: "Nordhav SS27", brand: "Nordhav", season: "SS27", currency: null, linesheet_only: false });
    const failed = this.#put({ name: "Marlow & Finch, Pre-Fall", brand: "Marlow & Finch", season: "PF26", currency: "GBP", linesheet_only: false });
    this.#input(failed, "linesheet", "marlow_finch_prefall_linesheet_final_with_prices_and_minimums_v4.pdf");
    this.#input(plain, "linesheet", "nordhav_ss27.pdf");
    Object.assign(failed.detail.processing, {
      state: "failed", phase: 5, phase_name: PHASES[4],
      error: { code: "timed_out", message: "Page 31 of the linesheet took too long to read. The pictures and text of the other 40 pages are kept.", hint: "Try again: only what is missing is read." },
    });
    const done = this.#put({ name: "Casa Lume, Resort 2027", brand: "Casa Lume", season: "Resort 2027", currency: "EUR", linesheet_only: false });
    this.#input(done, "linesheet", "casa_lume_R27.pdf");
    this.#input(done, "purchase_order", "po_b2833.xlsx");
    this.#finished(done, "process_collection");
    this.#finished(done, "generate_items");
    if (how === "busy") {
      const busy = this.#put({ name: "Velora Tide AW26", brand: "Velora Tide", season: "AW26", currency: "EUR", linesheet_only: false });
      this.#input(busy, "linesheet", "velora_tide_aw26.pdf");
      this.#input(busy, "purchase_order", "velora_po_77.csv");
      this.#start(busy, "process_collection");
      this.#tick(11_000);
      const { processing } = busy.detail;
      if (processing.progress) Object.assign(processing.progress, { percentage: 67, elapsed_ms: 150_000, eta_ms: 74_000 });
    }
  }

  #put(info: CollectionInfo): Kept {
    const n = this.#made++;
    const at = new Date(this.#world.now - (9 - n) * 3_600_000).toISOString();
    const kept: Kept = {
      detail: {
        id: `019c0000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`, info, inputs: [],
        tabs: { collection_info: true, deck_settings: false, collection_items: false, generate_deck: false },
        processing: idle(6), items: idle(7), deck: idle(2), categories: [], product_count: 0, item_count: 0, included_count: 0,
        orders: [], created_at: at, updated_at: at,
      },
      list: { items: [], unmatched: [] }, settings: clone(DECK_DEFAULTS), versions: [], trashed: false, running: null,
    };
    this.kept.set(kept.detail.id, kept);
    return kept;
  }

  #of(id: CollectionId): Kept {
    const kept = this.kept.get(id);
    return kept && !kept.trashed ? kept : refuse("unknown_id", "This collection is not in the library any more.");
  }

  /** With `fresh` a file that the library does not know becomes a document of it. */
  #input(kept: Kept, role: InputRole, name: string, fresh = false): CollectionInput {
    const known = [...this.#world.docs.values()].find((doc) => doc.row.filename === name);
    const doc = known ?? (fresh ? this.#world.put(8000 + this.#world.docs.size, false, name) : undefined);
    if (doc && !known) this.#world.changed(doc);
    const bad = /empty|locked/.test(name);
    const error: UserError | null = bad ? { code: "encrypted", message: `\`${name}\` asks for a password.`, hint: "Unlock it in the Inbox, then try again." } : null;
    const input: CollectionInput = {
      document_id: doc?.row.document_id ?? name, role, filename: name, status: bad ? "failed" : "ocr_complete",
      page_count: bad ? null : role === "linesheet" ? 18 : 1, size: role === "linesheet" ? 12_400_000 : 96_000, error,
    };
    kept.detail.inputs.push(input);
    const { processing, items } = kept.detail;
    if (role === "linesheet" && processing.state === "completed") processing.out_of_date = true;
    if (items.state === "completed") items.out_of_date = true;
    this.#touch(kept);
    return input;
  }

  #touch(kept: Kept): void {
    const { detail, list, versions } = kept;
    detail.updated_at = new Date(this.#world.now).toISOString();
    const busy = kept.running?.kind;
    const categories = detail.categories.length > 0;
    detail.item_count = list.items.length;
    detail.included_count = list.items.filter((item) => item.included).length;
    detail.tabs = { collection_info: true, deck_settings: categories, collection_items: categories, generate_deck: list.items.length > 0 };
    if (versions.length > 0 && busy !== "generate_deck") versions.forEach((version) => (version.out_of_date = true));
    this.#world.tell({ kind: "collections_changed", ids: [detail.id] });
    queueMicrotask(() => this.#world.flush());
  }

  #job(kept: Kept, change: Partial<Job>): void {
    const job = kept.running && this.#world.queue.jobs.get(kept.running.job);
    if (!job) return;
    Object.assign(job, change);
    this.#world.tell({ kind: "job_changed", job: clone(job) });
  }

  #start(kept: Kept, kind: WorkKind, formats: DeckFormat[] = []): number {
    const work = kept.detail[BLOCK[kind]];
    const names = NAMES[kind];
    const at = new Date(this.#world.now).toISOString();
    const id = this.#world.queue.jobs.size + 1;
    const progress = { stage: names[0] ?? "", n: 0, total: names.length, percentage: 0, elapsed_ms: 0, eta_ms: PHASE_MS[kind] * names.length };
    const job: Job = {
      id, type: kind, status: "processing", priority: "normal", owner: kept.detail.id, name: kept.detail.info.name, created_at: at, started_at: at,
      completed_at: null, result: null, error: null, retry_count: 0, max_retries: 3, run_at: null, stopping: false, progress,
    };
    this.#world.queue.jobs.set(id, job);
    kept.running = { kind, job: id, ms: 0, formats };
    Object.assign(work, { ...idle(names.length), state: "processing", job: id, phase: 1, phase_name: names[0], progress: clone(progress) });
    this.#job(kept, {});
    this.#touch(kept);
    return id;
  }

  #tick(ms: number): void {
    for (const kept of this.kept.values()) {
      const { running } = kept;
      if (!running) continue;
      const names = NAMES[running.kind];
      const work = kept.detail[BLOCK[running.kind]];
      running.ms += ms;
      const need = PHASE_MS[running.kind] * names.length;
      const phase = Math.min(names.length, Math.floor(running.ms / PHASE_MS[running.kind]) + 1);
      if (this.#trouble[running.kind] === phase) {
        this.#trouble[running.kind] = 0;
        this.#fail(kept, running.kind, phase);
        continue;
      }
      if (running.ms >= need) {
        this.#job(kept, { status: "completed", completed_at: new Date(this.#world.now).toISOString(), progress: null });
        this.#finished(kept, running.kind);
        continue;
      }
      const moved = work.phase !== phase;
      const name = names[phase - 1] ?? "";
      const progress = { stage: name, n: phase - 1, total: names.length, percentage: Math.floor((running.ms / need) * 100), elapsed_ms: running.ms, eta_ms: need - running.ms };
      Object.assign(work, { phase, phase_name: name, progress });
      this.#job(kept, { progress: clone(progress) });
      if (moved) this.#world.tell({ kind: "collections_changed", ids: [kept.detail.id] });
    }
  }

  #fail(kept: Kept, kind: WorkKind, phase: number): void {
    const error: UserError = kind === "generate_items" && phase === 1
      ? { code: "usage", message: "There is no purchase order to read.", hint: "Add one, or switch to linesheet only." }
      : { code: "timed_out", message: "It took too long. The files and everything read so far are kept.", hint: "Try again: only what is missing is done." };
    const work = kept.detail[BLOCK[kind]];
    this.#job(kept, { status: "failed", error, progress: null, completed_at: new Date(this.#world.now).toISOString() });
    Object.assign(work, { state: "failed", phase, phase_name: NAMES[kind][phase - 1], error, progress: null });
    kept.running = null;
    this.#touch(kept);
  }

  #finished(kept: Kept, kind: WorkKind): void {
    const { detail } = kept;
    const names = NAMES[kind];
    const done: Partial<WorkStatus> = { state: "completed", phase: names.length, phase_name: names.at(-1) ?? "", progress: null, error: null, restarting: false, out_of_date: false, completed_at: new Date(this.#world.now).toISOString() };
    const formats = kept.running?.formats ?? [];
    if (kind === "process_collection") {
      const products = Number(this.#options.get("items") ?? 30);
      detail.product_count = products;
      detail.categories = [["Tops", ["Shirts", "Tees"]], ["Bottoms", ["Skirts", "Trousers"]], ["Dresses", ["Midi"]], ["Knitwear", ["Vests", "Cardigans"]], ["Outerwear", ["Blazers"]]]
        .map(([name, subcategories]) => ({ name: name as string, subcategories: subcategories as string[], product_count: products / 5 }));
      const order = detail.inputs.find((input) => input.role === "purchase_order");
      detail.orders = order ? [makeOrder(order.document_id)] : [];
      if (detail.items.state === "completed") detail.items.out_of_date = true;
    } else if (kind === "generate_items") this.#makeItems(kept);
    else {
      const deck = this.#slides.preview(detail.info.brand ?? detail.info.name, detail.info.season ?? "", kept.list.items, kept.settings);
      const shown = deck.slides.filter((slide) => !slide.hidden);
      const base = `${detail.info.brand ?? detail.info.name}_${detail.info.season ?? ""}_${kept.settings.preset}_2026-05-12`;
      const size = { pptx: 8_420_000, pdf: 5_130_000, xlsx: 214_000, images: 31_800_000 };
      const before = kept.versions[0];
      kept.versions.unshift({
        version: kept.versions.length + 1, created_at: new Date(this.#world.now).toISOString(), preset: kept.settings.preset, slide_count: shown.length,
        item_count: detail.included_count, out_of_date: false, notes: deck.notes,
        files: formats.map((format) => ({ format, file_name: `${base}.${format === "images" ? "zip" : format}`, size: size[format], blob: format })),
        changes: before ? [`${Math.abs(detail.included_count - before.item_count)} items more or less`, `${shown.length} slides, before ${before.slide_count}`] : [],
      });
    }
    Object.assign(detail[BLOCK[kind]], done);
    this.#touch(kept);
    kept.running = null;
    if (kind === "generate_deck") kept.versions[0]!.out_of_date = false;
  }

  /** Items made again keep what a person said; where the machine changed its mind, it says so beside. */
  #makeItems(kept: Kept): void {
    const { detail } = kept;
    const linesheet = detail.inputs.find((input) => input.role === "linesheet")?.document_id ?? "";
    const order = detail.info.linesheet_only ? null : (detail.inputs.find((input) => input.role === "purchase_order")?.document_id ?? null);
    const before = new Map(kept.list.items.map((item) => [item.id, item]));
    const said = new Map(kept.list.unmatched.map((line) => [line.key, line.resolution]));
    const made = makeItems(Number(this.#options.get("items") ?? 30), linesheet, order);
    for (const item of made.items) {
      for (const edit of before.get(item.id)?.edits ?? []) {
        const now = edit.key === "wholesale" ? ((item.wholesale ?? 0) / 100 + 1).toFixed(2) : null;
        apply(item, edit.key, edit.mine);
        item.edits.push({ ...edit, now });
      }
    }
    for (const line of made.unmatched) line.resolution = said.get(line.key) ?? null;
    kept.list = made;
  }

  // The calls.

  async list(): Promise<CollectionRow[]> {
    await this.#gate("collections");
    return clone([...this.kept.values()].filter((kept) => !kept.trashed).map(({ detail, list }) => ({
      id: detail.id, info: detail.info, product_count: detail.product_count, item_count: detail.item_count, included_count: detail.included_count,
      photos: list.items.flatMap((item) => item.photo?.blob ?? []).slice(0, 4),
      work: [detail.deck, detail.items, detail.processing].find((work) => work.state !== "idle") ?? detail.processing,
      created_at: detail.created_at, updated_at: detail.updated_at,
    })).sort((a, b) => b.updated_at.localeCompare(a.updated_at)));
  }

  async create(info: CollectionInfo) {
    await this.#gate("edit");
    if (!info.name.trim()) refuse("usage", "A collection needs a name.");
    const kept = this.#put(clone(info));
    this.#touch(kept);
    return clone(kept.detail);
  }

  async get(id: CollectionId) {
    await this.#gate("collection");
    return clone(this.#of(id).detail);
  }

  async setInfo(id: CollectionId, info: CollectionInfo) {
    await this.#gate("edit");
    const kept = this.#of(id);
    if (!info.name.trim()) refuse("usage", "A collection needs a name.", "Write one.");
    kept.detail.info = clone(info);
    this.#touch(kept);
    return clone(kept.detail);
  }

  async remove(id: CollectionId) {
    const kept = this.#of(id);
    kept.trashed = true;
    this.#touch(kept);
  }

  async restore(id: CollectionId) {
    const kept = this.kept.get(id) ?? refuse("unknown_id", "This collection is not in the trash.");
    kept.trashed = false;
    this.#touch(kept);
  }

  chooseFiles(id: CollectionId, role: InputRole) {
    return this.addFiles(id, role, this.picked[role]);
  }

  async addFiles(id: CollectionId, role: InputRole, paths: string[]): Promise<AddOutcome[]> {
    const kept = this.#of(id);
    return paths.map((path) => {
      const filename = path.split("/").at(-1) ?? path;
      if (!/\.(pdf|xlsx|xls|csv|tsv|txt|png|jpe?g)$/i.test(filename)) return { file: path, error: { code: "unsupported_type", message: "Papertray does not read files of this kind.", hint: "" } };
      const input = this.#input(kept, role, filename, true);
      return { document_id: input.document_id, file: path, filename, status: "uploading" };
    });
  }

  async addDocuments(id: CollectionId, role: InputRole, documents: string[]) {
    const kept = this.#of(id);
    for (const document of documents) {
      const name = this.#world.docs.get(document)?.row.filename;
      if (name && !kept.detail.inputs.some((input) => input.document_id === document)) this.#input(kept, role, name);
    }
    return clone(kept.detail);
  }

  async removeInput(id: CollectionId, document: string) {
    const kept = this.#of(id);
    kept.detail.inputs = kept.detail.inputs.filter((input) => input.document_id !== document);
    if (kept.detail.items.state === "completed") kept.detail.items.out_of_date = true;
    this.#touch(kept);
    return clone(kept.detail);
  }

  async setRole(id: CollectionId, document: string, role: InputRole) {
    const kept = this.#of(id);
    for (const input of kept.detail.inputs) if (input.document_id === document) input.role = role;
    this.#touch(kept);
    return clone(kept.detail);
  }

  async process(id: CollectionId) {
    const kept = this.#of(id);
    if (kept.running) refuse("wrong_state", "This collection is at work already.");
    this.#start(kept, "process_collection");
    return clone(kept.detail);
  }

  async generateItems(id: CollectionId) {
    const kept = this.#of(id);
    if (kept.running) refuse("wrong_state", "This collection is at work already.");
    this.#start(kept, "generate_items");
    return clone(kept.detail);
  }

  async cancel(id: CollectionId) {
    const kept = this.#of(id);
    if (kept.running) {
      this.#job(kept, { status: "cancelled", progress: null, completed_at: new Date(this.#world.now).toISOString() });
      Object.assign(kept.detail[BLOCK[kept.running.kind]], { state: "cancelled", progress: null });
      kept.running = null;
      this.#touch(kept);
    }
    return clone(kept.detail);
  }

  /** The program ended and began again while a collection was at work, for tests. */
  restart(): void {
    for (const kept of this.kept.values()) {
      if (!kept.running) continue;
      kept.detail[BLOCK[kept.running.kind]].restarting = true;
      this.#touch(kept);
    }
  }

  /** A job of a collection, stopped from the queue. */
  async cancelJob(job: number): Promise<boolean> {
    const kept = [...this.kept.values()].find((other) => other.running?.job === job);
    if (kept) await this.cancel(kept.detail.id);
    return kept !== undefined;
  }

  async items(id: CollectionId) {
    await this.#gate("items");
    return clone(this.#of(id).list);
  }

  async photos(id: CollectionId) {
    await this.#gate("photos");
    const linesheet = this.#of(id).detail.inputs[0]?.document_id ?? "";
    return Array.from({ length: 36 }, (_, n) => photoOf(n, { document_id: linesheet, place: { on: "page", page: 1 + Math.floor(n / 6), box: [40, 40, 200, 240] } }));
  }

  async setItems(id: CollectionId, items: ItemId[], key: ItemKey, value: string): Promise<Item[]> {
    await this.#gate("edit");
    const kept = this.#of(id);
    if ((key === "wholesale" || key === "rrp") && value && !/^\d+(\.\d{1,2})?$/.test(value)) refuse("usage", `\`${value}\` is no price.`, "Write it as 48.50.");
    if (key === "sales_talk" && value.length > 80) refuse("usage", "A line of sales talk has at most 80 characters.");
    const wanted = new Set(items);
    const changed = kept.list.items.filter((item) => wanted.has(item.id));
    for (const item of changed) {
      const before = said(item, key);
      apply(item, key, value);
      const known = item.edits.find((edit) => edit.key === key);
      if (known) Object.assign(known, { mine: value, now: null } satisfies Partial<ItemEdit>);
      else item.edits.push({ key, before, mine: value, now: null });
    }
    this.#touch(kept);
    return clone(changed);
  }

  async resetItem(id: CollectionId, item: ItemId, key: ItemKey): Promise<Item> {
    const kept = this.#of(id);
    const found = kept.list.items.find((other) => other.id === item) ?? refuse("unknown_id", "This item is not there any more.");
    const edit = found.edits.find((other) => other.key === key);
    if (edit) apply(found, key, edit.now ?? edit.before ?? "");
    found.edits = found.edits.filter((other) => other.key !== key);
    this.#touch(kept);
    return clone(found);
  }

  async moveItems(id: CollectionId, items: ItemId[], before: ItemId | null) {
    await this.#gate("edit");
    const kept = this.#of(id);
    const wanted = new Set(items);
    const moved = kept.list.items.filter((item) => wanted.has(item.id));
    const rest = kept.list.items.filter((item) => !wanted.has(item.id));
    const at = before === null ? rest.length : rest.findIndex((item) => item.id === before);
    kept.list.items = rest.toSpliced(at < 0 ? rest.length : at, 0, ...moved);
    this.#touch(kept);
  }

  async resolveLine(id: CollectionId, key: string, resolution: Resolution | null) {
    await this.#gate("edit");
    const kept = this.#of(id);
    const line = kept.list.unmatched.find((other) => other.key === key) ?? refuse("unknown_id", "This line is not there any more.");
    line.resolution = resolution;
    this.#touch(kept);
    return clone(kept.list);
  }

  async setOrderColumn(id: CollectionId, document: string, column: number, meaning: string | null) {
    const kept = this.#of(id);
    const known = kept.detail.orders.find((order) => order.document_id === document)?.columns[column];
    if (known) Object.assign(known, { meaning, locked: true, confidence: 1 });
    if (kept.detail.items.state === "completed") kept.detail.items.out_of_date = true;
    this.#touch(kept);
    return clone(kept.detail);
  }

  async renameCategory(id: CollectionId, from: string, to: string) {
    const kept = this.#of(id);
    for (const category of kept.detail.categories) if (category.name === from) category.name = to;
    for (const item of kept.list.items) if (item.category === from) item.category = to;
    this.#touch(kept);
    return clone(kept.detail);
  }

  async orderCategories(id: CollectionId, names: string[]) {
    const kept = this.#of(id);
    kept.detail.categories.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    this.#touch(kept);
    return clone(kept.detail);
  }

  async deckSettings(id: CollectionId) {
    await this.#gate("deck");
    return clone(this.#of(id).settings);
  }

  async chooseDeckLogo(id: CollectionId) {
    await this.#gate("edit");
    const kept = this.#of(id);
    kept.settings = { ...kept.settings, look: { ...kept.settings.look, logo: "logo" } };
    this.#touch(kept);
    return clone(kept.settings);
  }

  async setDeckLogo(id: CollectionId) {
    return this.chooseDeckLogo(id);
  }

  async setDeckSettings(id: CollectionId, settings: DeckSettings) {
    await this.#gate("edit");
    const kept = this.#of(id);
    kept.settings = clone(settings);
    this.#touch(kept);
  }

  async deckPreview(id: CollectionId) {
    await this.#gate("preview");
    const { detail, list, settings } = this.#of(id);
    return clone(this.#slides.preview(detail.info.brand ?? detail.info.name, detail.info.season ?? "", list.items, settings));
  }

  async generateDeck(id: CollectionId, formats: DeckFormat[]) {
    const kept = this.#of(id);
    if (kept.running) refuse("wrong_state", "This collection is at work already.");
    return this.#start(kept, "generate_deck", formats);
  }

  async deckVersions(id: CollectionId) {
    await this.#gate("deck");
    return clone(this.#of(id).versions);
  }

  async saveDeck(_id: CollectionId, version: number, format: DeckFormat) { this.acts.push(`save ${version} ${format}`); }
  async openDeck(_id: CollectionId, version: number, format: DeckFormat) { this.acts.push(`open ${version} ${format}`); }
  async showDeck(_id: CollectionId, version: number, format: DeckFormat) { this.acts.push(`show ${version} ${format}`); }

  photoUrl(blob: string): string {
    return photoSvg(blob);
  }

  slideUrl(_id: CollectionId, hash: string): string {
    return this.#slides.url(hash);
  }

  save(): unknown {
    return { kept: [...this.kept], made: this.#made };
  }

  load(text: unknown): void {
    const { kept, made } = text as { kept: [string, Kept][]; made: number };
    this.kept = new Map(kept);
    this.#made = made;
    for (const { detail, list, settings } of this.kept.values()) this.#slides.preview(detail.info.name, "", list.items, settings);
  }
}

function said(item: Item, key: ItemKey): string | null {
  if (key === "photo") return item.photo?.blob ?? null;
  if (key === "sizes") return item.sizes.map(({ size, quantity }) => (quantity === null ? size : `${size} ${quantity}`)).join(", ");
  const value = item[key];
  if (key === "wholesale" || key === "rrp") return value === null ? null : (Number(value) / 100).toFixed(2);
  return value === null ? null : String(value);
}

function apply(item: Item, key: ItemKey, value: string): void {
  if (key === "photo") item.photo = value ? { blob: value, sha256: value, width: 1200, height: 1400, source: item.product_source } : null;
  else if (key === "sizes") {
    item.sizes = value.split(",").map((part) => /^\s*(.+?)(?:\s+(\d+))?\s*$/.exec(part)).flatMap((found) => (found?.[1] ? [{ size: found[1], quantity: found[2] ? Number(found[2]) : null }] : []));
    item.units = item.sizes.some(({ quantity }) => quantity !== null) ? item.sizes.reduce((sum, { quantity }) => sum + (quantity ?? 0), 0) : null;
  } else if (key === "wholesale" || key === "rrp") item[key] = value ? Math.round(Number(value) * 100) : null;
  else if (key === "included" || key === "highlighted") item[key] = value === "true";
  else item[key] = value || null;
}
