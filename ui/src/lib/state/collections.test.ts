// Collections: which buttons may be pressed and why not, what the works say, what becomes of items and of the deck.

import { describe, expect, it } from "vitest";
import { engine, settled } from "../../mock/testing";
import type { CollectionDetail, WorkStatus } from "../collections";
import { Collection, failureHelp, workLine } from "./collection.svelte";
import { Collections } from "./collections.svelte";
import { Deck } from "./deck.svelte";
import { Items } from "./items.svelte";
import { Session } from "./session.svelte";

const MINE = { name: "Mine", brand: null, season: null, currency: null, linesheet_only: false };

async function start(options = "") {
  const api = engine(options);
  const session = new Session(api);
  await session.start();
  const collections = new Collections(session);
  await collections.want();
  const idOf = (name: string) => collections.rows.find((row) => row.info.name.startsWith(name))?.id ?? "";
  return { api, session, collections, idOf };
}

async function opened(name: string, options = "") {
  const all = await start(options);
  const collection = new Collection(all.session);
  await collection.open(all.idOf(name));
  const pass = async (ms: number) => {
    all.api.advance(ms);
    await settled();
    await new Promise((done) => setTimeout(done, 0));
    await collection.open(collection.id ?? "");
  };
  return { ...all, collection, pass };
}

const detail = (collection: Collection): CollectionDetail => {
  if (!collection.detail) throw new Error("not open");
  return collection.detail;
};

describe("the tabs", () => {
  it("open with what was made, and locked ones say what comes first", async () => {
    const { collection, pass } = await opened("Nordhav");
    expect(collection.tabs().map((tab) => tab.locked)).toEqual([null, "Process the documents first", "Process the documents first", "Process the documents first"]);
    await collection.process();
    await pass(19_000);
    expect(collection.tabs().map((tab) => tab.locked)).toEqual([null, null, null, "Generate the items first"]);
    await collection.setInfo({ linesheet_only: true });
    await collection.generateItems();
    await pass(7000);
    expect(collection.tabs().every((tab) => tab.locked === null)).toBe(true);
  });
});

describe("the buttons", () => {
  it("Process Documents wants a linesheet, and rest", async () => {
    const { collection, collections } = await opened("Nordhav");
    expect(collection.whyNotProcess).toBeNull();
    await collection.removeInput(detail(collection).inputs[0]?.document_id ?? "");
    expect(collection.whyNotProcess).toBe("Add a linesheet first");
    const made = await collections.create(MINE);
    await collection.open(made.id);
    expect(collection.whyNotProcess).toBe("Add a linesheet first");
    await collection.chooseFiles("linesheet");
    await collection.open(made.id);
    await collection.process();
    expect(collection.whyNotProcess).toBe("This collection is being worked on");
    expect(collection.whyNotItems).toBe("This collection is being worked on");
  });

  it("Generate Items wants products and an order, or linesheet only", async () => {
    const { collection, pass } = await opened("Nordhav");
    expect(collection.whyNotItems).toBe("Process the documents first");
    await collection.process();
    await pass(19_000);
    expect(collection.whyNotItems).toBe("Add a purchase order first, or switch to linesheet only");
    await collection.setInfo({ linesheet_only: true });
    expect(collection.whyNotItems).toBeNull();
  });

  it("a second start is refused and nothing runs twice", async () => {
    const { api, collection } = await opened("Nordhav");
    await collection.process();
    await expect(collection.process()).rejects.toThrow("at work already");
    expect([...api.world.queue.jobs.values()].filter((job) => job.type === "process_collection" && job.status === "processing")).toHaveLength(1);
  });
});

