// The window as a whole: the parts that every view shares, and the acts that end in a message to the person.

import { getContext, setContext, tick } from "svelte";
import { type Api, userError } from "../api";
import type { CollectionId, InputRole } from "../collections";
import { errorText, sentence, t, tn, word } from "../messages";
import {
  ADD, type AddOptions, type AddOutcome, type DocumentId, type DocType, type DocumentRow, type DropFolder, type Duplicates, type Job,
  type KnownFile, type NamedType, type PageRef, type QuitAsk, type Settings,
} from "../model";
import { type Place, Router } from "../router.svelte";
import { Collections } from "./collections.svelte";
import { Folders } from "./folders.svelte";
import { Inbox } from "./inbox.svelte";
import { Names } from "./names.svelte";
import { OF_COLLECTIONS, rowName } from "./rowstate";
import { Saving } from "./saving.svelte";
import { Samples } from "./samples.svelte";
import { Session } from "./session.svelte";
import { Ticker } from "./ticker.svelte";
import { Announcer, Toasts } from "./toasts.svelte";

/** A question or form in front of the window. */
export type Prompt =
  | { kind: "unlock"; id: DocumentId; name: string; wrong: boolean }
  | { kind: "cancel"; name: string; run: () => Promise<void> }
  | { kind: "cancel_all"; count: number; run: () => Promise<void> }
  | { kind: "cancel_work"; run: () => Promise<void> }
  | { kind: "empty_trash"; count: number; run: () => Promise<void> }
  | { kind: "tags"; ids: DocumentId[] }
  | { kind: "export"; ids: DocumentId[] }
  | { kind: "collect"; ids: DocumentId[] }
  | { kind: "save_view" }
  | { kind: "keys" }
  | { kind: "duplicates"; files: KnownFile[]; stage: boolean }
  | ({ kind: "quit" } & QuitAsk);

const KEY = Symbol("app");

export class App {
  readonly api: Api;
  readonly session: Session;
  readonly inbox: Inbox;
  readonly folders: Folders;
  readonly collections: Collections;
  readonly samples: Samples;
  readonly names: Names;
  readonly ticker: Ticker;
  readonly saving = new Saving();
  readonly toasts = new Toasts();
  readonly announcer = new Announcer((count) => tn("announce_many", count));
  readonly router = new Router();
  prompt: Prompt | null = $state.raw(null);
  adding = $state(false);
  /** Narrow windows begin with the room for the documents. */
  railOpen = $state(typeof innerWidth === "undefined" || innerWidth >= 1000);

  /** Where a view takes files that are let go over the window for itself. */
  dropInto: ((documents: DocumentId[]) => void) | null = $state.raw(null);

  readonly #ended: Job[] = [];
  #types: Promise<DocType[]> | null = null;

  constructor(api: Api) {
    this.api = api;
    this.session = new Session(api);
    this.inbox = new Inbox(this.session);
    this.folders = new Folders(this.session);
    this.collections = new Collections(this.session);
    this.samples = new Samples(this.session);
    this.names = new Names(api);
    this.ticker = new Ticker(() => api.now());
    this.session.onFilesAdded = (outcomes) => {
      this.#added(outcomes);
      this.dropInto?.(outcomes.flatMap((outcome) => ("document_id" in outcome ? [outcome.document_id] : [])));
    };
    this.session.onJobEnd = (job) => this.#jobEnded(job);
    this.session.onQuitAsked = (ask) => (this.prompt = { kind: "quit", ...ask });
    this.session.onNavigate = ({ document_id, view }) => {
      if (document_id) this.go({ view: "review", id: document_id });
      else if (view === "activity" || view === "collections" || view === "settings" || view === "inbox") this.go({ view });
    };
  }

  static provide(app: App): App {
    return setContext(KEY, app);
  }

  async start(): Promise<void> {
    await this.session.start();
    if (this.session.phase !== "ready") return;
    void this.collections.want();
    void this.samples.load();
    await this.inbox.reload();
    await tick();
    await this.api.windowReady().catch(() => {});
  }

  destroy(): void {
    this.inbox.destroy();
    this.folders.destroy();
    this.collections.destroy();
    this.session.stop();
  }

