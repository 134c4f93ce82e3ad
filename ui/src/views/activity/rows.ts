// Walking lines by keyboard, across the groups that they stand in.

import { moves } from "../../lib/keys";
import { isTyping, runKey, type Shortcuts } from "../../lib/shortcuts";

const lines = (frame: HTMLElement): HTMLElement[] => [...frame.querySelectorAll<HTMLElement>("[role=row][data-line]")];

export function lineOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof HTMLElement ? target.closest<HTMLElement>("[role=row][data-line]") : null;
}

export function focusLine(frame: HTMLElement, key: string | undefined): boolean {
  const line = key === undefined ? undefined : lines(frame).find((other) => other.dataset.line === key);
  line?.focus({ preventScroll: true });
  line?.scrollIntoView({ block: "nearest" });
  return line !== undefined;
}

/** Runs what a key means on the line that has focus. From a line's button Escape leads back to the line. */
export function lineKeys(event: KeyboardEvent, frame: HTMLElement, keys: (line: string) => Shortcuts): void {
  const line = lineOf(event.target);
  const key = line?.dataset.line;
  if (!line || key === undefined || isTyping(event.target)) return;
  if (event.target !== line) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    line.focus();
    return;
  }
  const all = lines(frame);
  const goTo = (to: number) => focusLine(frame, all[Math.max(0, Math.min(all.length - 1, to))]?.dataset.line);
  runKey(event, { ...keys(key), ...moves(all.indexOf(line), 10, all.length, goTo) });
}
