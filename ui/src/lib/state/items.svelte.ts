// The items of one collection as the table shows them: which are shown, which are chosen, what a person changed and how
// to take that back.

import { SvelteSet } from "svelte/reactivity";
import { userError } from "../api";
import type { CollectionId, Item, ItemId, ItemKey, Photo, Resolution, UnmatchedLine } from "../collections";
import { typedValue } from "../itemvalues";
import type { UserError } from "../model";
import { Refresher } from "./refresher";
import type { Session } from "./session.svelte";

export type ItemFilter = "all" | "prices" | "not_ordered" | "not_offered" | "edited" | "incomplete";
export type EditAt = { id: ItemId; key: ItemKey };
type Undo = () => Promise<void>;
const UNDO_MOST = 50;

export const FITS: Record<ItemFilter, (item: Item) => boolean> = {
  all: () => true,
  prices: (item) => item.order_price !== null,
  not_ordered: (item) => !item.matched,
  not_offered: (item) => item.product_source === null,
  edited: (item) => item.edits.length > 0,
  incomplete: (item) => item.photo === null || item.category === null || item.wholesale === null || item.rrp === null,
};

export class Items {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  items: Item[] = $state.raw([]);
  unmatched: UnmatchedLine[] = $state.raw([]);
  filter: ItemFilter = $state("all");
  text = $state("");
  readonly chosen = new SvelteSet<ItemId>();
  active: ItemId | null = $state(null);
  editing: EditAt | null = $state.raw(null);
  editError: UserError | null = $state.raw(null);
  photos: Photo[] | null = $state.raw(null);
  /** The drawer of lines that fit no product is open. */
  drawer = $state(false);
  /** How many changes can be taken back. */
  undoable = $state(0);
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.load(), 150);
  readonly #id: CollectionId;
  #undo: Undo[] = [];
  /** Where a range begins. */
  #anchor: ItemId | null = null;
  /** An answer asked for before or during a change is old. */
  #turn = 0;
  #changing = 0;

  constructor(session: Session, id: CollectionId) {
    this.#session = session;
    this.#id = id;
    this.#stop = session.listen({
      collectionsChanged: (ids) => {
        if (ids.includes(id)) this.#refresh.touch();
      },
      resynced: () => this.#refresh.touch(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
    this.#turn += 1;
  }

  get #api() {
    return this.#session.api.collections;
  }

  async load(): Promise<void> {
    const turn = this.#turn;
    try {
      const list = await this.#api.items(this.#id);
      if (turn !== this.#turn || this.#changing > 0) return;
      this.items = list.items;
      this.unmatched = list.unmatched;
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  get(id: ItemId | null): Item | null {
    return this.items.find((item) => item.id === id) ?? null;
  }

  /** In the deck's order, those the filter and the words let through. */
  readonly shown: Item[] = $derived.by(() => {
    const words = this.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    return this.items.filter((item) => {
      if (!FITS[this.filter](item)) return false;
      const all = [item.style_number, item.name, item.colour, item.category, item.subcategory].join(" ").toLowerCase();
      return words.every((word) => all.includes(word));
    });
  });

  /** The order can be changed where all of it is seen. */
  get movable(): boolean {
    return this.filter === "all" && this.text.trim() === "";
  }

  count(filter: ItemFilter): number {
    return this.items.filter(FITS[filter]).length;
  }

  /** Lines that wait for a word of a person. */
  get open(): UnmatchedLine[] {
    return this.unmatched.filter((line) => line.resolution === null);
  }

  // What is chosen.

  /** `range`: all between the last one and this. */
  choose(id: ItemId, range = false): void {
    const ids = this.shown.map((item) => item.id);
    const [from, to] = [this.#anchor ? ids.indexOf(this.#anchor) : -1, ids.indexOf(id)];
    if (range && from >= 0 && to >= 0) for (const one of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) this.chosen.add(one);
    else {
      if (this.chosen.has(id)) this.chosen.delete(id);
      else this.chosen.add(id);
      this.#anchor = id;
    }
  }

  chooseAll(): void {
    if (this.shown.every((item) => this.chosen.has(item.id))) this.chosen.clear();
    else for (const item of this.shown) this.chosen.add(item.id);
  }

  clearChosen(): void {
    this.chosen.clear();
    this.#anchor = null;
  }

  /** The chosen ones in the deck's order, or the one the keyboard is on. */
  targets(id: ItemId | null = this.active): ItemId[] {
    if (id && !this.chosen.has(id)) return [id];
    return this.items.filter((item) => this.chosen.has(item.id)).map((item) => item.id);
  }

  // What is changed.

  #replace(changed: Item[]): void {
    const by = new Map(changed.map((item) => [item.id, item]));
    this.items = this.items.map((item) => by.get(item.id) ?? item);
  }

  /** Runs a change; the list is asked for again after it. */
  async #during<T>(change: () => Promise<T>): Promise<T> {
    this.#changing += 1;
    try {
      return await change();
    } finally {
      this.#changing -= 1;
      this.#turn += 1;
      this.#refresh.touch();
    }
  }

  #remember(undo: Undo): void {
    this.#undo = [...this.#undo, undo].slice(-UNDO_MOST);
    this.undoable = this.#undo.length;
  }

  /** A person's value for one or many, shown at once where it is yes or no. */
  async set(ids: ItemId[], key: ItemKey, value: string): Promise<void> {
    if (ids.length === 0) return;
    const before = this.items.filter((item) => ids.includes(item.id));
    if (key === "included" || key === "highlighted") this.#replace(before.map((item) => ({ ...item, [key]: value === "true" })));
    try {
      this.#replace(await this.#during(() => this.#api.setItems(this.#id, ids, key, value)));
    } catch (thrown) {
      this.#replace(before);
      throw thrown;
    }
    this.#remember(() => this.#putBack(before, key));
  }

  /** What each had: a person's value, or the machine's where none was said. */
  #putBack(before: Item[], key: ItemKey): Promise<void> {
    return this.#during(() => this.#putBackEach(before, key));
  }

  async #putBackEach(before: Item[], key: ItemKey): Promise<void> {
    const said = new Map<string, ItemId[]>();
    for (const item of before) {
      if (!item.edits.some((edit) => edit.key === key)) this.#replace([await this.#api.resetItem(this.#id, item.id, key)]);
      else said.set(typedValue(item, key), [...(said.get(typedValue(item, key)) ?? []), item.id]);
    }
    for (const [value, ids] of said) this.#replace(await this.#api.setItems(this.#id, ids, key, value));
  }

  async reset(id: ItemId, key: ItemKey): Promise<void> {
    const before = this.get(id);
    if (!before) return;
    this.#replace([await this.#during(() => this.#api.resetItem(this.#id, id, key))]);
    this.#remember(() => this.#putBack([before], key));
  }

  edit(id: ItemId, key: ItemKey): void {
    this.active = id;
    this.editError = null;
    this.editing = { id, key };
  }

  stopEditing(): void {
    this.editing = null;
    this.editError = null;
  }

  /** Answers whether the editor may close; on refusal it stays open with the reason. */
  async save(value: string): Promise<boolean> {
    const at = this.editing;
    const item = this.get(at?.id ?? null);
    if (!at || !item) return true;
    if (value === typedValue(item, at.key)) {
      this.stopEditing();
      return true;
    }
    this.editError = null;
    try {
      await this.set(this.chosen.size > 1 && this.chosen.has(at.id) && at.key === "category" ? this.targets(at.id) : [at.id], at.key, value);
      if (this.editing === at) this.stopEditing();
      return true;
    } catch (thrown) {
      if (this.editing === at) this.editError = userError(thrown);
      return false;
    }
  }

  /** Moves at once; null: to the end. */
  async move(ids: ItemId[], before: ItemId | null): Promise<void> {
    if (!this.movable || ids.length === 0 || (before !== null && ids.includes(before))) return;
    const was = this.items;
    const wanted = new Set(ids);
    const moved = was.filter((item) => wanted.has(item.id));
    const rest = was.filter((item) => !wanted.has(item.id));
    const at = before === null ? rest.length : rest.findIndex((item) => item.id === before);
    const next = rest.toSpliced(at < 0 ? rest.length : at, 0, ...moved);
    if (next.every((item, i) => item.id === was[i]?.id)) return;
    this.items = next;
    try {
      await this.#during(() => this.#api.moveItems(this.#id, ids, before));
    } catch (thrown) {
      this.items = was;
      throw thrown;
    }
    this.#remember(() => this.#order(was.map((item) => item.id)));
  }

  /** One place up or down, all that are chosen together. */
  async nudge(id: ItemId, by: -1 | 1): Promise<void> {
    const ids = this.targets(id);
    const places = ids.map((one) => this.items.findIndex((item) => item.id === one));
    const rest = this.items.filter((item) => !ids.includes(item.id));
    if (by < 0) {
      const at = Math.min(...places) - 1;
      const before = this.items[at];
      if (before) await this.move(ids, before.id);
      return;
    }
    const after = this.items[Math.max(...places) + 1];
    if (!after) return;
    await this.move(ids, rest[rest.indexOf(after) + 1]?.id ?? null);
  }

  async #order(ids: ItemId[]): Promise<void> {
    const rank = new Map(ids.map((id, i) => [id, i]));
    this.items = [...this.items].sort((a, b) => (rank.get(a.id) ?? 1e9) - (rank.get(b.id) ?? 1e9));
    await this.#during(() => this.#api.moveItems(this.#id, ids, null));
  }

  async undo(): Promise<boolean> {
    const last = this.#undo.at(-1);
    if (!last) return false;
    this.#undo = this.#undo.slice(0, -1);
    this.undoable = this.#undo.length;
    await last();
    return true;
  }

  /** Null takes back what was said. */
  async resolve(key: string, resolution: Resolution | null): Promise<void> {
    const before = this.unmatched.find((line) => line.key === key)?.resolution ?? null;
    const adopt = async (to: Resolution | null) => {
      const list = await this.#during(() => this.#api.resolveLine(this.#id, key, to));
      this.items = list.items;
      this.unmatched = list.unmatched;
    };
    await adopt(resolution);
    this.#remember(() => adopt(before));
  }

  async wantPhotos(): Promise<void> {
    this.photos ??= await this.#api.photos(this.#id);
  }
}
