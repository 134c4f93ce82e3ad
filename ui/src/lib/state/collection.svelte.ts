// One collection, opened: its files, its works, which tabs are open and why others are not. Built from the engine's
// answer each time, so that a window opened in the middle of processing shows it.

import { userError } from "../api";
import type { CollectionDetail, CollectionId, CollectionInfo, InputRole, WorkStatus } from "../collections";
import { format } from "../format";
import { type Key, sentence, t } from "../messages";
import type { AddOutcome, DocumentId, Job, UserError } from "../model";
import type { CollectionTab } from "../router.svelte";
import { moved } from "./collections.svelte";
import { Refresher } from "./refresher";
import { isOver, type Session } from "./session.svelte";

export type WorkName = "processing" | "items" | "deck";

export class Collection {
  id: CollectionId | null = $state(null);
  phase: "loading" | "ready" | "missing" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  detail: CollectionDetail | null = $state.raw(null);
  /** What a person asked for, until the engine answers. */
  doing: "processing" | "generating" | "cancelling" | null = $state(null);
  /** Counts the changes that others must ask again for: items, deck. */
  changes = $state(0);
  readonly #session: Session;
  readonly #stop: () => void;
  readonly #refresh = new Refresher(() => this.#load(), 150);
  #turn = 0;

  constructor(session: Session) {
    this.#session = session;
    this.#stop = session.listen({
      collectionsChanged: (ids) => {
        if (!this.id || !ids.includes(this.id)) return;
        this.#refresh.touch();
        this.changes += 1;
      },
      jobChanged: (job) => this.#moved(job),
      resynced: () => this.#refresh.touch(),
    });
  }

  destroy(): void {
    this.#stop();
    this.#refresh.stop();
    this.#turn += 1;
  }

  async open(id: CollectionId): Promise<void> {
    this.#turn += 1;
    this.id = id;
    this.phase = "loading";
    this.detail = this.error = this.doing = null;
    await this.#load();
  }

  async #load(): Promise<void> {
    const [id, turn] = [this.id, this.#turn];
    if (!id) return;
    try {
      const detail = await this.#session.api.collections.get(id);
      if (turn === this.#turn) this.#adopt(detail);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = userError(thrown);
      this.phase = this.error.code === "unknown_id" ? "missing" : "failed";
    }
  }

  #adopt(detail: CollectionDetail): void {
    this.detail = detail;
    this.error = null;
    this.phase = "ready";
  }

  #moved(job: Job): void {
    const { detail } = this;
    if (!detail) return;
    for (const name of ["processing", "items", "deck"] as const) {
      if (detail[name].job !== job.id) continue;
      if (isOver(job)) this.#refresh.touch();
      else if (job.progress) this.detail = { ...detail, [name]: moved(detail[name], job.progress) };
    }
  }

  /** A call that answers the collection as it is then. */
  async #run(call: (id: CollectionId) => Promise<CollectionDetail>, doing: Collection["doing"] = null): Promise<void> {
    const [id, turn] = [this.id, this.#turn];
    if (!id) return;
    this.doing = doing;
    try {
      const detail = await call(id);
      if (turn === this.#turn) this.#adopt(detail);
    } finally {
      if (turn === this.#turn) this.doing = null;
    }
  }

  get #api() {
    return this.#session.api.collections;
  }

  /** The work under way, if any. */
  get atWork(): WorkName | null {
    const { detail } = this;
    return (["processing", "items", "deck"] as const).find((name) => detail?.[name].state === "processing") ?? null;
  }

  inputs(role: InputRole) {
    return this.detail?.inputs.filter((input) => input.role === role) ?? [];
  }

  get linesheetOnly(): boolean {
    return this.detail?.info.linesheet_only ?? false;
  }

  /** Why Process Documents cannot be pressed; null: it can. */
  get whyNotProcess(): string | null {
    if (!this.detail || this.atWork) return t("why_working");
    return this.inputs("linesheet").length === 0 ? t("why_no_linesheet") : null;
  }

  /** Why Generate Items cannot be pressed; null: it can. */
  get whyNotItems(): string | null {
    const { detail } = this;
    if (!detail || this.atWork) return t("why_working");
    if (detail.product_count === 0) return t("why_not_processed");
    return this.inputs("purchase_order").length === 0 && !this.linesheetOnly ? t("why_no_order") : null;
  }

  tabs(): { value: CollectionTab; label: string; locked: string | null }[] {
    const open = this.detail?.tabs;
    const first = open?.deck_settings ? null : t("locked_process");
    return [
      { value: "info", label: t("tab_info"), locked: null },
      { value: "settings", label: t("tab_deck_settings"), locked: first },
      { value: "items", label: t("tab_items"), locked: open?.collection_items ? null : t("locked_process") },
      { value: "deck", label: t("tab_deck"), locked: open?.generate_deck ? null : (first ?? t("locked_items")) },
    ];
  }

  setInfo(change: Partial<CollectionInfo>): Promise<void> {
    const before = this.detail;
    if (!before) return Promise.resolve();
    const info = { ...before.info, ...change };
    this.detail = { ...before, info };
    return this.#run((id) => this.#api.setInfo(id, info)).catch((thrown: unknown) => {
      if (this.detail?.id === before.id) this.detail = { ...this.detail, info: before.info };
      throw thrown;
    });
  }

  /** Those that were refused. */
  async chooseFiles(role: InputRole): Promise<AddOutcome[]> {
    const { id } = this;
    if (!id) return [];
    const outcomes = await this.#api.chooseFiles(id, role);
    this.#refresh.touch();
    return outcomes.filter((outcome) => "error" in outcome);
  }

  /** Documents of the library; those that are here already stay as they are. */
  addDocuments(role: InputRole, documents: DocumentId[]): Promise<void> {
    return this.#run((id) => this.#api.addDocuments(id, role, documents));
  }

  removeInput(document: DocumentId): Promise<void> {
    return this.#run((id) => this.#api.removeInput(id, document));
  }

  setRole(document: DocumentId, role: InputRole): Promise<void> {
    return this.#run((id) => this.#api.setRole(id, document, role));
  }

  process(): Promise<void> {
    return this.#run((id) => this.#api.process(id), "processing");
  }

  generateItems(): Promise<void> {
    return this.#run((id) => this.#api.generateItems(id), "generating");
  }

  cancel(): Promise<void> {
    return this.#run((id) => this.#api.cancel(id), "cancelling");
  }

  setColumn(document: DocumentId, column: number, meaning: string | null): Promise<void> {
    return this.#run((id) => this.#api.setOrderColumn(id, document, column, meaning));
  }

  renameCategory(from: string, to: string): Promise<void> {
    return this.#run((id) => this.#api.renameCategory(id, from, to));
  }

  orderCategories(names: string[]): Promise<void> {
    const { detail } = this;
    if (detail) {
      const categories = [...detail.categories].sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
      this.detail = { ...detail, categories };
    }
    return this.#run((id) => this.#api.orderCategories(id, names));
  }
}

