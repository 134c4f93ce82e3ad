// Arithmetic of the charts: what is drawn, without how.

import type { QueueMetrics, Span } from "./model";

/** Whether there is anything to draw. */
export function measured(metrics: QueueMetrics): boolean {
  return metrics.spans.some((span) => span.pages + span.completed + span.failed > 0)
    || metrics.stages.some((stage) => stage.count > 0) || metrics.ends.length > 0;
}

export function pagesPerMinute(span: Span, spanSeconds: number): number {
  return spanSeconds > 0 ? (span.pages * 60) / spanSeconds : 0;
}

/** The round number to end an axis at: 1, 2 or 5 times a power of ten, and at least `max`. */
export function axisTop(max: number): number {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= max - 1e-9) ?? 10;
  return step * power;
}

export type Success = { completed: number; failed: number; share: number | null };

/** How many jobs of these spans ended well. */
export function success(spans: Span[]): Success {
  const completed = spans.reduce((sum, span) => sum + span.completed, 0);
  const failed = spans.reduce((sum, span) => sum + span.failed, 0);
  const all = completed + failed;
  return { completed, failed, share: all > 0 ? completed / all : null };
}

const MARKS_MIN = [1, 5, 10, 30, 60, 240, 1440];

/** The spans to write a time under: where a round time of day begins, some six to eight of them. */
export function timeMarks(spans: Span[], spanSeconds: number): number[] {
  const length = (spans.length * spanSeconds) / 60;
  const step = MARKS_MIN.find((minutes) => length / minutes <= 8) ?? 1440;
  const round = (at: string): number => {
    const date = new Date(at);
    const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 60_000;
    return Math.floor((day + date.getHours() * 60 + date.getMinutes()) / step);
  };
  return spans.flatMap((span, i) => {
    const before = spans[i - 1];
    return before && round(before.at) !== round(span.at) ? [i] : [];
  });
}
