// What is done to documents: read again, removed, corrected, arranged, accepted.

import type { Job, LineItem, NamedType, PageRef, Twins, TwinsWhy } from "../lib/model";
import { Pretended, refuse } from "./base";
import type { Doc } from "./world";

/** A document may be read again so often in so long. */
const REFRESHES = { count: 5, ms: 300_000 };

/** What is done to documents. */
export class Papers extends Pretended {
  async retryDocuments(ids: string[]) {
    for (const id of ids) {
      const doc = this.doc(id);
      if (this.jobOf(doc)) refuse("wrong_state", "This document is being read already.");
      this.again(doc, "normal");
    }
    this.world.flush();
    return ids;
  }

  protected again(doc: Doc, priority: Job["priority"]): Job {
    Object.assign(doc.row, { status: "uploading", error: null });
    const job = this.world.queue.add(doc, "read_document", priority);
    this.world.changed(doc);
    return job;
  }

  async refreshDocument(id: string) {
    const doc = this.doc(id);
    if (this.jobOf(doc)) refuse("wrong_state", "This document is being read already.", "Wait until it has ended.");
    const { now } = this.world;
    const lately = (this.refreshed.get(id) ?? []).filter((at) => at > now - REFRESHES.ms);
    const first = lately[0];
    if (first !== undefined && lately.length >= REFRESHES.count) {
      const wait = Math.ceil((first + REFRESHES.ms - now) / 1000);
      const message = `\`${doc.row.filename}\` was refreshed five times in five minutes. Rate limit exceeded.`;
      refuse("rate_limited", message, `It may be refreshed again in ${wait} s.`);
    }
    this.refreshed.set(id, [...lately, now]);
    const job = this.again(doc, "high");
    this.world.flush();
    return { job_id: job.id, status: "queued", message: `${doc.row.filename} refresh queued successfully` };
  }

  async cancelDocuments(ids: string[]) {
    for (const id of ids) {
      const job = this.jobOf(this.doc(id));
      if (job) await this.cancelJob(job.id);
    }
  }

  async cancelJob(id: number) {
    if (await this.collections.cancelJob(id)) return;
    this.world.queue.cancel(this.job(id));
    this.world.flush();
  }

  async removeDocuments(ids: string[]) {
    for (const id of ids) {
      const doc = this.doc(id);
      const job = this.jobOf(doc);
      if (job) await this.cancelJob(job.id);
      doc.trashed = true;
      this.world.changed(doc);
    }
    this.world.flush();
  }

  async restoreDocuments(ids: string[]) {
    for (const id of ids) {
      const doc = this.world.docs.get(id) ?? refuse("unknown_id", "This document is not in the trash.");
      doc.trashed = false;
      this.world.changed(doc);
    }
    this.world.flush();
  }

  async regenerate(id: string) {
    const doc = this.doc(id);
    if (this.jobOf(doc)) refuse("wrong_state", "This document is at work already.", "Wait until it has ended.");
    this.world.queue.add(doc, "describe_document");
    this.world.flush();
  }

  async unlockDocument(id: string, password: string) {
    const doc = this.doc(id);
    if (password !== this.world.sample(doc).password) {
      refuse("wrong_password", "That password does not open this file.", "Try another one.");
    }
    doc.password = password;
    await this.retryDocuments([id]);
  }

  async setField(id: string, name: string, value: string) {
    await this.gate("field");
    const doc = this.doc(id);
    if (/date$/.test(name) && !/^\d{4}-\d{2}-\d{2}$/.test(value)) {
      refuse("usage", `"${value}" is no date.`, "Write it as 2026-05-31.");
    }
    doc.edits[name] = value;
    return this.settled(doc, name);
  }

  async releaseField(id: string, name: string) {
    const doc = this.doc(id);
    delete doc.edits[name];
    return this.settled(doc, name);
  }

  async settleChange(id: string, name: string) {
    return this.settled(this.doc(id), name);
  }

  protected settled(doc: Doc, name?: string) {
    doc.changes = doc.changes.filter((change) => change.name !== name);
    this.world.resettle(doc);
    this.world.flush();
    return this.world.detail(doc);
  }

  async unacceptDocument(id: string) {
    const doc = this.doc(id);
    doc.row.accepted = false;
    return this.settled(doc);
  }

