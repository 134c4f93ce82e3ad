// The parts of Activity beside the queue itself: failures, history, figures, one job looked at closely.

import { describe, expect, it, vi } from "vitest";
import { engine, idOf, settled } from "../../mock/testing";
import { App } from "./app.svelte";
import { Failures } from "./failures.svelte";
import { Figures } from "./figures.svelte";
import { History } from "./history.svelte";
import { JobSheet } from "./jobsheet.svelte";
import { Session } from "./session.svelte";

async function start(options = "") {
  const api = engine(options);
  const session = new Session(api);
  await session.start();
  return { api, session };
}

describe("failures", () => {
  it("stand by cause, and their jobs are asked for when looked into", async () => {
    const { api, session } = await start("busy");
    const failures = new Failures(session);
    const list = vi.spyOn(api, "listJobs");
    await failures.load();
    expect(failures.causes.map((cause) => [cause.code, cause.count, cause.retryable])).toEqual([
      ["reader_crashed", 7, true], ["encrypted", 3, false], ["timed_out", 1, true], ["corrupt", 1, false],
    ]);
    expect([failures.count, failures.retryable]).toEqual([12, 8]);
    expect(list).not.toHaveBeenCalled();
    await failures.toggle("encrypted");
    expect(failures.open.get("encrypted")?.jobs).toHaveLength(3);
    await failures.toggle("encrypted");
    expect(failures.open.has("encrypted")).toBe(false);
  });

  it("go when they are tried again, and the rest stays", async () => {
    const { session } = await start("busy");
    const failures = new Failures(session);
    await failures.load();
    await failures.toggle("reader_crashed");
    expect(await failures.retry("reader_crashed")).toBe(7);
    await settled();
    expect(failures.causes.map((cause) => cause.code)).toEqual(["encrypted", "timed_out", "corrupt"]);
    expect(failures.open.size).toBe(0);
    expect(await failures.retry(null)).toBe(1);
  });

  it("say where they could not be loaded, and the jobs are not touched by that", async () => {
    const { session } = await start("fail=causes");
    const failures = new Failures(session);
    await failures.load();
    expect(failures.phase).toBe("failed");
    expect(session.phase).toBe("ready");
  });
});

describe("the history", () => {
  it("pages by the last job, without holes or doubles", async () => {
    const { session } = await start();
    const history = new History(session);
    await history.load();
    expect(history.rows).toHaveLength(100);
    await history.loadMore();
    const ids = history.rows.map((job) => job.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    expect(ids).toHaveLength(history.count("all"));
    expect(history.more).toBe(false);
  });

  it("shows one kind of end, and takes in what ends", async () => {
    const { api, session } = await start();
    const history = new History(session);
    await history.load();
    await history.show("cancelled");
    expect(history.rows).toHaveLength(1);
    await api.cancelDocuments([idOf(api, "delivery_note_88.pdf")]);
    await settled();
    expect(history.rows).toHaveLength(2);
    expect(history.count("cancelled")).toBe(2);
    expect(history.rows.map((job) => job.owner)).toContain(idOf(api, "delivery_note_88.pdf"));
  });
});

describe("figures", () => {
  it("are whole spans over the time that was chosen", async () => {
    const { session } = await start();
    const figures = new Figures(session);
    await figures.load();
    expect([figures.metrics?.spans.length, figures.metrics?.span_s]).toEqual([60, 60]);
    await figures.show(168);
    const { metrics } = figures;
    expect((metrics?.spans.length ?? 0) * (metrics?.span_s ?? 0)).toBe(168 * 3600);
  });

  it("keep what is shown where asking again fails", async () => {
    const { api, session } = await start();
    const figures = new Figures(session);
    await figures.load();
    vi.spyOn(api, "queueMetrics").mockRejectedValueOnce(new Error("no"));
    await figures.show(24);
    expect(figures.phase).toBe("failed");
    expect(figures.metrics).not.toBeNull();
  });
});

describe("a job looked at closely", () => {
  it("grows with its work", async () => {
    const { api, session } = await start();
    const sheet = new JobSheet(session);
    const job = session.running[0];
    await sheet.open(job?.id ?? 0);
    expect(sheet.detail?.log.at(-1)?.message).toMatch(/Page 4 of 14/);
    api.advance(600);
    await settled();
    expect(sheet.detail?.log.at(-1)?.message).toMatch(/Page 5 of 14/);
    expect(sheet.detail?.job.progress?.n).toBe(5);
    expect(sheet.detail?.attempts).toMatchObject([{ attempt: 1, outcome: null }]);
  });

  it("forgets the answer for another job", async () => {
    const { api, session } = await start();
    const sheet = new JobSheet(session);
    let late: () => void = () => {};
    const real = api.jobDetail.bind(api);
    vi.spyOn(api, "jobDetail").mockImplementationOnce(async (id) => {
      const answer = await real(id);
      await new Promise<void>((done) => (late = done));
      return answer;
    });
    const slow = sheet.open(1);
    await settled();
    await sheet.open(2);
    late();
    await slow;
    expect(sheet.detail?.job.id).toBe(2);
  });
});

describe("a pause", () => {
  it("is shown at once, ends by itself, and is taken back where it is refused", async () => {
    const { api, session } = await start();
    const pausing = session.pauseQueue("suspend", 30);
    expect(session.pause).toMatchObject({ cause: "person", mode: "suspend", until: "2026-05-12T10:50:00.000Z" });
    await pausing;
    api.advance(200);
    expect(session.running).toEqual([]);
    api.advance(30 * 60_000);
    expect(session.paused).toBe(false);
    vi.spyOn(api, "pauseQueue").mockRejectedValueOnce(new Error("no"));
    await expect(session.pauseQueue("drain", null)).rejects.toThrow("no");
    expect(session.paused).toBe(false);
  });

  it("that finishes what runs starts nothing new", async () => {
    const { api, session } = await start();
    await session.pauseQueue("drain", null);
    api.advance(60_000);
    expect(session.running).toEqual([]);
    expect(session.status.pending).toBeGreaterThan(0);
    await session.resumeQueue();
    api.advance(60_000);
    expect(session.status.pending).toBe(0);
  });
});

describe("the whole window", () => {
  it("tells a burst of ends as one number, without asking for their names", async () => {
    vi.useFakeTimers();
    const api = engine("waiting=300");
    const app = new App(api);
    await app.start();
    const asked = vi.spyOn(api, "getDocument");
    expect(await api.cancelAll()).toBe(302);
    await vi.advanceTimersByTimeAsync(1000);
    expect(app.announcer.text).toBe("301 documents ended.");
    expect(asked).not.toHaveBeenCalled();
    vi.useRealTimers();
  });

  it("asks how to quit", async () => {
    const api = engine();
    const app = new App(api);
    await app.start();
    api.askQuit();
    expect(app.prompt).toEqual({ kind: "quit", running: 1, waiting: 1 });
  });
});

it("reading again is refused after five times in five minutes, and says when it will do", async () => {
  const { api } = await start();
  const id = idOf(api, "velora_1043.pdf");
  for (let i = 0; i < 5; i++) {
    expect(await api.refreshDocument(id)).toMatchObject({ status: "queued" });
    await expect(api.refreshDocument(id)).rejects.toMatchObject({ detail: { code: "wrong_state" } });
    api.advance(30_000);
  }
  await expect(api.refreshDocument(id)).rejects.toMatchObject({ detail: { code: "rate_limited", hint: "It may be refreshed again in 150 s." } });
  api.advance(150_000);
  expect(await api.refreshDocument(id)).toMatchObject({ status: "queued" });
});
