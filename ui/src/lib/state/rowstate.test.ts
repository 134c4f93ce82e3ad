import { describe, expect, it } from "vitest";
import type { DocumentRow, ErrorCode, Job } from "../model";
import { helpFor, rowState } from "./rowstate";

const row = (part: Partial<DocumentRow>): DocumentRow => ({
  document_id: "a", file: "/a.pdf", filename: "a.pdf", status: "ocr_complete", metadata: "ready", doc_type: "invoice",
  display_name: "A", tags: [], page_count: 1, date: null, total: null, currency: null, uncertain: 0, accepted: false,
  added_at: "2026-05-12T10:00:00.000Z", error: null, file_size_bytes: 1, thumbnail: null, job: null,
  staged: false, parent: null, parts: 0, ...part,
});
const job = (part: Partial<Job>): Job => ({
  id: 1, type: "read_document", status: "processing", priority: "normal", owner: "a", name: "A", created_at: "", started_at: "",
  completed_at: null, result: null, error: null, retry_count: 0, max_retries: 3, run_at: null, stopping: false, progress: null, ...part,
});
const progress = (n: number, stage = "reading") => ({ stage, n, total: 14, percentage: 30, elapsed_ms: 1, eta_ms: 1 });
const failed = (code: ErrorCode) => ({ code, message: "`a.pdf` failed.", hint: "" });

describe("a row says", () => {
  it.each([
    [row({}), "ready", "Ready"],
    [row({ uncertain: 2 }), "check", "2 values to check"],
    [row({ uncertain: 1 }), "check", "1 value to check"],
    [row({ uncertain: 2, accepted: true }), "ready", "Accepted"],
    [row({ status: "uploading" }), "queued", "Queued"],
    [row({ status: "processing", job: job({ progress: progress(4) }) }), "working", "Reading page 5 of 14"],
    [row({ status: "processing", job: job({ progress: progress(14) }) }), "working", "Reading page 14 of 14"],
    [row({ status: "processing", job: job({ progress: progress(0, "restarting") }) }), "working", "Restarting processing..."],
    [row({ status: "partial", error: failed("timed_out") }), "partial", "Partly read"],
    [row({ status: "failed", error: failed("encrypted") }), "failed", "Encrypted"],
    [row({ status: "failed", error: failed("corrupt") }), "failed", "Failed"],
    [row({ status: "cancelled" }), "cancelled", "Cancelled"],
    [row({ status: "uploading", staged: true }), "staged", "Not processed"],
    [row({ job: job({ type: "describe_document" }) }), "working", "Naming and tagging"],
    [row({ job: job({ type: "describe_document", status: "pending" }) }), "ready", "Ready"],
  ])("what it is: %#", (given, kind, label) => {
    expect(rowState(given, false)).toMatchObject({ kind, label });
  });

  it("why it waits", () => {
    const waits = row({ status: "uploading", job: job({ status: "pending" }) });
    expect(rowState(waits, false).reason).toBeNull();
    expect(rowState(waits, true).reason).toBe("Waits until reading goes on");
    const full = row({ status: "uploading", job: job({ status: "waiting", error: failed("disk_full") }) });
    expect(rowState(full, false).reason).toBe("“a.pdf” failed.");
    const again = row({ status: "processing", job: job({ status: "scheduled", retry_count: 2 }) });
    expect(rowState(again, false).reason).toBe("Tried 2 times, will be tried again");
  });

  it("what helps", () => {
    expect(helpFor(failed("encrypted"))).toBe("unlock");
    expect(helpFor(failed("wrong_password"))).toBe("unlock");
    expect(helpFor(failed("reader_crashed"))).toBe("retry");
    expect(helpFor(failed("unsupported_type"))).toBe("remove");
    expect(rowState(row({}), false).help).toBeNull();
  });
});
