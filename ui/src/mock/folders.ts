// The pretended drop folders and their ledger.

import {
  type DropFolder, type Fate, type FolderId, type FolderState, type FolderView, type LedgerCounts,
  type LedgerEntry, type LedgerPage, type LedgerQuery, type NewDropFolder, type UserError,
} from "../lib/model";
import type { World } from "./world";

const SAYS: Record<FolderState, string> = {
  off: "Switched off.",
  starting: "Looking through the folder for the first time.",
  watching: "Watched. New files are taken in within seconds.",
  polling: "Looked through every 30 s: the system does not tell of changes on this drive.",
  missing: "The folder is not there.",
  unreadable: "The folder cannot be read.",
};
const ERRORS: Partial<Record<FolderState, UserError>> = {
  missing: {
    code: "not_found", message: "`/media/ada/SCANSTICK/DCIM` is not there. Nothing of what was taken in before is lost.",
    hint: "Plug it in, or remove the folder here. It goes on by itself once it is back.",
  },
  unreadable: {
    code: "permission_denied", message: "The system refuses to list `/srv/shared/accounting/incoming`.",
    hint: "Ask for the right to read it.",
  },
};
const REASONS: Record<Fate, string | null> = {
  imported: null, duplicate: "Its bytes were in the library already.", ignored: "Its name says that it is not whole: `.part`.",
  waiting: "It is still being written.", failed: "The system refused to open it. It is tried again now and then.",
};

type Kept = { folders: [FolderId, { folder: DropFolder; state: FolderState }][]; entries: LedgerEntry[] };

export class Folders {
  readonly #world: World;
  #folders = new Map<FolderId, { folder: DropFolder; state: FolderState }>();
  /** Oldest first. */
  entries: LedgerEntry[] = [];
  #removed: DropFolder[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** What the address asks for: none, some in every state, or two of them at work. */
  fill(kind: string | null): void {
    if (kind === "none") return;
    const drop = this.#put("/home/ada/Papertray Drop", "watching");
    this.#past(drop, 1204);
    const office = this.#put("/mnt/office/scanner/2026/incoming/accounts payable/unsorted", "polling");
    Object.assign(office, { after: "processed", subfolders: "tags", ignore: ["*.bak", "drafts/**"] });
    this.#past(office, 46);
    if (kind !== "states") return;
    this.#put("/media/ada/SCANSTICK/DCIM", "missing");
    this.#put("/srv/shared/accounting/incoming", "unreadable");
    this.#put("/home/ada/Pictures/Receipts", "starting");
    this.#put("/home/ada/Desktop/Old scans", "off").active = false;
  }

  #put(path: string, state: FolderState, options: Partial<NewDropFolder> = {}): DropFolder {
    const id = Math.max(0, ...this.#folders.keys(), ...this.#removed.map((folder) => folder.id)) + 1;
    const folder: DropFolder = {
      recursive: true, subfolders: "nothing", after: "leave", ignore: [], changed: "document", ...options, id, path, active: true,
    };
    this.#folders.set(id, { folder, state });
    return folder;
  }

  /** Files of the last weeks: most were taken in. */
  #past(folder: DropFolder, count: number): void {
    const docs = [...this.#world.docs.values()].map((doc) => doc.row);
    for (let i = 0; i < count; i++) {
      const left = count - 1 - i;
      const row = docs[i % Math.max(1, docs.length)];
      const fate: Fate = count > 100 && left === 0 ? "waiting" : count > 100 && left === 4 ? "failed"
        : left % 130 === 7 ? "duplicate" : count > 100 && [2, 9, 40].includes(left) ? "ignored" : "imported";
      const month = ["march", "april", "may"][i % 3] ?? "may";
      const plain = row?.filename ?? `scan_${i}.pdf`;
      const name = fate === "ignored" ? `${plain}.part` : fate === "waiting" ? "Scan_20260512_0031.pdf" : plain;
      const path = `${folder.path}/${i % 4 === 0 ? `${month}/` : ""}${name}`;
      this.#line(folder.id, path, fate, fate === "imported" || fate === "duplicate" ? (row?.document_id ?? null) : null,
        this.#world.now - left * 1_900_000 - 20_000, row?.file_size_bytes ?? 120_000);
    }
  }