  async splitDocument(id: string, pages: number[] | null) {
    const doc = this.doc(id);
    doc.splits = pages;
    return this.settled(doc);
  }

  async replayDocument(id: string) {
    const doc = this.doc(id);
    return { document_id: id, doc_type: doc.row.doc_type ?? "unknown", schema_version: 1, changes: [] };
  }

  async setTypes(wanted: NamedType[]) {
    const before = wanted.map(({ id }) => ({ id, doc_type: this.doc(id).typed }));
    for (const { id, doc_type } of wanted) {
      const doc = this.doc(id);
      doc.typed = doc_type;
      this.settled(doc);
    }
    return before;
  }

  async changeTags(ids: string[], add: string[], remove: string[]) {
    for (const id of ids) {
      const doc = this.doc(id);
      doc.tags = [...new Set([...doc.row.tags, ...add])].filter((tag) => !remove.includes(tag));
      doc.row.tags = doc.tags;
      this.world.changed(doc);
    }
    this.world.flush();
  }

  async setDescription(id: string, what: "display_name" | "summary" | "language" | "note", value: string) {
    const doc = this.doc(id);
    doc.mine[what] = value;
    return this.settled(doc);
  }

  async setLines(id: string, lines: LineItem[] | null) {
    const doc = this.doc(id);
    const bad = lines?.flatMap((line) => ["quantity", "unit_price", "amount"].map((name) => line[name]?.value)).find((value) => value && Number.isNaN(Number(value)));
    if (bad) refuse("usage", `"${bad}" is no number.`, "Nothing was changed.");
    const known = this.world.detail(doc).lines.map((line) => JSON.stringify(line));
    doc.lines = lines && lines.map((line) => (known.includes(JSON.stringify(line)) ? line
      : Object.fromEntries(Object.entries(line).filter(([, cell]) => cell.value.trim()).map(([name, cell]) => [name, { ...cell, confidence: 1, by: cell.by || "person" }]))));
    return this.settled(doc);
  }

  async arrangePages(id: string, leaves: PageRef[] | null) {
    await this.gate("pages");
    const doc = this.doc(id);
    if (leaves?.length === 0) refuse("usage", "A page must stay.", "Put the whole document into the trash instead.");
    doc.leaves = leaves;
    return this.settled(doc);
  }

  async splitPages(id: string, pages: number[]) {
    const doc = this.doc(id);
    const leaves = this.world.leaves(doc);
    const made = this.world.put(doc.sample, false, doc.row.filename.replace(/(\.\w+)$/, ` (pages ${pages.join(", ")})$1`));
    made.leaves = leaves.filter((_, i) => pages.includes(i + 1));
    doc.leaves = leaves.filter((_, i) => !pages.includes(i + 1));
    this.settled(made);
    this.settled(doc);
    return { document_id: id, new_document_id: made.row.document_id };
  }

  async mergeDocuments(ids: string[]) {
    const [into, ...others] = ids.map((id) => this.doc(id));
    if (!into || others.length === 0) refuse("usage", "Two or more different documents become one.");
    into.leaves = [into, ...others].flatMap((doc) => this.world.leaves(doc));
    for (const other of others) {
      other.trashed = true;
      this.world.changed(other);
    }
    return this.settled(into);
  }

  #different = new Set<string>();

  async listTwins() {
    await this.gate("twins");
    if (this.options.get("twins") === null) return [];
    const rows = [...this.world.docs.values()].filter((doc) => !doc.trashed && doc.row.total !== null).map((doc) => doc.row);
    const pair = (a: number, b: number, why: TwinsWhy, likeness: number): Twins[] => {
      const [one, other] = [rows[a], rows[b]];
      return one && other && !this.#different.has(`${one.document_id}/${other.document_id}`) ? [{ one, other, why, likeness }] : [];
    };
    return structuredClone([...pair(0, 1, "same_number", 0.97), ...pair(2, 3, "same_words", 0.88), ...pair(4, 5, "same_file", 1)]);
  }

  async setDifferent(one: string, other: string, different: boolean) {
    if (different) this.#different.add(`${one}/${other}`);
    else this.#different.delete(`${one}/${other}`);
  }

  async acceptDocument(id: string) {
    const doc = this.doc(id);
    doc.row.accepted = true;
    this.world.resettle(doc);
    this.world.flush();
    return this.world.detail(doc);
  }
}
