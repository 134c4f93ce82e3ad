import { afterEach, describe, expect, it, vi } from "vitest";
import { caps, KEYS, keysOf, linesOf, moves, partsOf } from "./keys";
import { locale } from "./locale.svelte";
import { onShortcut } from "./shortcuts";

afterEach(() => locale.choose("system", "en-GB"));

const press = (init: KeyboardEventInit) => new KeyboardEvent("keydown", { cancelable: true, ...init });

describe("the table of keys", () => {
  it("gives no key two meanings in one place", () => {
    const places = [
      { view: "inbox" }, { view: "review", id: "a" }, { view: "collections" }, { view: "activity" }, { view: "activity", part: "finished" }, { view: "privacy" },
      { view: "collection", id: "a", tab: "items" }, { view: "collection", id: "a", tab: "deck" }, { view: "ledger", folder: null, fate: null },
    ] as const;
    for (const place of places) {
      for (const { parts } of partsOf(place)) {
        const keys = [...parts, "window" as const].flatMap((part) => Object.values(KEYS[part]).flatMap((line) => [...line.keys] as string[]));
        expect(keys.filter((key, i) => keys.indexOf(key) !== i), place.view).toEqual([]);
      }
    }
  });
  it("shows every key that a handler is bound to", () => {
    const shown = linesOf(["list", "documents"]).flatMap(({ keys }) => keys);
    const walked = moves(0, 10, 5, () => {});
    const nothing = Object.fromEntries(Object.keys(KEYS.documents).map((act) => [act, () => {}])) as unknown as Parameters<typeof keysOf<"documents">>[1];
    expect(Object.keys({ ...walked, ...keysOf("documents", nothing) }).sort()).toEqual([...shown].sort());
  });
  it("walks a list", () => {
    const goTo = vi.fn();
    const keys = moves(3, 10, 40, goTo);
    for (const key of ["arrowdown", "arrowup", "pagedown", "pageup", "home", "end"]) keys[key]?.(press({}));
    expect(goTo.mock.calls.flat()).toEqual([4, 2, 13, -7, 0, 39]);
  });
  it("leaves out what does not apply", () => {
    expect(keysOf("ended", { look: null, again: null })).toEqual({});
  });
  it("names keys as keyboards of the language do", () => {
    expect([caps("mod+shift+z"), caps("+"), caps("alt+arrowup"), caps(" ")]).toEqual([["Ctrl", "Shift", "Z"], ["+"], ["Alt", "↑"], ["Space"]]);
    locale.choose("de", "de-DE");
    expect([caps("mod+shift+z"), caps("home"), caps("pagedown")]).toEqual([["Strg", "Umschalt", "Z"], ["Pos1"], ["Bild ab"]]);
  });
});

describe("a shortcut", () => {
  it("tells undo and redo apart, and a sign from the key it is made with", () => {
    const [undo, redo, help] = [vi.fn(), vi.fn(), vi.fn()];
    const heard = onShortcut({ "mod+z": undo, "mod+shift+z": redo, "?": help });
    heard(press({ key: "z", ctrlKey: true }));
    heard(press({ key: "Z", ctrlKey: true, shiftKey: true }));
    heard(press({ key: "?", shiftKey: true }));
    expect([undo, redo, help].map((one) => one.mock.calls.length)).toEqual([1, 1, 1]);
  });
});