describe("a work", () => {
  const work: WorkStatus = {
    state: "processing", job: 1, phase: 4, phases: 6, phase_name: "Generating categories", error: null, restarting: false, out_of_date: false, completed_at: null,
    progress: { stage: "Generating categories", n: 3, total: 6, percentage: 67, elapsed_ms: 150_000, eta_ms: 70_000 },
  };

  it("says its phase, its share and its time in one line", () => {
    expect(workLine(work, "phase")).toBe("Phase 4 of 6: Generating categories... 67% (2m 30s)");
    expect(workLine({ ...work, phases: 7, phase: 3, phase_name: "Identifying columns with AI" }, "step")).toBe("Step 3 of 7: Identifying columns with AI... 67% (2m 30s)");
    expect(workLine({ ...work, restarting: true }, "phase")).toBe("Restarting processing... Phase 4 of 6: Generating categories... 67% (2m 30s)");
    expect(workLine({ ...work, restarting: true, progress: null }, "phase")).toBe("Restarting processing...");
    expect(workLine({ ...work, progress: null }, "phase")).toBe("Waiting to begin...");
  });

  it("moves with its job, and a window opened in the middle shows it", async () => {
    const { api, collection } = await opened("Velora", "collections=busy");
    expect(detail(collection).processing).toMatchObject({ state: "processing", phase: 4 });
    api.advance(3000);
    await settled();
    expect(detail(collection).processing).toMatchObject({ phase: 5, phase_name: "Extracting structured products" });
  });

  it("that is cancelled is over at once and keeps its files", async () => {
    const { collection } = await opened("Velora", "collections=busy");
    await collection.cancel();
    expect(detail(collection).processing.state).toBe("cancelled");
    expect(detail(collection).inputs).toHaveLength(2);
    expect(collection.whyNotProcess).toBeNull();
  });

  it("that failed says what was kept by where it failed, and a retry goes through", async () => {
    const failed = (phase: number) => failureHelp({ ...work, state: "failed", phase }, "processing").kept;
    expect([1, 3].map(failed)).toEqual(Array(2).fill("Your files are kept. Retrying goes on with what is missing."));
    expect(failed(4)).toContain("in another way");
    expect([5, 6].map(failed)).toEqual(Array(2).fill(failed(5)));
    expect(failureHelp({ ...work, phase: 1 }, "items").kept).toContain("Add a purchase order");

    const { collection, pass } = await opened("Nordhav", "trouble=4");
    await collection.process();
    await pass(12_000);
    expect(detail(collection).processing).toMatchObject({ state: "failed", phase: 4 });
    await collection.process();
    await pass(19_000);
    expect(detail(collection).processing.state).toBe("completed");
  });
});

async function openItems(options = "") {
  const all = await opened("Casa", options);
  const items = new Items(all.session, all.collection.id ?? "");
  await items.load();
  const at = (n: number) => {
    const item = items.items[n];
    if (!item) throw new Error(`no item ${n}`);
    return item;
  };
  return { ...all, items, at };
}

describe("items", () => {
  it("are chosen in ranges over what is shown", async () => {
    const { items, at } = await openItems();
    items.choose(at(1).id);
    items.choose(at(4).id, true);
    expect(items.targets(null)).toEqual([1, 2, 3, 4].map((n) => at(n).id));
    items.choose(at(2).id);
    expect(items.chosen.size).toBe(3);
    items.filter = "prices";
    items.clearChosen();
    items.chooseAll();
    expect(items.targets(null)).toEqual(items.items.filter((item) => item.order_price !== null).map((item) => item.id));
  });

  it("take a category together and give it back together", async () => {
    const { items, at } = await openItems();
    const before = items.items.map((item) => item.category);
    await items.set([at(0).id, at(3).id], "category", "Outerwear");
    expect([at(0).category, at(1).category, at(3).category]).toEqual(["Outerwear", "Tops", "Outerwear"]);
    expect(await items.undo()).toBe(true);
    expect(items.items.map((item) => item.category)).toEqual(before);
    expect(at(0).edits).toEqual([]);
    expect(await items.undo()).toBe(false);
  });

  it("an undo gives back what the person had written before", async () => {
    const { items, at } = await openItems();
    await items.set([at(0).id], "name", "First");
    await items.set([at(0).id], "name", "Second");
    await items.undo();
    expect(at(0).name).toBe("First");
    await items.undo();
    expect(at(0).name).toBe("Linen shirt");
  });

  it("a value that is refused keeps its editor open and changes nothing", async () => {
    const { items, at } = await openItems();
    items.edit(at(0).id, "wholesale");
    expect(await items.save("much")).toBe(false);
    expect(items.editing).toEqual({ id: at(0).id, key: "wholesale" });
    expect(items.editError?.code).toBe("usage");
    expect(at(0).wholesale).toBe(4800);
    expect(await items.save("50.00")).toBe(true);
    expect([at(0).wholesale, items.editing]).toEqual([5000, null]);
  });

  it("move alone and together, only where all are seen, and back", async () => {
    const { items, at } = await openItems();
    const first = items.items.map((item) => item.id);
    await items.nudge(at(0).id, 1);
    expect(items.items.slice(0, 2).map((item) => item.id)).toEqual([first[1], first[0]]);
    await items.nudge(at(0).id, -1);
    expect(items.items[0]?.id).toBe(first[1]);
    await items.undo();
    expect(items.items.map((item) => item.id)).toEqual(first);
    await items.move([first[5] ?? "", first[6] ?? ""], first[0] ?? null);
    expect(items.items.slice(0, 3).map((item) => item.id)).toEqual([first[5], first[6], first[0]]);
    items.filter = "prices";
    await items.move([first[0] ?? ""], null);
    expect(items.items.at(-1)?.id).toBe(first.at(-1));
  });

  it("what a person wrote stays when they are made again, with the new value beside", async () => {
    const { items, at, collection, pass } = await openItems();
    await items.set([at(0).id], "wholesale", "50.00");
    await collection.generateItems();
    await pass(7000);
    await items.load();
    expect(at(0).wholesale).toBe(5000);
    expect(at(0).edits).toEqual([{ key: "wholesale", before: "48.00", mine: "50.00", now: "49.00" }]);
    await items.reset(at(0).id, "wholesale");
    expect([at(0).wholesale, at(0).edits.length]).toEqual([4900, 0]);
  });

  it("unmatched lines are resolved and taken back", async () => {
    const { items } = await openItems();
    const line = items.unmatched[0];
    await items.resolve(line?.key ?? "", { is: "product", style_number: "VT-210", colour: "Ecru" });
    expect(items.open).toHaveLength(2);
    await items.undo();
    expect(items.open).toHaveLength(3);
  });

  it("a change that fails is shown as it was", async () => {
    const { items, at } = await openItems("fail=edit");
    await expect(items.set([at(0).id], "included", "false")).rejects.toThrow();
    expect(at(0).included).toBe(true);
    await expect(items.nudge(at(0).id, 1)).rejects.toThrow();
    expect(items.items[0]?.id).toBe(at(0).id);
    expect(items.undoable).toBe(0);
  });
});

