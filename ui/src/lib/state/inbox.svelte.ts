// The list of documents as the Inbox shows it, and the order that the review view walks. Rows are kept by id, so that
// a change redraws one row and not the list.

import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { userError } from "../api";
import {
  type AddOutcome, ALL_DOCUMENTS, type DocumentFilter, type DocumentId, type DocumentQuery, type DocumentRow,
  type DocumentSort, type Hit, type Job, type NamedType, type SavedView, type UserError,
} from "../model";
import { isOver, type Session } from "./session.svelte";

export type Doing = "cancelling" | "retrying" | "removing" | "accepting" | "starting" | "restoring";

const PAGE = 200;
/** So many changed rows at once are cheaper to ask for as a list. */
const MANY = 100;
/** Between two askings for what changed, so that a busy engine leaves the window its time. */
const REST_MS = 300;

export class Inbox {
  /** In the list's order: newest first. */
  ids: DocumentId[] = $state.raw([]);
  readonly rows = new SvelteMap<DocumentId, DocumentRow>();
  /** Rows a person acted on, until the engine answers. */
  readonly doing = new SvelteMap<DocumentId, Doing>();
  filter: DocumentFilter = $state("all");
  text = $state("");
  sort: DocumentSort = $state("added");
  ascending = $state(false);
  total = $state(0);
  /** There are more than `total`. */
  atLeast = $state(false);
  more = $state(false);
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  /** Rows that a person chose to do something with all of them. */
  readonly selected = new SvelteSet<DocumentId>();
  /** Where a range of chosen rows begins. */
  anchor: DocumentId | null = null;
  /** Where the words of the search stand first; null where they stand on no page. */
  readonly hits = new SvelteMap<DocumentId, Hit | null>();
  /** The row that the keyboard is on. */
  active: DocumentId | null = $state(null);

  readonly #session: Session;
  readonly #stop: () => void;
  #turn = 0;
  #loadingMore = false;
  #dirty = new Set<DocumentId>();
  #flushing: Promise<void> | null = null;
  #asked = -REST_MS;
  #wanted = new Set<DocumentId>();
  /** Rows taken away here before the engine said so. */
  #gone = new Set<DocumentId>();

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      documentsChanged: (ids) => this.touch(ids),
      jobChanged: (job) => this.#jobChanged(job),
      resynced: () => void this.reload(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#turn += 1;
  }

  get activeIndex(): number {
    return this.active ? this.ids.indexOf(this.active) : -1;
  }

  query(): DocumentQuery {
    return { ...ALL_DOCUMENTS, filter: this.filter, text: this.text.trim() || null, sort: this.sort, ascending: this.ascending, limit: PAGE };
  }

  async show(filter: DocumentFilter, text: string): Promise<void> {
    if (filter === this.filter && text === this.text && this.phase === "ready") return;
    this.filter = filter;
    this.text = text;
    this.hits.clear();
    this.clearSelected();
    await this.reload();
  }

  async sortBy(sort: DocumentSort, ascending: boolean): Promise<void> {
    this.sort = sort;
    this.ascending = ascending;
    await this.reload();
  }

  /** A saved way to look at the list. */
  async look(view: SavedView): Promise<void> {
    this.sort = view.sort;
    this.ascending = view.ascending;
    this.phase = "loading";
    await this.show(view.filter, view.text);
  }

