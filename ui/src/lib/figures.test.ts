import { describe, expect, it } from "vitest";
import { axisTop, measured, pagesPerMinute, success, timeMarks } from "./figures";
import type { QueueMetrics, Span } from "./model";

const span = (at: Date, part: Partial<Span> = {}): Span => ({ at: at.toISOString(), pages: 0, completed: 0, failed: 0, ...part });
const spans = (count: number, minutes: number, start = new Date(2026, 4, 12, 9, 3)): Span[] =>
  Array.from({ length: count }, (_, i) => span(new Date(start.getTime() + i * minutes * 60_000)));

it("pages are counted by the minute whatever a span's length", () => {
  expect(pagesPerMinute(span(new Date(), { pages: 30 }), 900)).toBe(2);
  expect(pagesPerMinute(span(new Date(), { pages: 30 }), 0)).toBe(0);
});

it("an axis ends at a round number above the highest column", () => {
  expect([0, 0.4, 1, 1.1, 4.7, 6, 48, 51].map(axisTop)).toEqual([1, 0.5, 1, 2, 5, 10, 50, 100]);
});

it("success is of what ended in the time, and nothing where nothing ended", () => {
  const at = new Date();
  expect(success([span(at, { completed: 3 }), span(at, { completed: 5, failed: 2 })])).toEqual({ completed: 8, failed: 2, share: 0.8 });
  expect(success([span(at)]).share).toBeNull();
});

describe("times under the columns", () => {
  const clocks = (all: Span[], seconds: number) =>
    timeMarks(all, seconds).map((i) => new Date(all[i]?.at ?? "")).map((date) => `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`);

  it("stand at round times of the day", () => {
    expect(clocks(spans(60, 1), 60)).toEqual(["9:10", "9:20", "9:30", "9:40", "9:50", "10:00"]);
    expect(clocks(spans(96, 15, new Date(2026, 4, 12, 9, 0)), 900)).toEqual(["12:00", "16:00", "20:00", "0:00", "4:00", "8:00"]);
  });
  it("are the days of a week, also where a span reaches over midnight", () => {
    expect(timeMarks(spans(84, 120, new Date(2026, 4, 12, 9, 0)), 7200)).toHaveLength(7);
  });
  it("are none where there are no spans", () => {
    expect(timeMarks([], 60)).toEqual([]);
  });
});

it("nothing was measured until something was", () => {
  const none: QueueMetrics = { span_s: 60, spans: spans(3, 1), stages: [], ends: [], causes: [] };
  expect(measured(none)).toBe(false);
  expect(measured({ ...none, stages: [{ stage: "ocr", count: 1, mean_ms: 1, recent_ms: 1 }] })).toBe(true);
});