  #line(folder_id: FolderId, path: string, fate: Fate, document_id: string | null, at: number, size: number): LedgerEntry {
    const id = (this.entries.at(-1)?.id ?? 0) + 1;
    const entry = { id, folder_id, path, fate, reason: REASONS[fate], document_id, size, seen_at: new Date(at).toISOString() };
    this.entries.push(entry);
    return entry;
  }

  /** A file lies in a folder now: it is being written, and is taken in a little later. */
  arrive(id: FolderId, name: string, fate: Fate = "waiting"): LedgerEntry | null {
    const held = this.#folders.get(id);
    if (!held) return null;
    const doc = fate === "imported" ? this.#world.put(1000 + this.#world.docs.size, true, name) : null;
    if (doc) this.#world.changed(doc);
    const entry = this.#line(id, `${held.folder.path}/${name}`, fate, doc?.row.document_id ?? null, this.#world.now, 240_000);
    this.tell(id);
    return entry;
  }

  settle(entry: LedgerEntry, fate: Fate): void {
    Object.assign(entry, { fate, reason: REASONS[fate] });
    this.tell(entry.folder_id);
  }

  tell(id: FolderId): void {
    this.#world.tell({ kind: "folders_changed", ids: [id] });
    this.#world.flush();
  }

  #counts(id: FolderId): LedgerCounts {
    const counts: LedgerCounts = { seen: 0, imported: 0, duplicate: 0, ignored: 0, waiting: 0, failed: 0 };
    for (const entry of this.entries) {
      if (entry.folder_id !== id) continue;
      counts[entry.fate] += 1;
      counts.seen += 1;
    }
    return counts;
  }

  list(): FolderView[] {
    return [...this.#folders.values()].map(({ folder, state }) => structuredClone({
      folder, counts: this.#counts(folder.id), in_hand: state === "starting" ? 12 : 0, state,
      message: SAYS[state], error: ERRORS[state] ?? null,
    }));
  }

  at(path: string): DropFolder | undefined {
    return [...this.#folders.values()].find(({ folder }) => folder.path === path)?.folder;
  }

  get(id: FolderId): DropFolder | undefined {
    return this.#folders.get(id)?.folder;
  }

  add(options: NewDropFolder): DropFolder {
    const before = this.#removed.find((folder) => folder.path === options.path);
    this.#removed = this.#removed.filter((folder) => folder !== before);
    if (!before) return structuredClone(this.#put(options.path, "watching", options));
    const folder = { ...before, ...options, active: true };
    this.#folders.set(before.id, { folder, state: "watching" });
    return structuredClone(folder);
  }

  set(folder: DropFolder): void {
    const held = this.#folders.get(folder.id);
    if (!held) return;
    if (held.folder.active !== folder.active) held.state = folder.active ? "watching" : "off";
    held.folder = structuredClone(folder);
  }

  remove(id: FolderId): void {
    const held = this.#folders.get(id);
    if (held) this.#removed.push(held.folder);
    this.#folders.delete(id);
  }

  ledger({ folder, fate, before, limit }: LedgerQuery): LedgerPage {
    const all = this.entries.filter((entry) =>
      (folder === null || entry.folder_id === folder) && (fate === null || entry.fate === fate) && (before === null || entry.id < before));
    const newest = all.reverse();
    const most = limit || 100;
    return structuredClone({ entries: newest.slice(0, most), more: newest.length > most });
  }

  save(): Kept {
    return { folders: [...this.#folders], entries: this.entries };
  }

  load(kept: Kept): void {
    this.#folders = new Map(kept.folders);
    this.entries = kept.entries;
  }
}

