import { describe, expect, it, vi } from "vitest";
import { engine, idOf, settled } from "../../mock/testing";
import { Review } from "./review.svelte";
import { Session } from "./session.svelte";

async function open(filename: string) {
  const api = engine();
  const session = new Session(api);
  await session.start();
  const review = new Review(session);
  await review.open(idOf(api, filename));
  await settled();
  return { api, review };
}

describe("values", () => {
  it("that want a look come first, and stay in place once they are settled", async () => {
    const { review } = await open("velora_1043.pdf");
    const order = review.fields.map((item) => item.name);
    expect(order.slice(0, 2)).toEqual(["buyer", "total"]);
    expect(review.selected).toBe("buyer");
    await review.accept("buyer");
    expect(review.fields.map((item) => item.name)).toEqual(order);
    expect(review.uncertain.map((item) => item.name)).toEqual(["total"]);
    expect(review.detail?.fields.buyer?.by).toBe("person");
  });

  it("are walked round by uncertainty", async () => {
    const { review } = await open("velora_1043.pdf");
    expect(review.nextUncertain("buyer")).toBe("total");
    expect(review.nextUncertain("total")).toBe("buyer");
    await review.accept("buyer");
    await review.accept("total");
    expect(review.nextUncertain("total")).toBeNull();
  });

  it("keep the editor open where the engine refuses", async () => {
    const { review } = await open("velora_1043.pdf");
    review.edit("date");
    review.draft = "tomorrow";
    expect(await review.save()).toBe(false);
    expect(review.editing).toBe("date");
    expect(review.fieldError?.code).toBe("usage");
    review.draft = " 2026-05-13 ";
    expect(await review.save()).toBe(true);
    expect(review.editing).toBeNull();
    expect(review.detail?.fields.date?.value).toBe("2026-05-13");
  });

  it("are all settled by accepting the document", async () => {
    const { review } = await open("velora_1043.pdf");
    await review.acceptAll();
    expect(review.uncertain).toEqual([]);
    expect(review.detail?.row.accepted).toBe(true);
  });

  it("take words from a box on the page", async () => {
    const { review } = await open("velora_1043.pdf");
    const box = review.boxes.find((other) => other.name === "vendor")?.box;
    expect(box && review.wordsIn(box)).toBe("Velora Tide S.r.l.");
  });
});

describe("pages", () => {
  it("come while the document is being read", async () => {
    const { api, review } = await open("Scan_20260512_0007.pdf");
    expect(review.detail?.pages).toHaveLength(4);
    review.showPage(6);
    expect(review.page).toBeNull();
    api.advance(1800);
    await settled();
    expect(review.detail?.pages.length).toBeGreaterThanOrEqual(6);
    await settled();
    expect(review.page?.phase).toBe("ready");
  });

  it("of a document left meanwhile are not shown", async () => {
    const { api, review } = await open("velora_1043.pdf");
    let late: () => void = () => {};
    const real = api.getDocument.bind(api);
    vi.spyOn(api, "getDocument").mockImplementationOnce(async (id) => {
      const answer = await real(id);
      await new Promise<void>((done) => (late = done));
      return answer;
    });
    const slow = review.open(idOf(api, "po_b2833.pdf"));
    await settled();
    await review.open(idOf(api, "IMG_4471.jpg"));
    late();
    await slow;
    expect(review.detail?.row.filename).toBe("IMG_4471.jpg");
  });

  it("say where a document is gone", async () => {
    const { review } = await open("velora_1043.pdf");
    await review.open("nothing");
    expect(review.phase).toBe("missing");
  });
});

describe("what a person did", () => {
  it("is taken back in order, and done again", async () => {
    const { review } = await open("velora_1043.pdf");
    await review.accept("buyer");
    await review.acceptAll();
    expect(review.detail?.row.accepted).toBe(true);
    await review.steps.undo();
    expect(review.detail?.row.accepted).toBe(false);
    expect(review.detail?.fields.buyer?.by).toBe("person");
    await review.steps.undo();
    expect(review.detail?.fields.buyer?.by).not.toBe("person");
    expect(await review.steps.undo()).toBe(false);
    await review.steps.redo();
    expect(review.detail?.fields.buyer?.by).toBe("person");
    await review.accept("total");
    expect(review.steps.mayRedo).toBe(false);
  });

  it("moves where documents begin in a file, and the tags", async () => {
    const { review } = await open("casa_lume_R27.pdf");
    await review.splitAt(3);
    await review.splitAt(9);
    expect(review.starts).toEqual([3, 9]);
    await review.splitAt(3);
    expect(review.starts).toEqual([9]);
    await review.steps.undo();
    expect(review.starts).toEqual([3, 9]);
    await review.steps.undo();
    await review.steps.undo();
    expect(review.detail?.sections).toEqual([]);
    expect(review.detail?.split_by_person).toBe(false);
    await review.changeTags(["spring"], ["resort"]);
    expect(review.detail?.row.tags).toEqual(["linesheet", "casa lume", "spring"]);
  });

  it("chooses among what reading again changed", async () => {
    const api = engine("changed");
    const session = new Session(api);
    await session.start();
    const review = new Review(session);
    await review.open(idOf(api, "velora_1043.pdf"));
    const change = (name: string) => review.detail?.changes.find((other) => other.name === name);
    const [buyer, number] = [change("buyer"), change("number")];
    if (!buyer || !number) throw new Error("nothing changed");
    await review.choose(buyer, "new");
    expect(review.detail?.fields.buyer?.by).not.toBe("person");
    await review.choose(number, "old");
    expect(review.detail?.fields.number?.value).toBe("1048");
    await review.choose({ ...number, name: "due_date", old: null, new: null }, "new");
    expect(review.detail?.changes).toEqual([]);
  });
});