  /** The usual order: where a new row belongs follows from its id. */
  get #usual(): boolean {
    return this.sort === "added" && !this.ascending && this.text.trim() === "";
  }

  clearSelected(): void {
    this.selected.clear();
    this.anchor = null;
  }

  toggle(id: DocumentId): void {
    if (!this.selected.delete(id)) this.selected.add(id);
    this.anchor = id;
  }

  /** All rows from where the range began to `id`. */
  selectTo(id: DocumentId): void {
    const [from, to] = [this.ids.indexOf(this.anchor ?? this.active ?? id), this.ids.indexOf(id)];
    if (from < 0 || to < 0) return this.toggle(id);
    this.anchor ??= this.ids[from] ?? null;
    for (const other of this.ids.slice(Math.min(from, to), Math.max(from, to) + 1)) this.selected.add(other);
  }

  /** Every row that is loaded. */
  selectAll(): void {
    for (const id of this.ids) this.selected.add(id);
  }

  /** The chosen rows in the list's order. */
  get chosen(): DocumentRow[] {
    return this.ids.flatMap((id) => (this.selected.has(id) ? (this.rows.get(id) ?? []) : []));
  }

  /** This row is seen: asks where the search stands in it, several rows at once. */
  wantHit(id: DocumentId): void {
    if (this.hits.has(id) || !this.text.trim()) return;
    if (this.#wanted.add(id).size > 1) return;
    const text = this.text;
    setTimeout(async () => {
      const ids = [...this.#wanted];
      this.#wanted.clear();
      const found = await this.#session.api.hits(ids, text, 1).catch(() => []);
      if (text !== this.text) return;
      for (const { document_id, hits } of found) this.hits.set(document_id, hits[0] ?? null);
    }, 30);
  }

  /** Asks for the list again; what is shown stays until the answer is here. */
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    this.#loadingMore = false;
    if (this.ids.length === 0) this.phase = "loading";
    try {
      const wanted = Math.max(PAGE, Math.min(this.ids.length, 1000));
      const list = await this.#session.api.listDocuments({ ...this.query(), limit: wanted });
      if (turn !== this.#turn) return;
      this.#dirty.clear();
      for (const row of list.rows) this.rows.set(row.document_id, row);
      this.ids = list.rows.map((row) => row.document_id).filter((id) => !this.#gone.has(id));
      this.total = list.total;
      this.atLeast = list.at_least;
      this.more = list.more;
      this.error = null;
      this.phase = "ready";
      if (this.active && !this.ids.includes(this.active)) this.active = this.ids[0] ?? null;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  async loadMore(): Promise<void> {
    const after = this.ids.at(-1);
    if (!this.more || this.#loadingMore || !after || this.phase !== "ready") return;
    this.#loadingMore = true;
    const turn = this.#turn;
    try {
      const list = await this.#session.api.listDocuments({ ...this.query(), after });
      if (turn !== this.#turn) return;
      for (const row of list.rows) this.rows.set(row.document_id, row);
      const known = new Set(this.ids);
      this.ids = [...this.ids, ...list.rows.map((row) => row.document_id).filter((id) => !known.has(id))];
      this.total = list.total;
      this.more = list.more;
    } catch {
      // The end of the list is asked for again at the next scroll.
    } finally {
      if (turn === this.#turn) this.#loadingMore = false;
    }
  }

  /** These changed: asks for just these, a burst of them once. */
  touch(ids: DocumentId[]): Promise<void> {
    for (const id of ids) this.#dirty.add(id);
    this.#flushing ??= this.#breath().then(() => this.#flush());
    return this.#flushing;
  }

  /** The first change is asked for at once; while one follows another, so many a second and no more. */
  async #breath(): Promise<void> {
    const rest = this.#asked + REST_MS - performance.now();
    if (rest > 0) await new Promise((done) => setTimeout(done, rest));
  }

  async #flush(): Promise<void> {
    const ids = [...this.#dirty];
    this.#dirty.clear();
    this.#flushing = null;
    if (this.phase !== "ready") return;
    this.#asked = performance.now();
    if (ids.length > MANY) return this.reload();
    const turn = this.#turn;
    const list = await this.#session.api.listDocuments({ ...this.query(), only: ids, limit: ids.length }).catch(() => null);
    this.#asked = performance.now();
    if (turn !== this.#turn) return;
    if (list === null) {
      for (const id of ids) this.#dirty.add(id); // asked for again with the next change
      return;
    }
    this.total = list.total;
    if (!this.#usual && list.rows.some((row) => !this.ids.includes(row.document_id) && !this.#gone.has(row.document_id))) return this.reload();
    for (const row of list.rows) this.#put(row);
    const there = new Set(list.rows.map((row) => row.document_id));
    for (const id of ids) if (!there.has(id)) this.#drop(id);
  }

  #put(row: DocumentRow): void {
    const id = row.document_id;
    if (this.#gone.has(id)) return;
    // A cancel is answered before the work has stopped.
    if (this.doing.get(id) !== "cancelling" || !row.job || isOver(row.job)) this.doing.delete(id);
    const isNew = !this.ids.includes(id);
    this.rows.set(id, row);
    if (!isNew) return;
    const last = this.ids.at(-1);
    if (this.more && last !== undefined && id < last) return;
    const at = this.ids.findIndex((other) => other < id);
    this.ids = at < 0 ? [...this.ids, id] : this.ids.toSpliced(at, 0, id);
  }

  #drop(id: DocumentId): void {
    this.doing.delete(id);
    this.selected.delete(id);
    const at = this.ids.indexOf(id);
    if (at < 0) return;
    this.ids = this.ids.toSpliced(at, 1);
    if (this.active === id) this.active = this.ids[at] ?? this.ids[at - 1] ?? null;
  }

  #jobChanged(job: Job): void {
    const row = this.rows.get(job.owner);
    if (!row) return;
    const reading = job.status === "processing" && job.type === "read_document";
    const status = reading && row.status !== "processing" ? "processing" : row.status;
    this.rows.set(job.owner, { ...row, status, job });
    if (isOver(job)) {
      this.doing.delete(job.owner);
      void this.touch([job.owner]);
    }
  }

  /** Shows added files at once; the engine's own rows follow. */
  added(outcomes: AddOutcome[], stage = false): void {
    for (const outcome of outcomes) {
      if (!("filename" in outcome) || !["all", stage ? "staged" : "working"].includes(this.filter)) continue;
      if (this.rows.has(outcome.document_id) && this.ids.includes(outcome.document_id)) continue;
      if (this.text && !outcome.filename.toLowerCase().includes(this.text.toLowerCase())) continue;
      this.#put({
        document_id: outcome.document_id, file: outcome.file, filename: outcome.filename, status: outcome.status,
        metadata: "pending", doc_type: null, display_name: null, tags: [], page_count: null, date: null, total: null,
        currency: null, uncertain: 0, accepted: false, added_at: new Date().toISOString(), error: null,
        file_size_bytes: 0, thumbnail: null, job: null, staged: stage, parent: null, parts: 0,
      });
    }
    void this.touch(outcomes.flatMap((outcome) => ("document_id" in outcome ? [outcome.document_id] : [])));
  }

  async #act(id: DocumentId, doing: Doing, call: () => Promise<unknown>): Promise<void> {
    this.doing.set(id, doing);
    try {
      await call();
    } finally {
      if (doing !== "cancelling") this.doing.delete(id);
      await this.touch([id]);
    }
  }

  async retry(id: DocumentId): Promise<void> {
    await this.#act(id, "retrying", () => this.#session.api.retryDocuments([id]));
  }

  /** Has documents read that were added without it. */
  async process(ids: DocumentId[]): Promise<void> {
    for (const id of ids) this.doing.set(id, "starting");
    try {
      await this.#session.api.processStaged(ids);
    } finally {
      for (const id of ids) this.doing.delete(id);
      await this.touch(ids);
    }
  }

  /** Everything that is staged, also what was not scrolled to. */
  async processAll(): Promise<number> {
    const list = await this.#session.api.listDocuments({ ...ALL_DOCUMENTS, filter: "staged", limit: 10_000 });
    const ids = list.rows.map((row) => row.document_id);
    await this.process(ids);
    return ids.length;
  }

  /** The row says "Cancelling…" until its job has ended. */
  async cancel(id: DocumentId): Promise<void> {
    try {
      await this.#act(id, "cancelling", () => this.#session.api.cancelDocuments([id]));
    } catch (thrown) {
      this.doing.delete(id);
      throw thrown;
    }
  }

  /** Takes the row away at once and puts it back where the engine refuses. */
  async remove(id: DocumentId): Promise<void> {
    this.#gone.add(id);
    this.#drop(id);
    this.total = Math.max(0, this.total - 1);
    try {
      await this.#session.api.removeDocuments([id]);
      // From here on the engine knows: the trash shows it.
      this.#gone.delete(id);
    } catch (thrown) {
      await this.#back(id);
      throw thrown;
    }
  }

  /** All of them to the trash at once; back where the engine refuses. */
  async removeAll(ids: DocumentId[]): Promise<void> {
    for (const id of ids) {
      this.#gone.add(id);
      this.#drop(id);
    }
    this.total = Math.max(0, this.total - ids.length);
    try {
      await this.#session.api.removeDocuments(ids);
    } finally {
      for (const id of ids) this.#gone.delete(id);
      await this.touch(ids);
    }
  }

  async restoreAll(ids: DocumentId[]): Promise<void> {
    await this.#session.api.restoreDocuments(ids);
    await this.touch(ids);
  }

  async retryAll(ids: DocumentId[]): Promise<DocumentId[]> {
    const begun = await this.#session.api.retryDocuments(ids);
    await this.touch(ids);
    return begun;
  }

  /** Gives tags and takes tags away; answers what takes it back. */
  async changeTags(rows: DocumentRow[], add: string[], remove: string[]): Promise<() => Promise<void>> {
    const { api } = this.#session;
    const backs: (() => Promise<void>)[] = [];
    for (const tag of add) {
      const ids = rows.filter((row) => !row.tags.includes(tag)).map((row) => row.document_id);
      if (ids.length === 0) continue;
      await api.changeTags(ids, [tag], []);
      backs.push(() => api.changeTags(ids, [], [tag]));
    }
    for (const tag of remove) {
      const ids = rows.filter((row) => row.tags.includes(tag)).map((row) => row.document_id);
      if (ids.length === 0) continue;
      await api.changeTags(ids, [], [tag]);
      backs.push(() => api.changeTags(ids, [tag], []));
    }
    const all = rows.map((row) => row.document_id);
    await this.touch(all);
    return async () => {
      for (const back of backs) await back();
      await this.touch(all);
    };
  }

  /** Names the type of several; answers what a person had named before, of those that took it. */
  async setTypes(wanted: NamedType[]): Promise<NamedType[]> {
    const before = await this.#session.api.setTypes(wanted);
    await this.touch(wanted.map(({ id }) => id));
    return before;
  }

  async restore(id: DocumentId): Promise<void> {
    if (this.rows.has(id)) this.doing.set(id, "restoring");
    try {
      await this.#session.api.restoreDocuments([id]);
    } finally {
      this.doing.delete(id);
    }
    await this.#back(id);
  }

  async #back(id: DocumentId): Promise<void> {
    this.#gone.delete(id);
    await this.touch([id]);
  }

  /** The neighbour of `id` in the list's order; `hint` is where it stood, should it have left the list since. */
  neighbour(id: DocumentId, step: 1 | -1, hint: number): DocumentId | null {
    const at = this.ids.indexOf(id);
    if (step === 1 && Math.max(at, hint) >= this.ids.length - 2) void this.loadMore();
    if (at >= 0) return this.ids[at + step] ?? null;
    return this.ids[step === 1 ? hint : hint - 1] ?? null;
  }
}
