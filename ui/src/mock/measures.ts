// What the pretend queue measured of itself, and what it pretends to have measured last week.

import type { ErrorCode, JobKind, QueueMetrics } from "../lib/model";

type Work = { at: number; pages: number; completed: number; failed: number };

const HOUR = 3_600_000;

export class Measures {
  readonly #work: Work[] = [];
  readonly #stages = new Map<string, { count: number; sum: number; recent: number }>();
  readonly #ends = new Map<string, number>();
  readonly #causes = new Map<ErrorCode, number>();

  page(at: number, stage: string, ms: number): void {
    this.#work.push({ at, pages: 1, completed: 0, failed: 0 });
    this.stage(stage, 1, ms, ms);
  }

  stage(stage: string, count: number, mean: number, recent: number): void {
    const held = this.#stages.get(stage) ?? { count: 0, sum: 0, recent };
    this.#stages.set(stage, {
      count: held.count + count, sum: held.sum + mean * count, recent: held.recent * 0.8 + recent * 0.2,
    });
  }

  ended(at: number, kind: JobKind, outcome: string, code: ErrorCode | null, count = 1): void {
    const key = `${kind} ${outcome}`;
    this.#ends.set(key, (this.#ends.get(key) ?? 0) + count);
    if (code) this.#causes.set(code, (this.#causes.get(code) ?? 0) + count);
    if (outcome === "completed" || outcome === "failed") {
      this.#work.push({ at, pages: 0, completed: 0, failed: 0, [outcome]: count });
    }
  }

  /** A week of office hours with some failures, the same each time. */
  pretend(now: number): void {
    for (let i = 0; i < 2016; i++) {
      const at = now - i * 300_000 - 90_000;
      const hour = new Date(at).getUTCHours();
      const swing = (Math.sin(i * 1.7) + Math.sin(i * 0.23 + 2) + 2) / 4;
      if (hour < 6 || hour > 17 || swing < 0.3) continue;
      const pages = Math.round(swing * 34);
      this.#work.push({ at, pages, completed: Math.ceil(pages / 5), failed: i % 23 === 5 ? 1 : 0 });
    }
    // The last hour is looked at minute by minute.
    for (let i = 2; i < 60; i++) {
      const pages = Math.max(0, Math.round(9 * Math.sin(i * 0.31) + 5 * Math.sin(i * 1.1) + 4));
      if (pages > 0) this.#work.push({ at: now - i * 60_000 + 5000, pages, completed: Math.ceil(pages / 6), failed: 0 });
    }
    this.stage("text_layer", 1204, 38, 34);
    this.stage("ocr", 312, 1424, 1310);
    this.stage("blank", 17, 9, 9);
    this.stage("failed", 4, 12_040, 9800);
    this.stage("describe_document", 188, 214, 206);
    this.stage("read_document", 194, 4310, 3870);
    const ends: [JobKind, string, ErrorCode | null, number][] = [
      ["read_document", "completed", null, 1182], ["describe_document", "completed", null, 1179],
      ["read_document", "retry", "reader_crashed", 14], ["read_document", "retry", "timed_out", 6],
      ["read_document", "failed", "encrypted", 9], ["read_document", "failed", "corrupt", 4],
      ["read_document", "failed", "timed_out", 2], ["read_document", "cancelled", null, 11],
      ["read_document", "interrupted", null, 1],
    ];
    for (const [kind, outcome, code, count] of ends) this.ended(now - 30 * 24 * HOUR, kind, outcome, code, count);
  }

  metrics(now: number, hours: number): QueueMetrics {
    const span_s = hours * 60;
    const count = 60;
    // Whole spans, the running one last.
    const end = Math.ceil(now / (span_s * 1000)) * span_s * 1000;
    const start = end - count * span_s * 1000;
    const spans = Array.from({ length: count }, (_, i) => ({
      at: new Date(start + i * span_s * 1000).toISOString(), pages: 0, completed: 0, failed: 0,
    }));
    for (const work of this.#work) {
      const span = spans[Math.floor((work.at - start) / (span_s * 1000))];
      if (!span) continue;
      span.pages += work.pages;
      span.completed += work.completed;
      span.failed += work.failed;
    }
    return {
      span_s, spans,
      stages: [...this.#stages].map(([stage, { count: n, sum, recent }]) =>
        ({ stage, count: n, mean_ms: sum / n, recent_ms: recent })),
      ends: [...this.#ends].map(([key, n]) => {
        const [kind, outcome] = key.split(" ");
        return { kind: kind as JobKind, outcome: outcome ?? "", count: n };
      }),
      causes: [...this.#causes].map(([code, n]) => ({ code, count: n })).sort((a, b) => b.count - a.count),
    };
  }
}
