import { describe, expect, it } from "vitest";
import type { EngineEvent, Job } from "../model";
import { EventFeed, latestJobs } from "./feed";

const changed = (id: string): EngineEvent => ({ kind: "documents_changed", ids: [id] });
const job = (id: number, status: Job["status"]): EngineEvent => ({
  kind: "job_changed",
  job: {
    id, type: "read_document", status, priority: "normal", owner: "a", name: "A", created_at: "", started_at: null,
    completed_at: null, result: null, error: null, retry_count: 0, max_retries: 3, run_at: null, stopping: false, progress: null,
  },
});

function feed() {
  const seen: string[] = [];
  const it = new EventFeed((event) => seen.push(event.kind === "documents_changed" ? (event.ids[0] ?? "") : event.kind));
  return { it, seen };
}

describe("events around a snapshot", () => {
  it("wait for the snapshot and go on after it, in order", () => {
    const { it: events, seen } = feed();
    events.receive({ seq: 7, events: [changed("seventh")] });
    events.receive({ seq: 5, events: [changed("fifth")] });
    events.receive({ seq: 6, events: [changed("sixth")] });
    expect(seen).toEqual([]);
    events.resume(5);
    expect(seen).toEqual(["sixth", "seventh"]);
    expect(events.seq).toBe(7);
  });

  it("that come twice or late count once", () => {
    const { it: events, seen } = feed();
    events.resume(0);
    events.receive({ seq: 2, events: [changed("two")] });
    events.receive({ seq: 2, events: [changed("two")] });
    events.receive({ seq: 1, events: [changed("one")] });
    expect(seen).toEqual(["two"]);
  });

  it("are held again while a new snapshot is taken, also when the engine counts from the start", () => {
    const { it: events, seen } = feed();
    events.resume(90);
    events.hold();
    events.receive({ seq: 3, events: [changed("after the restart")] });
    expect(seen).toEqual([]);
    events.resume(2);
    expect(seen).toEqual(["after the restart"]);
  });
});

describe("changes of one job in a batch", () => {
  it("count only once, with the last", () => {
    const batch = [job(1, "pending"), changed("a"), job(2, "processing"), job(1, "processing"), job(1, "completed")];
    const kept = latestJobs(batch);
    expect(kept).toHaveLength(3);
    expect(kept.at(-1)).toBe(batch[4]);
    expect(kept).not.toContain(batch[0]);
  });
});
