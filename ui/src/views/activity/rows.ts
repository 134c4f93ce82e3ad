// Walking lines by keyboard, across the groups that they stand in.

import { isTyping, keyName } from "../../lib/shortcuts";

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

/** The line that an arrow key leads to. */
export function nextLine(frame: HTMLElement, key: string | undefined, pressed: string): string | undefined {
  const all = lines(frame);
  const at = all.findIndex((line) => line.dataset.line === key);
  const to = { arrowdown: at + 1, arrowup: at - 1, home: 0, end: all.length - 1, pagedown: at + 10, pageup: at - 10 }[pressed];
  if (to === undefined) return undefined;
  return all[Math.max(0, Math.min(all.length - 1, to))]?.dataset.line;
}

/** Runs what a key means on the line that has focus. From a line's button Escape leads back to the line. */
export function lineKeys(event: KeyboardEvent, frame: HTMLElement, keys: (line: string) => Record<string, () => void>): void {
  const line = lineOf(event.target);
  const key = line?.dataset.line;
  if (!line || key === undefined || isTyping(event.target)) return;
  const name = keyName(event);
  if (event.target !== line) {
    if (name !== "escape") return;
    event.stopPropagation();
    line.focus();
    return;
  }
  const to = nextLine(frame, key, name);
  const run = to === undefined ? keys(key)[name] : () => focusLine(frame, to);
  if (!run) return;
  event.preventDefault();
  event.stopPropagation();
  run();
}
