import { describe, expect, it, vi } from "vitest";
import { engine, idOf, settled } from "../../mock/testing";
import { ADD } from "../model";
import { Inbox } from "./inbox.svelte";
import { Session } from "./session.svelte";

async function open(options = "") {
  const api = engine(options);
  const session = new Session(api);
  await session.start();
  const inbox = new Inbox(session);
  await inbox.reload();
  return { api, session, inbox };
}

const names = (inbox: Inbox) => inbox.ids.map((id) => inbox.rows.get(id)?.filename);

describe("the list", () => {
  it("pages by the last id, without holes or doubles", async () => {
    const { api, inbox } = await open("docs=many");
    expect(inbox.ids).toHaveLength(200);
    expect(inbox.total).toBe(10_012);
    await inbox.loadMore();
    await inbox.loadMore();
    expect(inbox.ids).toHaveLength(600);
    expect(new Set(inbox.ids).size).toBe(600);
    expect(inbox.ids).toEqual([...api.world.docs.keys()].reverse().slice(0, 600));
  });

  it("asks for one changed row and not for the list", async () => {
    const { api, inbox } = await open();
    const list = vi.spyOn(api, "listDocuments");
    await inbox.touch([idOf(api, "velora_1043.pdf")]);
    expect(list.mock.calls.map(([query]) => query.limit)).toEqual([1]);
  });

  it("patches a row by its job's events without asking", async () => {
    const { api, inbox } = await open();
    const list = vi.spyOn(api, "listDocuments");
    const id = idOf(api, "Scan_20260512_0007.pdf");
    api.advance(200);
    await settled();
    expect(inbox.rows.get(id)?.job?.progress?.elapsed_ms).toBe(2600);
    expect(list).not.toHaveBeenCalled();
  });

  it("shows added files on top at once", async () => {
    const { api, inbox } = await open();
    inbox.added([{ document_id: "019b0000-0000-7000-8000-000000000001", file: "/x/a.pdf", filename: "a.pdf", status: "uploading" }]);
    expect(names(inbox)[0]).toBe("a.pdf");
    await settled();
    expect(names(inbox)[0]).not.toBe("a.pdf");
    inbox.added(await api.addFiles(["/x/b.pdf"], ADD));
    await settled();
    expect(names(inbox)[0]).toBe("b.pdf");
    expect(inbox.ids).toHaveLength(73);
  });

  it("drops a row that no longer fits the filter", async () => {
    const { api, inbox } = await open();
    await inbox.show("needs_review", "");
    const id = idOf(api, "velora_1043.pdf");
    expect(inbox.ids).toContain(id);
    await api.acceptDocument(id);
    await settled();
    expect(inbox.ids).not.toContain(id);
  });

  it("forgets the answer to an older question", async () => {
    const { api, inbox } = await open();
    let late: () => void = () => {};
    const real = api.listDocuments.bind(api);
    vi.spyOn(api, "listDocuments").mockImplementationOnce(async (query) => {
      const answer = await real(query);
      await new Promise<void>((done) => (late = done));
      return answer;
    });
    const first = inbox.show("failed", "");
    await settled();
    await inbox.show("all", "velora_1043");
    late();
    await first;
    expect(names(inbox)).toEqual(["velora_1043.pdf"]);
  });
});

