// Drop folders, their ledger, storage, and settings that save themselves.

import { afterEach, describe, expect, it, vi } from "vitest";
import { engine, settled } from "../../mock/testing";
import { parsePlace, placeHash } from "../router.svelte";
import { App } from "./app.svelte";
import { below, Folders, patterns } from "./folders.svelte";
import { Ledger } from "./ledger.svelte";
import { Saving } from "./saving.svelte";
import { Session } from "./session.svelte";
import { Space, spaceParts } from "./space.svelte";

afterEach(() => vi.useRealTimers());

async function start(options = "") {
  const api = engine(options);
  const session = new Session(api);
  await session.start();
  return { api, session };
}

async function watched(options = "") {
  const { api, session } = await start(options);
  const folders = new Folders(session);
  await folders.load();
  return { api, session, folders };
}

const first = <T>(list: T[]): T => {
  const [one] = list;
  if (one === undefined) throw new Error("nothing there");
  return one;
};

describe("the drop folders", () => {
  it("stand with their sums: seen is what the fates add up to", async () => {
    const { folders } = await watched();
    expect(folders.list.map((view) => view.counts.seen)).toEqual([1204, 46]);
    const { seen, ...fates } = folders.counts(null);
    expect(seen).toBe(Object.values(fates).reduce((sum, n) => sum + n, 0));
    expect(folders.first?.folder.path).toBe("/home/ada/Papertray Drop");
    expect(folders.canSuggest).toBe(false);
  });

  it("follow the files that come in", async () => {
    const { api, folders } = await watched();
    const entry = api.world.folders.arrive(1, "new.pdf");
    await settled();
    expect(folders.counts(1).waiting).toBe(2);
    if (entry) api.world.folders.settle(entry, "imported");
    await vi.waitFor(() => expect(folders.counts(1).waiting).toBe(1), 2000);
  });

  it("are changed at once, and back where the engine refuses", async () => {
    const { api, folders } = await watched();
    const { folder } = first(folders.list);
    const done = folders.set(folder, { active: false });
    expect(first(folders.list).folder.active).toBe(false);
    await done;
    expect(first(folders.list).state).toBe("off");
    await expect(folders.set(first(folders.list).folder, { ignore: ["[x"] })).rejects.toThrow("no pattern");
    expect(first(folders.list).folder.ignore).toEqual([]);
    vi.spyOn(api, "removeFolder").mockRejectedValueOnce(new Error("no"));
    await expect(folders.remove(first(folders.list).folder)).rejects.toThrow("no");
    expect(folders.list).toHaveLength(2);
  });

  it("come back by Undo as they were, with their ledger", async () => {
    const { folders } = await watched();
    await folders.set(first(folders.list).folder, { active: false, after: "trash" });
    const { folder } = first(folders.list);
    await folders.remove(folder);
    expect(folders.list.map((view) => view.folder.id)).toEqual([2]);
    expect(folders.canSuggest).toBe(true);
    await folders.putBack(folder);
    expect(folders.get(folder.id)?.folder).toEqual(folder);
    expect(folders.counts(folder.id).seen).toBe(1204);
  });

  it("are added by the suggestion or by choice; a closed picker is no error", async () => {
    const { api, folders } = await watched("folders=none");
    expect(folders.suggested).toBe("/home/ada/Papertray Drop");
    await folders.add(folders.suggested ?? "", true);
    await folders.choose();
    expect(folders.list.map((view) => view.folder.path)).toEqual(["/home/ada/Papertray Drop", "/home/ada/Documents/Scans"]);
    api.picked = null;
    expect(await folders.choose()).toBeNull();
    await expect(folders.add("/home/ada/.local/share/papertray", false)).rejects.toThrow("may not hold the library");
  });

  it("say where they could not be loaded, and are asked for again", async () => {
    const { session } = await start("fail=folders");
    const folders = new Folders(session);
    folders.want();
    await settled();
    expect(folders.phase).toBe("failed");
  });
});

describe("the ledger", () => {
  it("pages by the last line, without holes or doubles, and of one fate", async () => {
    const { session } = await start();
    const ledger = new Ledger(session);
    await ledger.show(1, null);
    expect(ledger.rows).toHaveLength(100);
    for (let i = 0; i < 20; i++) await ledger.loadMore();
    expect(ledger.more).toBe(false);
    expect(new Set(ledger.rows.map((entry) => entry.id)).size).toBe(1204);
    await ledger.show(1, "ignored");
    expect(ledger.rows.map((entry) => entry.fate)).toEqual(["ignored", "ignored", "ignored"]);
    await ledger.show(null, null);
    expect(first(ledger.rows).folder_id).toBe(2);
  });

  it("goes on while files come in, and keeps what was scrolled to", async () => {
    const { api, session } = await start();
    const ledger = new Ledger(session);
    await ledger.show(1, null);
    await ledger.loadMore();
    api.world.folders.arrive(1, "new.pdf", "imported");
    await settled();
    expect(first(ledger.rows).path).toContain("new.pdf");
    expect(ledger.rows).toHaveLength(200);
    const ask = vi.spyOn(api, "ledger");
    api.world.folders.arrive(2, "other.pdf");
    await settled();
    expect(ask).not.toHaveBeenCalled();
  });

  it("forgets the answer to an older question", async () => {
    const { api, session } = await start();
    const ledger = new Ledger(session);
    const real = api.ledger.bind(api);
    let late: () => void = () => {};
    vi.spyOn(api, "ledger").mockImplementationOnce(async (query) => {
      const answer = await real(query);
      await new Promise<void>((done) => (late = done));
      return answer;
    });
    const old = ledger.show(1, null);
    await settled();
    await ledger.show(1, "failed");
    late();
    await old;
    expect(ledger.rows.map((entry) => entry.fate)).toEqual(["failed"]);
  });

  it("has a place of its own in the address", () => {
    for (const hash of ["#/ledger/all", "#/ledger/3/failed", "#/settings/storage", "#/settings"]) expect(placeHash(parsePlace(hash))).toBe(hash);
    expect(parsePlace("#/ledger/x/y")).toEqual({ view: "ledger", folder: null, fate: null });
  });

  it("names where a file lay below its folder", () => {
    expect(below("/a/b/may/c.pdf", "/a/b")).toBe("may/c.pdf");
    expect(below("C:\\drop\\c.pdf", "C:\\drop")).toBe("c.pdf");
    expect(below("/x/c.pdf", "/a/b")).toBe("/x/c.pdf");
    expect(patterns(" *.bak \n\ndrafts/**\n")).toEqual(["*.bak", "drafts/**"]);
  });
});