describe("the deck", () => {
  async function openDeck(options = "") {
    const all = await opened("Casa", options);
    const deck = new Deck(all.session, all.collection.id ?? "");
    await deck.load();
    await deck.watch();
    return { ...all, deck };
  }

  it("a preset for anyone shows no wholesale price, whatever is set beside it", async () => {
    const { deck } = await openDeck();
    expect([deck.shows("wholesale"), deck.shows("rrp")]).toEqual([true, true]);
    deck.preset("customer_safe");
    deck.set("prices", "both");
    expect([deck.shows("wholesale"), deck.shows("rrp")]).toEqual([false, true]);
    await deck.loadPreview();
  });

  it("settings are saved as they are made and are taken back one by one", async () => {
    const { api, deck, collection } = await openDeck();
    deck.set("theme", "grid");
    deck.setIn("fields", { sizes: false });
    await new Promise((done) => setTimeout(done, 120));
    await settled();
    const kept = await api.collections.deckSettings(collection.id ?? "");
    expect([kept.theme, kept.fields.sizes, kept.fields.name]).toEqual(["grid", false, true]);
    deck.undo();
    expect([deck.settings?.theme, deck.settings?.fields.sizes]).toEqual(["grid", true]);
    deck.undo();
    expect([deck.settings?.theme, deck.undo()]).toEqual(["quiet", false]);
  });

  it("prices are two switches", async () => {
    const { deck } = await openDeck();
    deck.setPrice("wholesale", false);
    expect(deck.settings?.prices).toBe("rrp");
    deck.setPrice("rrp", false);
    expect(deck.settings?.prices).toBe("none");
    deck.setPrice("wholesale", true);
    expect(deck.settings?.prices).toBe("wholesale");
  });

  it("each deck that is made is kept, and is out of date when an item changes", async () => {
    const { api, deck, collection, pass } = await openDeck();
    await deck.generate(["pptx", "pdf"]);
    await pass(4000);
    await deck.loadVersions();
    expect(deck.versions?.map((version) => [version.version, version.out_of_date, version.files.length])).toEqual([[1, false, 2]]);
    const item = (await api.collections.items(collection.id ?? "")).items[0];
    await api.collections.setItems(collection.id ?? "", [item?.id ?? ""], "name", "Other");
    await deck.loadVersions();
    expect(deck.versions?.[0]?.out_of_date).toBe(true);
  });
});

describe("the list", () => {
  it("moves while a collection is worked on, and a removed one comes back", async () => {
    const { api, collections, idOf } = await start("collections=busy");
    const row = collections.rows.find((one) => one.id === idOf("Velora"));
    if (!row) throw new Error("no busy collection");
    api.advance(2000);
    await settled();
    expect(collections.workOf(row).phase).toBe(5);
    await collections.remove(row.id);
    expect(idOf("Velora")).toBe("");
    await collections.restore(row.id);
    expect(idOf("Velora")).toBe(row.id);
  });
});
