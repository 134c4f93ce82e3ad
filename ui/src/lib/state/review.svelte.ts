// One document under review: its values, its pages, which value is looked at, and what is being changed.

import { SvelteMap } from "svelte/reactivity";
import { userError } from "../api";
import type { DocType, DocumentDetail, DocumentId, Field, FieldChange, Hit, LineItem, PageDetail, PageRef, Rect, UserError } from "../model";
import { Steps } from "./steps.svelte";
import type { Session } from "./session.svelte";

/** Values below this want a look, unless a person said so. */
export const SURE = 0.9;

export type PageState = { phase: "loading" } | { phase: "failed"; error: UserError } | { phase: "ready"; page: PageDetail };
export type NamedField = { name: string; field: Field; uncertain: boolean };
export type FieldBox = { name: string; box: Rect; uncertain: boolean; value: string };

export function isUncertain(field: Field, accepted: boolean): boolean {
  return !accepted && field.by !== "person" && field.confidence < SURE;
}

/** The order people read a document's head in; other fields follow by name. */
const ORDER = [
  "title", "vendor", "vendor_address", "vendor_tax_id", "supplier_gstin", "buyer", "buyer_tax_id", "recipient_gstin",
  "ewb_number", "number", "revision", "order_number", "document_number", "date", "document_date", "generated_date",
  "due_date", "valid_until", "start_ship", "cancel_date", "from_place", "to_place", "place_of_supply", "ship_to",
  "terms", "discount", "currency", "subtotal", "taxable_value", "cgst", "sgst", "igst", "tax", "total_units", "total",
];
const rank = (name: string) => (ORDER.indexOf(name) + 1 || ORDER.length + 1);

function sameOrder(a: PageRef[], b: PageRef[]): boolean {
  return a.length === b.length && a.every((leaf, i) => leaf.file === b[i]?.file && leaf.page === b[i]?.page && leaf.turn === b[i]?.turn);
}

export class Review {
  id: DocumentId | null = $state(null);
  phase: "loading" | "ready" | "missing" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  detail: DocumentDetail | null = $state.raw(null);
  pageNumber = $state(1);
  readonly pages = new SvelteMap<number, PageState>();
  /** The value that is looked at: chosen by click, focus or key. */
  selected: string | null = $state(null);
  /** The value under the pointer, in the list or on the page. */
  hovered: string | null = $state(null);
  editing: string | null = $state(null);
  draft = $state("");
  saving = $state(false);
  fieldError: UserError | null = $state.raw(null);
  /** Where the words of the search stand that led here. */
  hits: Hit[] = $state.raw([]);
  hit = $state(-1);
  /** What a person did to this document, and may take back. */
  readonly steps = new Steps();

  readonly #session: Session;
  readonly #stop: () => void;
  #turn = 0;
  /** The order of the fields stays while a person works through them. */
  #first: string[] = $state.raw([]);

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      documentsChanged: (ids) => {
        if (this.id && ids.includes(this.id)) void this.refresh();
      },
      jobChanged: (job) => this.#jobChanged(job),
      resynced: () => void this.refresh(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#turn += 1;
  }

  get fields(): NamedField[] {
    if (!this.detail) return [];
    const accepted = this.detail.row.accepted;
    const named = Object.entries(this.detail.fields).map(([name, field]) => ({
      name, field, uncertain: isUncertain(field, accepted),
    }));
    const place = (item: NamedField) => {
      const at = this.#first.indexOf(item.name);
      return at >= 0 ? at : 100 + rank(item.name);
    };
    return named.sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
  }

  get uncertain(): NamedField[] {
    return this.fields.filter((item) => item.uncertain);
  }

  get page(): PageState | null {
    return this.pages.get(this.pageNumber) ?? null;
  }

  /** Boxes of the values that stand on the page shown. */
  get boxes(): FieldBox[] {
    return this.fields.flatMap(({ name, field, uncertain }) =>
      field.box && (field.page ?? 1) === this.pageNumber
        ? [{ name, box: field.box, uncertain, value: field.text || field.value }]
        : [],
    );
  }

