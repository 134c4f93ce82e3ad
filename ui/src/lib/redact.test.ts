import { describe, expect, it } from "vitest";
import { jobDetails, plainLog } from "./jobdetails";
import type { Job } from "./model";
import { withoutFolders } from "./redact";

describe("of a path", () => {
  it.each([
    ["/home/ada/Papers/a.pdf was queued.", "a.pdf was queued."],
    ["`/home/ada/My Papers/bank q1.pdf` is damaged.", "`bank q1.pdf` is damaged."],
    ["C:\\Users\\Ada\\a.pdf is gone", "a.pdf is gone"],
    ["`C:\\Users\\Ada Byron\\a b.pdf` is gone", "`a b.pdf` is gone"],
    ["~/Papers/a.pdf", "a.pdf"],
    ["read/write failed on 12/05/2026 and/or later", "read/write failed on 12/05/2026 and/or later"],
    ["`a.pdf` has 9 of 12 pages", "`a.pdf` has 9 of 12 pages"],
  ])("only the file's name is left: %s", (given, kept) => {
    expect(withoutFolders(given)).toBe(kept);
  });
});

it("a job's details hold no folder and not what was read", () => {
  const job: Job = {
    id: 7, type: "read_document", status: "failed", priority: "normal", owner: "019a0000-0000-7000-8000-000000000001", name: "Acme invoice",
    created_at: "2026-05-12T10:00:00.000Z", started_at: null, completed_at: null, result: '{"total":"1340.00"}',
    error: { code: "corrupt", message: "`/home/ada/x.pdf` is damaged.", hint: "" }, retry_count: 0, max_retries: 3,
    run_at: null, stopping: false, progress: null,
  };
  const log = [{ at: job.created_at, level: "info", message: `[${job.owner}] C:\\Users\\Ada\\x.pdf was queued.` }];
  const text = jobDetails({ job, attempts: [], log }, "0.1.0");
  expect(text).not.toMatch(/ada|Ada|1340/);
  expect(JSON.parse(text).job.error.message).toBe("`x.pdf` is damaged.");
  expect(plainLog(log[0]?.message ?? "")).toBe("C:\\Users\\Ada\\x.pdf was queued.");
});