describe("acts", () => {
  it("remove takes the row away at once, and undo puts it back in its place", async () => {
    const { api, inbox } = await open();
    const before = [...inbox.ids];
    const id = idOf(api, "eway_98.jpg");
    inbox.active = id;
    const removing = inbox.remove(id);
    expect(inbox.ids).not.toContain(id);
    expect(inbox.active).toBe(before[before.indexOf(id) + 1]);
    await removing;
    await settled();
    expect(inbox.ids).not.toContain(id);
    await inbox.restore(id);
    await settled();
    expect(inbox.ids).toEqual(before);
  });

  it("remove that is refused puts the row back", async () => {
    const { api, inbox } = await open();
    const before = [...inbox.ids];
    vi.spyOn(api, "removeDocuments").mockRejectedValueOnce(new Error("no"));
    await expect(inbox.remove(before[3] ?? "")).rejects.toThrow("no");
    await settled();
    expect(inbox.ids).toEqual(before);
  });

  it("cancel says so until the job has ended", async () => {
    const { api, inbox } = await open();
    const id = idOf(api, "Scan_20260512_0007.pdf");
    const cancelling = inbox.cancel(id);
    expect(inbox.doing.get(id)).toBe("cancelling");
    await cancelling;
    await settled();
    expect(inbox.doing.get(id)).toBe("cancelling");
    api.advance(200);
    await settled();
    // What follows at once is asked for a breath later.
    await vi.waitFor(() => expect(inbox.rows.get(id)?.status).toBe("cancelled"));
    expect(inbox.doing.has(id)).toBe(false);
  });

  it("walk to the neighbour, also from a place that left the list", async () => {
    const { inbox } = await open();
    const [a = "", b = "", c = ""] = inbox.ids;
    expect(inbox.neighbour(a, 1, 0)).toBe(b);
    expect(inbox.neighbour(a, -1, 0)).toBeNull();
    expect(inbox.neighbour(c, -1, 2)).toBe(b);
    inbox.ids = inbox.ids.filter((id) => id !== b);
    expect(inbox.neighbour(b, 1, 1)).toBe(c);
    expect(inbox.neighbour(b, -1, 1)).toBe(a);
  });

  it("a burst of changes is one question, and what left the list leaves", async () => {
    const { api, inbox } = await open();
    const [a = "", b = ""] = inbox.ids;
    const asked = vi.spyOn(api, "listDocuments");
    void inbox.touch([a]);
    await inbox.touch([b]);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(asked.mock.calls[0]?.[0].only.toSorted()).toEqual([a, b].toSorted());
    asked.mockRejectedValueOnce(new Error("no"));
    await inbox.touch([b]);
    expect(inbox.ids).toContain(b);
    // Asked in vain, it is asked for with the next change; what the answer leaves out is not in the list any more.
    asked.mockResolvedValueOnce({ rows: [], total: 1, at_least: false, more: false });
    await inbox.touch([a]);
    expect(asked.mock.calls.at(-1)?.[0].only.toSorted()).toEqual([a, b].toSorted());
    expect(inbox.ids).not.toContain(b);
  });
});

describe("many rows", () => {
  it("are chosen one by one, as a range, and all; what leaves the list is chosen no more", async () => {
    const { inbox } = await open();
    const [a, b, c, d] = inbox.ids;
    if (!a || !b || !c || !d) throw new Error("too few");
    inbox.toggle(a);
    inbox.selectTo(c);
    expect([...inbox.selected]).toEqual([a, b, c]);
    inbox.toggle(b);
    expect(inbox.chosen.map((row) => row.document_id)).toEqual([a, c]);
    await inbox.removeAll([a]);
    expect(inbox.selected.has(a)).toBe(false);
    expect(inbox.ids[0]).toBe(b);
    await inbox.restoreAll([a]);
    await settled();
    expect(inbox.ids[0]).toBe(a);
    inbox.selectAll();
    expect(inbox.selected.size).toBe(inbox.ids.length);
    await inbox.show("failed", "");
    expect(inbox.selected.size).toBe(0);
  });

  it("get tags, and give back exactly those they got", async () => {
    const { inbox } = await open();
    const rows = inbox.ids.slice(0, 3).flatMap((id) => inbox.rows.get(id) ?? []);
    const before = rows.map((row) => row.tags.join());
    const tag = rows[0]?.tags[0] ?? "";
    const back = await inbox.changeTags(rows, [tag, "spring"], []);
    const now = () => rows.map((row) => inbox.rows.get(row.document_id)?.tags ?? []);
    expect(now().every((tags) => tags.includes("spring"))).toBe(true);
    await back();
    expect(now().map((tags) => tags.join())).toEqual(before);
  });
});

describe("the list", () => {
  it("is searched by words and filters, and sorted by what a person wants", async () => {
    const { inbox } = await open();
    await inbox.show("all", "type:purchase_order");
    expect(inbox.ids.length).toBe(1);
    await inbox.show("all", '"wrap skirt"');
    expect(inbox.ids.length).toBe(1);
    await inbox.show("all", "");
    await inbox.sortBy("amount", false);
    const totals = inbox.ids.map((id) => Number(inbox.rows.get(id)?.total ?? Number.NEGATIVE_INFINITY));
    expect(totals).toEqual([...totals].sort((x, y) => y - x));
  });
});
