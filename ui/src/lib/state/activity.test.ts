import { describe, expect, it, vi } from "vitest";
import { engine, idOf, settled } from "../../mock/testing";
import type { Job } from "../model";
import { Activity, acts, SHOWN } from "./activity.svelte";
import { jobLook } from "./jobstate";
import { Session } from "./session.svelte";

async function open(options = "") {
  const api = engine(options);
  const session = new Session(api);
  await session.start();
  const activity = new Activity(session);
  await activity.load();
  return { api, session, activity };
}

const named = (jobs: Job[], api: ReturnType<typeof engine>) => jobs.map((job) => api.world.docs.get(job.owner)?.row.filename);
const first = (jobs: Job[]): Job => {
  const [job] = jobs;
  if (!job) throw new Error("no job");
  return job;
};

describe("what waits", () => {
  it("is held in the order it runs, and leaves the list when it begins", async () => {
    const { api, activity } = await open("busy");
    expect(activity.running).toHaveLength(1);
    expect(activity.waiting.map((job) => job.status)).toEqual(["pending", "pending", "pending", "pending", "scheduled", "waiting", "paused"]);
    api.advance(8000);
    await settled();
    expect(named(activity.waiting, api)).not.toContain("delivery_note_88.pdf");
  });

  it("is ten thousand jobs as sixty lines and a number", async () => {
    const { api, activity } = await open("waiting=10000");
    const list = vi.spyOn(api, "nextJobs");
    expect(activity.shown).toHaveLength(SHOWN);
    expect(activity.waitingCount).toBe(10_001);
    api.advance(20_000);
    await settled();
    expect(activity.shown).toHaveLength(SHOWN);
    expect(activity.waitingCount).toBeLessThan(10_000);
    // Once for the naming that the read documents wait for.
    expect(list).toHaveBeenCalledTimes(1);
  });

  it("is asked for again where something came, once for a burst", async () => {
    const { api, activity } = await open();
    const list = vi.spyOn(api, "nextJobs");
    api.drop(["a.pdf", "b.pdf", "c.pdf"]);
    await settled();
    expect(list).toHaveBeenCalledOnce();
    expect(named(activity.waiting, api)).toEqual(["delivery_note_88.pdf", "a.pdf", "b.pdf", "c.pdf"]);
  });

  it("does not come back by an answer that is older than its beginning", async () => {
    const { api, activity } = await open();
    let late: () => void = () => {};
    const real = api.nextJobs.bind(api);
    vi.spyOn(api, "nextJobs").mockImplementationOnce(async (limit) => {
      const answer = await real(limit);
      await new Promise<void>((done) => (late = done));
      return answer;
    });
    const loading = activity.load();
    await settled();
    api.advance(8000);
    late();
    await loading;
    expect(named(activity.waiting, api)).toEqual([]);
  });
});

describe("acts", () => {
  it("move to the top is shown at once and holds", async () => {
    const { api, activity } = await open("busy");
    const last = activity.waiting.filter((job) => job.status === "pending").at(-1);
    if (!last) throw new Error("nothing waits");
    const moving = activity.runNext(last);
    expect(activity.waiting[0]?.id).toBe(last.id);
    await moving;
    await settled();
    expect(activity.waiting[0]).toMatchObject({ id: last.id, priority: "high" });
    expect(activity.doing.size).toBe(0);
    api.advance(6200);
    expect(activity.running.map((job) => job.id)).toContain(last.id);
  });

  it("move to the top that is refused goes back", async () => {
    const { api, activity } = await open("busy");
    const before = activity.waiting;
    vi.spyOn(api, "runNext").mockRejectedValueOnce(new Error("no"));
    await expect(activity.runNext(before[2] as Job)).rejects.toThrow("no");
    expect(activity.waiting).toBe(before);
  });

  it("pausing what runs says so until the page is done, and resuming goes on at the same page", async () => {
    const { api, activity } = await open();
    const job = first(activity.running);
    await activity.pause(job);
    await settled();
    expect(activity.doing.get(job.id)).toBe("pausing");
    expect(activity.running[0]?.stopping).toBe(true);
    api.advance(200);
    await settled();
    expect(activity.doing.size).toBe(0);
    const paused = activity.waiting.find((other) => other.id === job.id);
    expect(paused?.status).toBe("paused");
    await activity.resume(paused as Job);
    api.advance(30_000);
    const doc = api.world.docs.get(idOf(api, "Scan_20260512_0007.pdf"));
    expect(doc?.row.status).toBe("ocr_complete");
    expect(api.world.queue.detail(job).attempts).toHaveLength(2);
    expect(api.world.queue.detail(job).log.some((line) => line.message.includes("goes on at page 5"))).toBe(true);
  });

  it("cancel that is refused takes its mark back", async () => {
    const { api, activity } = await open();
    const job = first(activity.running);
    vi.spyOn(api, "cancelJob").mockRejectedValueOnce(new Error("no"));
    await expect(activity.cancel(job)).rejects.toThrow("no");
    expect(activity.doing.size).toBe(0);
  });

  it("fit the job's state", async () => {
    const { activity } = await open("busy");
    expect(acts(first(activity.running))).toEqual({ cancel: true, pause: true, resume: false, top: false, again: false });
    expect(acts(activity.waiting.at(-1) as Job)).toEqual({ cancel: true, pause: false, resume: true, top: false, again: false });
    expect(acts({ ...first(activity.running), stopping: true })).toMatchObject({ cancel: false, pause: false });
    expect(acts({ ...first(activity.running), status: "failed" })).toEqual({ cancel: false, pause: false, resume: false, top: false, again: true });
  });
});

describe("a line says why it waits", () => {
  const says = async (paused = false) => {
    const { api, activity } = await open("busy");
    return activity.waiting.map((job) => {
      const { label, reason } = jobLook(job, { now: api.now() + 3000, paused }, null);
      return reason ? `${label} | ${reason}` : label;
    });
  };

  it("counting down where it waits for a time", async () => {
    expect(await says()).toEqual([
      "Queued", "Queued", "Queued", "Queued", "Tried again in 9\u00a0s | The reader stopped unexpectedly",
      "The disk is full | Looked at again in 42\u00a0s", "Paused by you",
    ]);
  });

  it("and that the queue is paused, where that is why", async () => {
    expect((await says(true)).slice(0, 2)).toEqual(["Waits until reading goes on", "Waits until reading goes on"]);
  });

  it("what was asked for before the engine has done it", async () => {
    const { activity, api } = await open();
    const moment = { now: api.now(), paused: false };
    expect(jobLook(first(activity.running), moment, "cancelling").label).toBe("Cancelling…");
    expect(jobLook({ ...first(activity.running), stopping: true }, moment, null).label).toBe("Stopping…");
  });
});
