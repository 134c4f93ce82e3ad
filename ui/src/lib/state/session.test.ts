import { describe, expect, it, vi } from "vitest";
import { engine, idOf } from "../../mock/testing";
import { Session } from "./session.svelte";

describe("a session", () => {
  it("starts from the snapshot and follows the events", async () => {
    const api = engine();
    const session = new Session(api);
    await session.start();
    expect(session.phase).toBe("ready");
    expect(session.counts.all).toBe(72);
    expect(session.running.map((job) => job.owner)).toEqual([idOf(api, "Scan_20260512_0007.pdf")]);
    api.advance(400);
    expect(session.running[0]?.progress?.elapsed_ms).toBe(2800);
    api.advance(60_000);
    expect(session.running).toEqual([]);
    expect(session.counts.working).toBe(0);
  });

  it("loses nothing that happens while the snapshot is on its way", async () => {
    const api = engine();
    const listJobs = api.listJobs.bind(api);
    vi.spyOn(api, "listJobs").mockImplementation(async (query) => {
      const jobs = await listJobs(query);
      api.advance(30_000);
      return jobs;
    });
    const snapshot = api.snapshot.bind(api);
    vi.spyOn(api, "snapshot").mockImplementation(() => snapshot());
    const session = new Session(api);
    await session.start();
    expect(session.jobs.size).toBe(0);
  });

  it("says so when the engine does not answer, and starts when asked again", async () => {
    const api = engine();
    vi.spyOn(api, "snapshot").mockRejectedValueOnce({ code: "library_locked", message: "Busy.", hint: "" });
    const session = new Session(api);
    await session.start();
    expect(session.phase).toBe("failed");
    expect(session.error?.code).toBe("library_locked");
    await session.start();
    expect(session.phase).toBe("ready");
  });

  it("asks again on waking only where it missed something", async () => {
    const api = engine();
    const session = new Session(api);
    await session.start();
    const resynced = vi.fn();
    session.listen({ resynced });
    await session.wake();
    expect(resynced).not.toHaveBeenCalled();
    const emit = api.world.emit;
    api.world.emit = () => {};
    api.advance(200);
    api.world.emit = emit;
    await session.wake();
    expect(resynced).toHaveBeenCalledOnce();
  });

  it("takes a setting back that the engine refuses", async () => {
    const api = engine();
    const session = new Session(api);
    await session.start();
    vi.spyOn(api, "setSettings").mockRejectedValueOnce(new Error("no"));
    await expect(session.setSettings({ theme: "dark" })).rejects.toThrow();
    expect(session.settings.theme).toBe("system");
  });

  it("collects the steps of describing, anew each time", async () => {
    const api = engine();
    const session = new Session(api);
    await session.start();
    const id = idOf(api, "velora_1043.pdf");
    for (let round = 0; round < 2; round++) {
      await api.regenerate(id);
      api.advance(3000);
      const steps = session.steps.get(id)?.map((step) => step.step);
      expect(steps).toEqual(["read_text", "classify", "name", "tags", "summary", "save_metadata", "complete"]);
    }
  });
});