describe("storage", () => {
  it("is parts that add up: what lies in the trash counts once", async () => {
    const { api, session } = await start("extras");
    const space = new Space(session);
    await space.load();
    const storage = await api.storage();
    expect(space.total).toBe(storage.originals + storage.pictures + storage.database);
    expect(spaceParts(storage).find((part) => part.kind === "trash")?.bytes).toBe(storage.trash);
  });

  it("says where it could not be measured", async () => {
    const { session } = await start("fail=storage");
    const space = new Space(session);
    await space.load();
    expect([space.phase, space.error?.code]).toEqual(["failed", "library_damaged"]);
  });
});

describe("a setting that saves itself", () => {
  it("says so for a moment, and a refusal stays", async () => {
    vi.useFakeTimers();
    const saving = new Saving();
    const done = saving.run(async () => {});
    expect(saving.phase).toBe("saving");
    expect(await done).toBe(true);
    expect(saving.phase).toBe("saved");
    vi.advanceTimersByTime(3000);
    expect(saving.phase).toBe("idle");
    expect(await saving.run(async () => Promise.reject(new Error("no")))).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect([saving.phase, saving.error?.message]).toEqual(["failed", "no"]);
  });
});

describe("files that are here already", () => {
  async function window(options = "extras") {
    const api = engine(options);
    const app = new App(api);
    await app.start();
    return { api, app };
  }
  const acts = (app: App) => app.toasts.list.at(-1)?.actions ?? [];
  const press = async (app: App, label: string) => {
    acts(app).find((act) => act.label === label)?.run();
    await settled();
  };

  it("are shown, kept, or a new version of what they are", async () => {
    const { api, app } = await window();
    api.drop(["velora_1043.pdf"]);
    expect(app.toasts.list.at(-1)?.text).toBe("“velora_1043.pdf” is already here as “Velora Tide invoice 1043”");
    expect(acts(app).map((act) => act.label)).toEqual(["Show", "Keep both", "New version"]);
    const before = app.session.counts.all;
    await press(app, "Keep both");
    expect(app.session.counts.all).toBe(before + 1);
    api.drop(["eway_98.jpg"]);
    await press(app, "New version");
    expect(app.session.counts.all).toBe(before + 1);
    expect(app.toasts.list.at(-1)?.text).toBe("1 new version added");
  });

  it("come back from the trash", async () => {
    const { api, app } = await window();
    expect(app.session.counts.trash).toBe(1);
    api.drop(["duplicate_of_lookbook.pdf"]);
    expect(acts(app).map((act) => act.label)).toEqual(["Restore", "Keep both"]);
    await press(app, "Restore");
    expect(app.session.counts.trash).toBe(0);
    expect(app.inbox.ids.some((id) => app.inbox.rows.get(id)?.filename === "duplicate_of_lookbook.pdf")).toBe(true);
  });

  it("are one message where they are several", async () => {
    const { api, app } = await window();
    api.drop(["a.pdf", "velora_1043.pdf", "eway_98.jpg"]);
    expect(app.toasts.list.map((toast) => toast.text)).toEqual(["1 file added", "2 files are already here"]);
    await press(app, "Show all");
    expect(app.prompt?.kind).toBe("duplicates");
  });

  it("staged ones wait, are processed one by one or all together", async () => {
    const { api, app } = await window();
    expect(app.session.counts.staged).toBe(2);
    await app.chooseFiles(true);
    await settled();
    expect(app.session.counts.staged).toBe(4);
    expect(app.session.counts.working).toBe(2);
    const id = app.inbox.ids[0] ?? "";
    await app.process([id]);
    await settled();
    expect(app.inbox.rows.get(id)?.staged).toBe(false);
    expect(await app.inbox.processAll()).toBe(3);
    expect(api.world.counts().staged).toBe(0);
  });

  it("what was removed shows in the trash at once", async () => {
    const { app } = await window("");
    const id = app.inbox.ids[3] ?? "";
    const row = app.inbox.rows.get(id);
    if (!row) throw new Error("no row");
    await app.remove(row);
    await app.inbox.show("trash", "");
    expect(app.inbox.ids).toEqual([id]);
    await app.restore(id, "x");
    expect(app.inbox.ids).toEqual([]);
  });

  it("an empty clipboard is said, and is no error", async () => {
    const { api, app } = await window();
    await app.paste();
    expect(app.toasts.list.at(-1)?.text).toBe("There is nothing to paste");
    api.clipboard = ["pasted.png"];
    await app.paste();
    expect(app.toasts.list.at(-1)?.text).toBe("1 file added");
  });
});
