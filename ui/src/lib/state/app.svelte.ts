// The window as a whole: the parts that every view shares, and the acts that end in a message to the person.

import { getContext, setContext, tick } from "svelte";
import { type Api, userError } from "../api";
import { errorText, sentence, t, tn } from "../messages";
import type { AddOutcome, DocumentId, DocumentRow, Job, QuitAsk } from "../model";
import { type Place, Router } from "../router.svelte";
import { Inbox } from "./inbox.svelte";
import { Names } from "./names.svelte";
import { rowName } from "./rowstate";
import { Session } from "./session.svelte";
import { Ticker } from "./ticker.svelte";
import { Announcer, Toasts } from "./toasts.svelte";

/** A question or form in front of the window. */
export type Prompt =
  | { kind: "unlock"; id: DocumentId; name: string; wrong: boolean }
  | { kind: "cancel"; name: string; run: () => Promise<void> }
  | { kind: "cancel_all"; count: number; run: () => Promise<void> }
  | ({ kind: "quit" } & QuitAsk);

const KEY = Symbol("app");

export class App {
  readonly api: Api;
  readonly session: Session;
  readonly inbox: Inbox;
  readonly names: Names;
  readonly ticker: Ticker;
  readonly toasts = new Toasts();
  readonly announcer = new Announcer((count) => tn("announce_many", count));
  readonly router = new Router();
  prompt: Prompt | null = $state.raw(null);
  adding = $state(false);
  /** Narrow windows begin with the room for the documents. */
  railOpen = $state(typeof innerWidth === "undefined" || innerWidth >= 1000);

  readonly #ended: Job[] = [];

  constructor(api: Api) {
    this.api = api;
    this.session = new Session(api);
    this.inbox = new Inbox(this.session);
    this.names = new Names(api);
    this.ticker = new Ticker(() => api.now());
    this.session.onFilesAdded = (outcomes) => this.#added(outcomes);
    this.session.onJobEnd = (job) => this.#jobEnded(job);
    this.session.onQuitAsked = (ask) => (this.prompt = { kind: "quit", ...ask });
    this.session.onNavigate = ({ document_id, view }) => {
      if (document_id) this.go({ view: "review", id: document_id });
      else if (view === "activity" || view === "settings" || view === "inbox") this.go({ view });
    };
  }

  static provide(app: App): App {
    return setContext(KEY, app);
  }

  async start(): Promise<void> {
    await this.session.start();
    if (this.session.phase !== "ready") return;
    await this.inbox.reload();
    await tick();
    await this.api.windowReady().catch(() => {});
  }

  destroy(): void {
    this.inbox.destroy();
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

  async chooseFiles(): Promise<void> {
    if (this.adding) return;
    this.adding = true;
    await this.attempt(async () => this.#added(await this.api.chooseFiles()));
    this.adding = false;
  }

  #added(outcomes: AddOutcome[]): void {
    if (outcomes.length === 0) return;
    this.inbox.added(outcomes);
    const added = outcomes.filter((outcome) => "filename" in outcome).length;
    const known = outcomes.filter((outcome) => "outcome" in outcome);
    const refused = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome] : []));
    const parts = [
      added > 0 ? tn("toast_added", added) : "",
      known.length > 0 ? tn("toast_known", known.length) : "",
      refused.length > 0 ? tn("toast_refused", refused.length) : "",
    ].filter(Boolean);
    const first = refused[0];
    const only = known.length === 1 && outcomes.length === 1 ? known[0] : null;
    this.toasts.show({
      text: parts.join(" · "),
      detail: first ? `${baseName(first.file)}: ${errorText(first.error)}` : undefined,
      tone: refused.length > 0 ? "failed" : "plain",
      action: only && "document_id" in only
        ? { label: t("act_open"), run: () => this.go({ view: "review", id: only.document_id }) }
        : undefined,
    });
  }

  /** A burst (all cancelled at once) is told as one number: its names would be asked for one by one. */
  #jobEnded(job: Job): void {
    if (job.type !== "read_document") return;
    if (this.#ended.push(job) > 1) return;
    queueMicrotask(() => {
      const jobs = this.#ended.splice(0);
      if (jobs.length > 3) this.announcer.say(tn("announce_many", jobs.length));
      else for (const one of jobs) void this.#announce(one);
    });
  }

  async #announce(job: Job): Promise<void> {
    const row = this.inbox.rows.get(job.owner);
    if (!row) await this.names.want([job.owner]);
    const name = row ? rowName(row) : (this.names.get(job.owner) ?? t("a_document"));
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
      action: {
        label: t("act_undo"),
        run: () => void this.attempt(async () => {
          await this.inbox.restore(id);
          this.inbox.active = id;
        }),
      },
    });
  }

  async togglePause(): Promise<void> {
    const { session } = this;
    await this.attempt(() => (session.paused ? session.resumeQueue() : session.pauseQueue("drain", null)));
  }
}

export function useApp(): App {
  return getContext<App>(KEY);
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}