  async open(id: DocumentId): Promise<void> {
    const turn = ++this.#turn;
    this.id = id;
    this.phase = "loading";
    this.detail = null;
    this.pages.clear();
    this.pageNumber = 1;
    this.selected = this.hovered = this.editing = null;
    this.fieldError = null;
    this.steps.clear();
    this.hits = [];
    this.hit = -1;
    this.#first = [];
    await this.#load(turn);
    const detail = this.detail as DocumentDetail | null;
    if (turn !== this.#turn || !detail) return;
    this.selected = this.uncertain[0]?.name ?? this.fields[0]?.name ?? null;
    const page = this.selected ? detail.fields[this.selected]?.page : null;
    this.showPage(page ?? detail.pages[0]?.page_number ?? 1);
  }

  /** Goes to where the words of a search stand first. */
  async seek(text: string): Promise<void> {
    const [id, turn] = [this.id, this.#turn];
    this.hits = [];
    this.hit = -1;
    if (!id || !text.trim()) return;
    const found = await this.#session.api.hits([id], text, 200).catch(() => []);
    if (turn !== this.#turn) return;
    this.hits = found[0]?.hits ?? [];
    if (this.hits.length > 0) this.showHit(0);
  }

  showHit(index: number): void {
    const count = this.hits.length;
    if (count === 0) return;
    this.hit = (index + count) % count;
    const page = this.hits[this.hit]?.page_number;
    if (page && page !== this.pageNumber) this.showPage(page);
  }

  /** Asks again and keeps what is looked at. */
  async refresh(): Promise<void> {
    if (this.id) await this.#load(this.#turn);
  }

  async #load(turn: number): Promise<void> {
    const id = this.id;
    if (!id) return;
    try {
      const detail = await this.#session.api.getDocument(id);
      if (turn !== this.#turn) return;
      this.#adopt(detail);
      this.phase = "ready";
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = userError(thrown);
      this.phase = this.error.code === "unknown_id" ? "missing" : "failed";
    }
  }

  #adopt(detail: DocumentDetail): void {
    const read = this.detail?.pages.length ?? 0;
    const rearranged = this.detail !== null && this.detail.leaves.length > 0 && !sameOrder(this.detail.leaves, detail.leaves);
    this.detail = detail;
    if (rearranged) {
      this.pages.clear();
      this.showPage(Math.min(this.pageNumber, Math.max(1, detail.pages.length)));
    }
    if (this.#first.length === 0 && detail.row.status !== "processing") {
      this.#first = this.uncertain.map((item) => item.name);
    }
    if (detail.pages.length !== read) {
      for (const [n, state] of this.pages) if (state.phase !== "ready") this.pages.delete(n);
      this.showPage(this.pageNumber);
    }
  }

  #jobChanged(job: DocumentDetail["row"]["job"]): void {
    if (!job || !this.detail || job.owner !== this.id) return;
    const before = this.detail.row.job;
    this.detail = { ...this.detail, row: { ...this.detail.row, job } };
    // Another page is done, or the job is over: its words and pictures are there now.
    if (before?.progress?.n !== job.progress?.n || before?.status !== job.status) void this.refresh();
  }

  showPage(n: number): void {
    this.pageNumber = n;
    void this.loadPage(n);
  }

  async loadPage(n: number): Promise<PageDetail | null> {
    const [id, turn] = [this.id, this.#turn];
    const known = this.pages.get(n);
    if (known?.phase === "ready") return known.page;
    if (!id || !this.detail?.pages.some((page) => page.page_number === n)) return null;
    if (!known) this.pages.set(n, { phase: "loading" });
    try {
      const page = await this.#session.api.getPage(id, n);
      if (turn !== this.#turn) return null;
      this.pages.set(n, { phase: "ready", page });
      return page;
    } catch (thrown) {
      if (turn === this.#turn) this.pages.set(n, { phase: "failed", error: userError(thrown) });
      return null;
    }
  }

  /** Looks at a value, on the page where it stands. */
  select(name: string): void {
    this.selected = name;
    const page = this.detail?.fields[name]?.page;
    if (page && page !== this.pageNumber) this.showPage(page);
  }

  /** The next value that wants a look, after the one looked at and round again. */
  nextUncertain(after: string | null = this.selected): string | null {
    const names = this.fields.map((item) => item.name);
    const at = after ? names.indexOf(after) : -1;
    const open = new Set(this.uncertain.map((item) => item.name));
    const order = [...names.slice(at + 1), ...names.slice(0, Math.max(at, 0))];
    return order.find((name) => open.has(name)) ?? null;
  }

  edit(name: string): void {
    const field = this.detail?.fields[name];
    if (!field) return;
    this.select(name);
    this.draft = field.value;
    this.fieldError = null;
    this.editing = name;
  }

  stopEditing(): void {
    this.editing = null;
    this.fieldError = null;
  }

  /** Saves the draft of the value being edited; on refusal the editor stays open with the reason. */
  async save(): Promise<boolean> {
    const name = this.editing;
    if (!name || !(await this.#set(name, this.draft.trim()))) return false;
    if (this.editing === name) this.editing = null;
    return true;
  }

  /** A person says that the value is right as it is. */
  async accept(name: string): Promise<boolean> {
    const field = this.detail?.fields[name];
    return field ? await this.#set(name, field.value) : false;
  }

  async acceptAll(): Promise<void> {
    const [id, turn] = [this.id, this.#turn];
    if (!id) return;
    this.saving = true;
    try {
      const detail = await this.#session.api.acceptDocument(id);
      if (turn !== this.#turn) return;
      this.#adopt(detail);
      const { api } = this.#session;
      this.steps.did({ undo: () => this.#take(() => api.unacceptDocument(id)), redo: () => this.#take(() => api.acceptDocument(id)) });
    } finally {
      this.saving = false;
    }
  }

  /** Runs what answers the document as it is then, and shows that. */
  async #take(ask: () => Promise<DocumentDetail>): Promise<void> {
    const turn = this.#turn;
    const detail = await ask();
    if (turn === this.#turn) this.#adopt(detail);
  }

  /** Does it now, and again where it was taken back. */
  async #step(act: () => Promise<DocumentDetail>, back: () => Promise<DocumentDetail>): Promise<void> {
    await this.#take(act);
    this.steps.did({ undo: () => this.#take(back), redo: () => this.#take(act) });
  }

  /** What sets a value back to what it is now: the machine's, a person's, or none. */
  #restore(name: string): () => Promise<DocumentDetail> {
    const [id, field, { api }] = [this.id ?? "", this.detail?.fields[name], this.#session];
    return field?.by === "person" ? () => api.setField(id, name, field.value) : () => api.releaseField(id, name);
  }

  /** Of what a run changed: the earlier value, a person's, or the machine's new one. */
  async choose(change: FieldChange, which: "old" | "mine" | "new"): Promise<void> {
    const { id, detail } = this;
    if (!id || !detail) return;
    const { api } = this.#session;
    const { name } = change;
    const counts = change.mine !== null ? "mine" : "new";
    if (which === counts) return this.#take(() => api.settleChange(id, name));
    if (name === "doc_type") {
      const before = detail.type_by_person ? detail.row.doc_type : null;
      await this.setType(change.old, before);
      return this.#take(() => api.settleChange(id, name));
    }
    const back = this.#restore(name);
    await this.#step(() => (which === "new" ? api.releaseField(id, name) : api.setField(id, name, change.old ?? "")), back);
  }

  /** A person names the type; null leaves it to the machine. */
  async setType(doc_type: DocType | null, before?: DocType | null): Promise<void> {
    const { id, detail } = this;
    if (!id || !detail) return;
    const { api } = this.#session;
    const was = before === undefined ? (detail.type_by_person ? detail.row.doc_type : null) : before;
    const name = (type: DocType | null) => async () => {
      await api.setTypes([{ id, doc_type: type }]);
      return api.getDocument(id);
    };
    await this.#step(name(doc_type), name(was));
    this.pages.clear();
    this.showPage(this.pageNumber);
  }

  /** The pages (from 2) that begin a document of the file. */
  get starts(): number[] {
    return (this.detail?.sections ?? []).slice(1).map((section) => section.first_page);
  }

  /** Where documents begin in the file; null: as its pages say themselves. */
  async split(pages: number[] | null): Promise<void> {
    const { id, detail } = this;
    if (!id || !detail) return;
    const { api } = this.#session;
    const before = detail.split_by_person ? this.starts : null;
    await this.#step(() => api.splitDocument(id, pages), () => api.splitDocument(id, before));
  }

  /** Begins a document at page `n`, or joins it with the one before. */
  splitAt(n: number): Promise<void> {
    const starts = this.starts;
    return this.split(starts.includes(n) ? starts.filter((page) => page !== n) : [...starts, n].sort((a, b) => a - b));
  }

  get leaves(): PageRef[] {
    return this.detail?.leaves ?? [];
  }

  /** Lays the pages out, and shows page `look` of them. */
  async arrange(next: PageRef[], look: number): Promise<void> {
    const { id, detail } = this;
    if (!id || !detail || this.saving) return;
    const { api } = this.#session;
    const before = detail.arranged ? detail.leaves : null;
    this.saving = true;
    try {
      await this.#step(() => api.arrangePages(id, next), () => api.arrangePages(id, before));
      this.showPage(Math.min(look, next.length));
    } finally {
      this.saving = false;
    }
  }

  /** All pages as the document's own file has them. */
  async asFiled(): Promise<void> {
    const { id, detail } = this;
    if (!id || !detail?.arranged) return;
    const { api } = this.#session;
    const before = detail.leaves;
    await this.#step(() => api.arrangePages(id, null), () => api.arrangePages(id, before));
  }

  /** Turns pages by a quarter: 90 clockwise, 270 the other way. */
  turn(pages: number[], by: 90 | 270): Promise<void> {
    const next = this.leaves.map((leaf, i) => (pages.includes(i + 1) ? { ...leaf, turn: (leaf.turn + by) % 360 } : leaf));
    return this.arrange(next, this.pageNumber);
  }

  takeOut(pages: number[]): Promise<void> {
    const first = Math.min(...pages);
    return this.arrange(this.leaves.filter((_, i) => !pages.includes(i + 1)), first);
  }

  /** Moves page `n` so that it stands at place `to`. */
  async movePage(n: number, to: number): Promise<void> {
    const next = [...this.leaves];
    const [leaf] = next.splice(n - 1, 1);
    const at = Math.min(Math.max(1, to), this.leaves.length);
    if (!leaf || at === n) return;
    next.splice(at - 1, 0, leaf);
    await this.arrange(next, at);
  }

  /** Pages become a document of their own; answers its id. */
  async splitOff(pages: number[]): Promise<DocumentId | null> {
    const { id, detail } = this;
    if (!id || !detail || this.saving) return null;
    const { api } = this.#session;
    const before = detail.arranged ? detail.leaves : null;
    const after = detail.leaves.filter((_, i) => !pages.includes(i + 1));
    this.saving = true;
    try {
      const { new_document_id: made } = await api.splitPages(id, pages);
      await this.#take(() => api.getDocument(id));
      this.steps.did({
        undo: async () => {
          await this.#take(() => api.arrangePages(id, before));
          await api.removeDocuments([made]);
        },
        redo: async () => {
          await api.restoreDocuments([made]);
          await this.#take(() => api.arrangePages(id, after));
        },
      });
      return made;
    } finally {
      this.saving = false;
    }
  }

  /** A person's rows of goods; null: the machine's again. */
  async setLines(lines: LineItem[] | null): Promise<void> {
    const { id, detail } = this;
    if (!id || !detail) return;
    const { api } = this.#session;
    const before = detail.lines_by_person ? detail.lines : null;
    await this.#step(() => api.setLines(id, lines), () => api.setLines(id, before));
  }

  async setNote(note: string): Promise<void> {
    const { id, detail } = this;
    if (!id || !detail || note.trim() === detail.note) return;
    const { api } = this.#session;
    const before = detail.note;
    await this.#step(() => api.setDescription(id, "note", note.trim()), () => api.setDescription(id, "note", before));
  }

  /** What stands in a box drawn on the page becomes the draft of the value that is looked at. Answers whether it did. */
  drawn(box: Rect): boolean {
    const text = this.wordsIn(box);
    const name = this.editing ?? this.selected;
    if (!text || !name) return false;
    if (!this.editing) {
      // It stays on the page where the box was drawn.
      this.draft = "";
      this.fieldError = null;
      this.editing = name;
    }
    this.draft = text;
    return true;
  }

  async changeTags(add: string[], remove: string[]): Promise<void> {
    const { id } = this;
    if (!id) return;
    const { api } = this.#session;
    const change = (plus: string[], minus: string[]) => async () => {
      await api.changeTags([id], plus, minus);
      return api.getDocument(id);
    };
    await this.#step(change(add, remove), change(remove, add));
  }

  /** A person's own name or summary; empty: the machine's. */
  async describe(what: "display_name" | "summary", value: string): Promise<void> {
    const { id, detail } = this;
    if (!id || !detail) return;
    const { api } = this.#session;
    const before = detail.description?.[what] ?? "";
    await this.#step(() => api.setDescription(id, what, value), () => api.setDescription(id, what, before));
  }

  async #set(name: string, value: string): Promise<boolean> {
    const [id, turn] = [this.id, this.#turn];
    if (!id || this.saving) return false;
    this.saving = true;
    this.fieldError = null;
    try {
      const { api } = this.#session;
      const back = this.#restore(name);
      const detail = await api.setField(id, name, value);
      if (turn !== this.#turn) return true;
      this.#adopt(detail);
      this.steps.did({ undo: () => this.#take(back), redo: () => this.#take(() => api.setField(id, name, value)) });
      return true;
    } catch (thrown) {
      if (turn === this.#turn) this.fieldError = userError(thrown);
      return false;
    } finally {
      this.saving = false;
    }
  }

  /** The words whose middle lies in `box`, in reading order. */
  wordsIn(box: Rect): string {
    if (this.page?.phase !== "ready") return "";
    return this.page.page.words
      .filter(({ box: [x0, y0, x1, y1] }) => {
        const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
        return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
      })
      .map((word) => word.text)
      .join(" ");
  }
}