/** "Phase 4 of 6: Generating categories... 67% (2m 30s)", or the same of a step. */
export function workLine(work: WorkStatus, kind: "phase" | "step"): string {
  // Said for the whole run that goes on after an interruption: what is kept passes too fast to be read.
  if (work.restarting) return work.progress ? `${t("work_restarting")} ${phaseLine(work, kind)}` : t("work_restarting");
  return phaseLine(work, kind);
}

function phaseLine(work: WorkStatus, kind: "phase" | "step"): string {
  if (work.phase === 0 || !work.progress) return t("work_waiting");
  return t(kind === "phase" ? "work_phase" : "work_step", {
    n: work.phase, total: work.phases, name: sentence(work.phase_name), percent: Math.round(work.progress.percentage),
    time: format.spelled(work.progress.elapsed_ms),
  });
}

/** What helps against a work that failed, by where it failed. */
export function failureHelp(work: WorkStatus, name: WorkName): { title: string; kept: string; act: string } {
  const { phase, phases: total } = work;
  const step = sentence(work.phase_name);
  if (name === "items") {
    const kept: Key = phase <= 1 ? "kept_step_order" : phase <= 3 ? "kept_step_read" : "kept_step_partial";
    return { title: t("failed_step", { n: phase, total, name: step }), kept: t(kept), act: t("act_generate_again") };
  }
  if (name === "deck") return { title: t("failed_deck"), kept: t("kept_deck"), act: t("act_retry_deck") };
  const kept: Key = phase <= 3 ? "kept_phase_files" : phase === 4 ? "kept_phase_categories" : "kept_phase_partial";
  return { title: t("failed_phase", { n: phase, total, name: step }), kept: t(kept), act: t("act_retry_processing") };
}
