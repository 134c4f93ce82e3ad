// Keys of the window. A key does nothing while a person types, while a dialog is open, or where another handler took it.

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** `mod+k`, `mod+shift+z`, `shift+tab`, `j`, `?`: `mod` is Ctrl, or Command on a Mac. */
export function keyName(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("mod");
  if (event.altKey) parts.push("alt");
  const key = event.key.toLowerCase();
  // Shift is a part of a sign (`?`), and a key of its own beside Ctrl and with named keys.
  if (event.shiftKey && (key.length > 1 || (parts.length > 0 && /[a-z]/.test(key)))) parts.push("shift");
  parts.push(key);
  return parts.join("+");
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

export function dialogOpen(): boolean {
  return document.querySelector("dialog[open]") !== null;
}

/** What the system does in a field of text stays there. */
const NOT_TYPING = new Set(["mod+v", "mod+z", "mod+shift+z", "mod+y", "mod+a"]);

/** The handler to put on the window. Keys with `mod` work while typing too. */
export function onShortcut(shortcuts: Shortcuts): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.defaultPrevented || event.isComposing || dialogOpen()) return;
    const name = keyName(event);
    const run = shortcuts[name];
    if (!run || (isTyping(event.target) && (!name.startsWith("mod+") || NOT_TYPING.has(name)))) return;
    event.preventDefault();
    run(event);
  };
}

/** Runs what a key means on the thing that has focus; nobody else hears of it then. */
export function runKey(event: KeyboardEvent, shortcuts: Shortcuts): void {
  const run = shortcuts[keyName(event)];
  if (!run) return;
  event.preventDefault();
  event.stopPropagation();
  run(event);
}