  go(place: Place, replace = false): void {
    this.router.go(place, replace);
  }

  /** Runs `act` and shows the reason where it was refused. */
  async attempt(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (thrown) {
      const { message, hint } = userError(thrown);
      this.toasts.show({ text: sentence(message), detail: sentence(hint) || undefined, tone: "failed" });
      return false;
    }
  }

  /** Saves a setting as it is made; what became of it is said where settings are shown. */
  change(part: Partial<Settings>): Promise<boolean> {
    return this.saving.run(() => this.session.setSettings(part));
  }

  chooseFiles(stage = false): Promise<void> {
    return this.#add({ ...ADD, stage }, (options) => this.api.chooseFiles(options));
  }

  /** What lies on the clipboard; says so where that is neither files nor a picture. */
  paste(): Promise<void> {
    return this.#add(ADD, async (options) => {
      const outcomes = await this.api.addPasted(options);
      if (outcomes.length === 0) this.toasts.show({ text: t("paste_nothing"), detail: t("paste_nothing_hint") });
      return outcomes;
    });
  }

  /** Files that are here already, taken in all the same. */
  async addKnown(files: KnownFile[], duplicates: Duplicates, stage: boolean): Promise<void> {
    const options = { stage, duplicates };
    await this.attempt(async () => this.#added(await this.api.addFiles(files.map(({ file }) => file), options), options));
  }

  async #add(options: AddOptions, ask: (options: AddOptions) => Promise<AddOutcome[]>): Promise<void> {
    if (this.adding) return;
    this.adding = true;
    await this.attempt(async () => this.#added(await ask(options), options));
    this.adding = false;
  }

  #added(outcomes: AddOutcome[], { stage, duplicates }: AddOptions = ADD): void {
    if (outcomes.length === 0) return;
    this.inbox.added(outcomes, stage);
    const added = outcomes.filter((outcome) => "filename" in outcome).length;
    const refused = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome] : []));
    const taken = duplicates === "version" ? tn("toast_version", added) : stage ? tn("toast_staged", added) : tn("toast_added", added);
    const parts = [added > 0 ? taken : "", refused.length > 0 ? tn("toast_refused", refused.length) : ""].filter(Boolean);
    const first = refused[0];
    if (parts.length > 0) {
      this.toasts.show({
        text: parts.join(" · "),
        detail: first ? `${baseName(first.file)}: ${errorText(first.error)}` : undefined,
        tone: refused.length > 0 ? "failed" : "plain",
      });
    }
    this.#tellKnown(outcomes.flatMap((outcome) => ("outcome" in outcome ? [outcome] : [])), stage);
  }

  /** What is here already: one file with what may be done about it, several as one message that shows them all. */
  #tellKnown(files: KnownFile[], stage: boolean): void {
    const [only, second] = files;
    if (!only) return;
    if (second) {
      const run = () => (this.prompt = { kind: "duplicates", files, stage });
      this.toasts.show({ text: tn("toast_known", files.length), actions: [{ label: t("act_show_known"), run }] });
      return;
    }
    const file = baseName(only.file);
    this.toasts.show({
      text: t(only.in_trash ? "known_in_trash" : "known_one", { file, name: only.name }),
      actions: this.knownActs(only, stage),
    });
  }

  knownActs(file: KnownFile, stage: boolean): { label: string; run: () => void }[] {
    const { document_id: id, in_trash } = file;
    const first = in_trash
      ? { label: t("act_restore"), run: () => void this.restore(id, file.name) }
      : { label: t("act_show"), run: () => this.go({ view: "review", id }) };
    return [
      first,
      { label: t("act_keep_both"), run: () => void this.addKnown([file], "keep", stage) },
      ...(in_trash ? [] : [{ label: t("act_new_version"), run: () => void this.addKnown([file], "version", stage) }]),
    ];
  }

  async restore(id: DocumentId, name: string): Promise<void> {
    if (!(await this.attempt(() => this.inbox.restore(id)))) return;
    const text = t("toast_restored", { name });
    this.announcer.say(text);
    this.toasts.show({ text, actions: [{ label: t("act_show"), run: () => this.go({ view: "review", id }) }] });
  }

  process(ids: DocumentId[]): Promise<boolean> {
    return this.attempt(() => this.inbox.process(ids));
  }

  /** Watched no more at once, with the way back in the message. */
  async removeFolder(folder: DropFolder): Promise<void> {
    if (!(await this.attempt(() => this.folders.remove(folder)))) return;
    const text = t("toast_folder_removed", { name: baseName(folder.path) });
    this.announcer.say(text);
    const run = () => void this.attempt(() => this.folders.putBack(folder));
    this.toasts.show({ text, detail: t("toast_folder_kept"), actions: [{ label: t("act_undo"), run }] });
  }

  /** To the trash at once, with the way back in the message. */
  async removeCollection(id: CollectionId, name: string): Promise<void> {
    if (!(await this.attempt(() => this.collections.remove(id)))) return;
    const text = t("toast_collection_removed", { name });
    this.announcer.say(text);
    const run = () => void this.attempt(() => this.collections.restore(id));
    this.toasts.show({ text, actions: [{ label: t("act_undo"), run }] });
  }

  askEmptyTrash(count: number): void {
    const run = async () => {
      this.toasts.show({ text: tn("toast_emptied", await this.api.emptyTrash()) });
      await this.inbox.reload();
    };
    this.prompt = { kind: "empty_trash", count, run };
  }

  /** A burst (all cancelled at once) is told as one number. */
  #jobEnded(job: Job): void {
    if (OF_COLLECTIONS.has(job.type)) this.#collectionEnded(job);
    if (job.type !== "read_document") return;
    if (this.#ended.push(job) > 1) return;
    queueMicrotask(() => {
      const jobs = this.#ended.splice(0);
      if (jobs.length > 3) this.announcer.say(tn("announce_many", jobs.length));
      else for (const one of jobs) this.#announce(one);
    });
  }

  /** Said aloud, and shown where the person is elsewhere. */
  #collectionEnded(job: Job): void {
    const { place } = this.router;
    const here = place.view === "collection" && place.id === job.owner;
    const name = job.name || t("a_collection");
    const done = { generate_items: t("done_items", { name }), generate_deck: t("done_deck", { name }) }[job.type as string] ?? t("done_processing", { name });
    const text = job.status === "completed" ? done : job.status === "failed" ? t("failed_collection", { name }) : t("cancelled_collection", { name });
    this.announcer.say(text);
    if (here || job.status === "cancelled") return;
    const detail = job.status === "failed" ? errorText(job.error) : undefined;
    this.toasts.show({ text, detail, tone: job.status === "failed" ? "failed" : "plain", actions: [{ label: t("act_open"), run: () => this.go({ view: "collection", id: job.owner }) }] });
  }

  #announce(job: Job): void {
    const row = this.inbox.rows.get(job.owner);
    const name = job.name || (row ? rowName(row) : t("a_document"));
    if (job.status === "completed") this.announcer.say(t("announce_read", { name }));
    else if (job.status === "failed") {
      this.announcer.say(t("announce_failed", { name, reason: job.error?.message ?? "" }));
    } else this.announcer.say(t("announce_cancelled", { name }));
  }

  retry(id: DocumentId): Promise<boolean> {
    return this.attempt(() => this.inbox.retry(id));
  }

  askCancel(row: DocumentRow): void {
    this.prompt = { kind: "cancel", name: rowName(row), run: () => this.inbox.cancel(row.document_id) };
  }

  askUnlock(row: DocumentRow): void {
    const wrong = row.error?.code === "wrong_password";
    this.prompt = { kind: "unlock", id: row.document_id, name: rowName(row), wrong };
  }

  /** To the trash at once, with the way back in the message. */
  async remove(row: DocumentRow): Promise<void> {
    const id = row.document_id;
    const done = await this.attempt(() => this.inbox.remove(id));
    if (!done) return;
    const text = t("toast_removed", { name: rowName(row) });
    this.announcer.say(text);
    this.toasts.show({
      text,
      actions: [{
        label: t("act_undo"),
        run: () => void this.attempt(async () => {
          await this.inbox.restore(id);
          this.inbox.active = id;
        }),
      }],
    });
  }

  /** Says what was done to several, with the way back. */
  #told(text: string, back: (() => Promise<unknown>) | null): void {
    this.announcer.say(text);
    const actions = back ? [{ label: t("act_undo"), run: () => void this.attempt(back) }] : [];
    this.toasts.show({ text, actions });
  }

  async removeAll(ids: DocumentId[]): Promise<void> {
    if (!(await this.attempt(() => this.inbox.removeAll(ids)))) return;
    this.#told(tn("toast_removed_many", ids.length), () => this.inbox.restoreAll(ids));
  }

  async retryAll(ids: DocumentId[]): Promise<void> {
    let begun: DocumentId[] = [];
    if (!(await this.attempt(async () => (begun = await this.inbox.retryAll(ids))))) return;
    this.#told(tn("toast_retrying", begun.length), () => this.api.cancelDocuments(begun));
  }

  async tagAll(rows: DocumentRow[], add: string[], remove: string[]): Promise<void> {
    let back: (() => Promise<void>) | null = null;
    if (!(await this.attempt(async () => (back = await this.inbox.changeTags(rows, add, remove))))) return;
    this.#told(tn("toast_tagged", rows.length), back);
  }

  /** Their pages become one document, in the order of the list; the way back is in the message. */
  async mergeAll(ids: DocumentId[]): Promise<void> {
    const [first, ...others] = ids;
    if (!first || others.length === 0) return;
    let before: PageRef[] | null = null;
    const done = await this.attempt(async () => {
      const detail = await this.api.getDocument(first);
      before = detail.arranged ? detail.leaves : null;
      await this.api.mergeDocuments(ids);
      this.inbox.clearSelected();
      await this.inbox.touch(ids);
    });
    if (!done) return;
    this.#told(tn("toast_merged", ids.length), async () => {
      await this.api.arrangePages(first, before);
      await this.inbox.restoreAll(others);
      await this.inbox.touch([first]);
    });
  }

  /** They become files of a collection. */
  async collectAll(id: CollectionId, name: string, role: InputRole, ids: DocumentId[]): Promise<void> {
    let fresh: DocumentId[] = [];
    const done = await this.attempt(async () => {
      const here = new Set((await this.api.collections.get(id)).inputs.map((input) => input.document_id));
      fresh = ids.filter((document) => !here.has(document));
      if (fresh.length > 0) await this.api.collections.addDocuments(id, role, fresh);
    });
    if (!done) return;
    this.inbox.clearSelected();
    const back = async () => {
      for (const document of fresh) await this.api.collections.removeInput(id, document);
    };
    this.#told(tn("toast_collected", fresh.length, { name }), fresh.length > 0 ? back : null);
  }

  async typeAll(ids: DocumentId[], doc_type: DocType): Promise<void> {
    let before: NamedType[] = [];
    if (!(await this.attempt(async () => (before = await this.inbox.setTypes(ids.map((id) => ({ id, doc_type }))))))) return;
    const left = ids.length - before.length;
    const text = [tn("toast_typed", before.length, { type: word("type", doc_type) }), left > 0 ? tn("toast_untyped", left) : ""].filter(Boolean).join(" ");
    this.#told(text, before.length > 0 ? () => this.inbox.setTypes(before) : null);
  }

  /** The types that a person may name; asked for once. */
  async knownTypes(): Promise<DocType[]> {
    this.#types ??= this.api.listTypes().then(({ types }) => types.map((type) => type.name).sort());
    return this.#types.catch(() => []);
  }

  /** Keeps how the Inbox is looked at, in place of one of the same name. */
  saveView(name: string): Promise<boolean> {
    const { filter, text, sort, ascending } = this.inbox;
    const others = this.session.settings.views.filter((view) => view.name !== name);
    return this.change({ views: [...others, { name, filter, text: text.trim(), sort, ascending }] });
  }

  async forgetView(name: string): Promise<void> {
    const { views } = this.session.settings;
    if (!(await this.change({ views: views.filter((view) => view.name !== name) }))) return;
    this.#told(t("toast_view_forgotten", { name }), () => this.change({ views }));
  }

  async togglePause(): Promise<void> {
    const { session } = this;
    await this.attempt(() => (session.paused ? session.resumeQueue() : session.pauseQueue("drain", null)));
  }
}

export function useApp(): App {
  return getContext<App>(KEY);
}

export function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}
