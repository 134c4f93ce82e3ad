// Every key of the window, in one table: handlers are bound to it with `keysOf`, which the type check holds to one act
// for each line, and the sheet behind `?` shows it. A part is a place, or a thing in it that can have focus.

import { locale } from "./locale.svelte";
import { type Key, t } from "./messages";
import type { Place } from "./router.svelte";

type Line = { text: Key; keys: readonly string[] };

/** Lines of a list, wherever one stands. */
const MOVES = {
  down: { text: "keys_move", keys: ["arrowdown"] }, up: { text: "keys_move", keys: ["arrowup"] },
  pageDown: { text: "keys_page", keys: ["pagedown"] }, pageUp: { text: "keys_page", keys: ["pageup"] },
  first: { text: "keys_ends", keys: ["home"] }, last: { text: "keys_ends", keys: ["end"] },
} as const satisfies Record<string, Line>;

/** `mod` is Ctrl, or Command on a Mac. Lines with the same text are shown as one. */
export const KEYS = {
  window: {
    inbox: { text: "place_inbox", keys: ["mod+1"] },
    review: { text: "keys_last_document", keys: ["mod+2"] },
    collections: { text: "place_collections", keys: ["mod+3"] },
    activity: { text: "place_activity", keys: ["mod+4"] },
    settings: { text: "place_settings", keys: ["mod+5", "mod+,"] },
    add: { text: "act_add_files", keys: ["mod+o"] },
    paste: { text: "act_paste", keys: ["mod+v"] },
    rail: { text: "keys_rail", keys: ["mod+b"] },
    help: { text: "keys_title", keys: ["?"] },
  },
  list: MOVES,
  inbox: { search: { text: "search_label", keys: ["/", "mod+k", "mod+f"] } },
  documents: {
    open: { text: "act_open", keys: ["enter"] },
    choose: { text: "keys_choose", keys: [" "] },
    chooseDown: { text: "keys_choose_more", keys: ["shift+arrowdown"] },
    chooseUp: { text: "keys_choose_more", keys: ["shift+arrowup"] },
    chooseAll: { text: "act_select_all", keys: ["mod+a"] },
    chooseNone: { text: "act_select_none", keys: ["escape"] },
    again: { text: "keys_again_or_restore", keys: ["r"] },
    process: { text: "act_process", keys: ["p"] },
    unlock: { text: "act_unlock", keys: ["u"] },
    cancel: { text: "act_cancel", keys: ["c"] },
    remove: { text: "act_remove", keys: ["delete", "backspace"] },
  },
  review: {
    next: { text: "keys_next_document", keys: ["j"] },
    previous: { text: "keys_previous_document", keys: ["k"] },
    toCheck: { text: "keys_to_check", keys: ["n"] },
    edit: { text: "keys_edit_value", keys: ["e"] },
    acceptAll: { text: "act_accept_all", keys: ["mod+enter"] },
    undo: { text: "act_undo", keys: ["mod+z"] },
    redo: { text: "keys_redo", keys: ["mod+shift+z", "mod+y"] },
    find: { text: "find_label", keys: ["mod+f"] },
    pageNext: { text: "keys_page_next", keys: ["pagedown"] },
    pagePrevious: { text: "keys_page_previous", keys: ["pageup"] },
    back: { text: "act_back", keys: ["escape", "alt+arrowleft"] },
  },
  strip: {
    next: { text: "keys_page_next", keys: ["arrowdown"] },
    previous: { text: "keys_page_previous", keys: ["arrowup"] },
    earlier: { text: "keys_shift", keys: ["alt+arrowup"] },
    later: { text: "keys_shift", keys: ["alt+arrowdown"] },
    takeOut: { text: "act_take_out", keys: ["delete"] },
  },
  lines: {
    add: { text: "act_add_line", keys: ["enter"] },
    save: { text: "act_save", keys: ["mod+enter"] },
    discard: { text: "act_stop_editing", keys: ["escape"] },
  },
  page: {
    turn: { text: "act_turn", keys: ["r"] },
    larger: { text: "keys_larger", keys: ["+", "="] },
    smaller: { text: "keys_smaller", keys: ["-"] },
    fit: { text: "keys_fit", keys: ["0"] },
  },
  jobs: {
    look: { text: "keys_details", keys: ["enter"] },
    pauseOrResume: { text: "keys_pause", keys: ["p"] },
    top: { text: "act_top", keys: ["t"] },
    again: { text: "act_retry", keys: ["r"] },
    cancel: { text: "act_stop", keys: ["delete", "backspace"] },
  },
  causes: {
    toggle: { text: "keys_unfold", keys: ["enter"] },
    open: { text: "keys_unfold", keys: ["arrowright"] },
    close: { text: "keys_unfold", keys: ["arrowleft"] },
    again: { text: "act_retry_these", keys: ["r"] },
  },
  ended: { look: { text: "keys_details", keys: ["enter"] }, again: { text: "act_retry", keys: ["r"] } },
  ledger: { open: { text: "act_open_document", keys: ["enter"] } },
  back: { back: { text: "keys_back", keys: ["escape", "alt+arrowleft"] } },
  collections: { create: { text: "act_new_collection", keys: ["n"] } },
  cards: { remove: { text: "act_remove", keys: ["delete"] } },
  items: {
    search: { text: "items_search", keys: ["/", "mod+f"] },
    unmatched: { text: "drawer_label", keys: ["u"] },
    undo: { text: "act_undo", keys: ["mod+z"] },
  },
  rows: {
    values: { text: "act_all_values", keys: ["enter"] },
    choose: { text: "keys_choose", keys: [" "] },
    chooseDown: { text: "keys_choose_more", keys: ["shift+arrowdown"] },
    chooseUp: { text: "keys_choose_more", keys: ["shift+arrowup"] },
    chooseAll: { text: "act_select_all", keys: ["mod+a"] },
    chooseNone: { text: "act_select_none", keys: ["escape"] },
    included: { text: "key_included", keys: ["i"] },
    highlighted: { text: "key_highlighted", keys: ["h"] },
    name: { text: "key_name", keys: ["e", "f2"] },
    category: { text: "key_category", keys: ["c"] },
    sizes: { text: "key_sizes", keys: ["z"] },
    wholesale: { text: "key_wholesale", keys: ["w"] },
    rrp: { text: "key_rrp", keys: ["r"] },
    photo: { text: "key_photo", keys: ["p"] },
    source: { text: "act_show_source", keys: ["s"] },
    earlier: { text: "keys_shift", keys: ["alt+arrowup"] },
    later: { text: "keys_shift", keys: ["alt+arrowdown"] },
  },
  deck: { undo: { text: "act_undo", keys: ["mod+z"] } },
  slides: {
    right: { text: "keys_move", keys: ["arrowright"] }, left: { text: "keys_move", keys: ["arrowleft"] },
    down: { text: "keys_move", keys: ["arrowdown"] }, up: { text: "keys_move", keys: ["arrowup"] },
    first: { text: "keys_ends", keys: ["home"] }, last: { text: "keys_ends", keys: ["end"] },
    open: { text: "keys_large", keys: ["enter", " "] },
    hide: { text: "keys_hide_slide", keys: ["h"] },
    earlier: { text: "keys_shift", keys: ["alt+arrowup", "alt+arrowleft"] },
    later: { text: "keys_shift", keys: ["alt+arrowdown", "alt+arrowright"] },
  },
} as const satisfies Record<string, Record<string, Line>>;

export type Part = keyof typeof KEYS;
type Acts<P extends Part> = { [A in keyof (typeof KEYS)[P]]: ((event: KeyboardEvent) => void) | null };

/** The handler of each key of a part. Every act of the table is named; one that does not apply just now is null. */
export function keysOf<P extends Part>(part: P, acts: Acts<P>): Record<string, (event: KeyboardEvent) => void> {
  const bound: Record<string, (event: KeyboardEvent) => void> = {};
  for (const [act, { keys }] of Object.entries(KEYS[part]) as [keyof Acts<P>, Line][]) {
    const run = acts[act];
    if (run) for (const key of keys) bound[key] = run;
  }
  return bound;
}

/** The keys that walk a list's lines. */
export function moves(at: number, page: number, count: number, goTo: (line: number) => void): Record<string, (event: KeyboardEvent) => void> {
  return keysOf("list", {
    down: () => goTo(at + 1), up: () => goTo(at - 1), pageDown: () => goTo(at + page), pageUp: () => goTo(at - page), first: () => goTo(0), last: () => goTo(count - 1),
  });
}

type Shown = { title: Key; parts: Part[] };

/** What has keys where the window is. */
export function partsOf(place: Place): Shown[] {
  switch (place.view) {
    case "inbox":
      return [{ title: "place_inbox", parts: ["inbox", "list", "documents"] }];
    case "review":
      return [{ title: "place_review", parts: ["review", "page"] }, { title: "strip_label", parts: ["strip"] }, { title: "keys_line_items", parts: ["lines"] }];
    case "collections":
      return [{ title: "place_collections", parts: ["collections", "cards"] }];
    case "collection":
      if (place.tab === "items") return [{ title: "tab_items", parts: ["items", "list", "rows"] }];
      if (place.tab === "deck") return [{ title: "tab_deck", parts: ["deck", "slides"] }];
      return place.tab === "settings" ? [{ title: "tab_deck_settings", parts: ["deck"] }] : [];
    case "activity":
      if (place.part === "charts") return [];
      if (place.part === "finished") return [{ title: "tab_finished", parts: ["list", "ended"] }];
      return [{ title: "tab_queue", parts: ["list", "jobs"] }, { title: "group_failed", parts: ["causes"] }];
    case "ledger":
      return [{ title: "ledger_title", parts: ["back", "list", "ledger"] }];
    case "privacy":
      return [{ title: "privacy_title", parts: ["back"] }];
    case "duplicates":
    case "settings":
      return [];
  }
}

/** The lines of these parts for the sheet: a text, and every key that does it. */
export function linesOf(parts: Part[]): { text: string; keys: string[] }[] {
  const lines = new Map<Key, string[]>();
  for (const part of parts) for (const { text, keys } of Object.values(KEYS[part]) as Line[]) lines.set(text, [...(lines.get(text) ?? []), ...keys]);
  return [...lines].map(([text, keys]) => ({ text: t(text), keys }));
}

const SIGNS: Record<string, string> = { arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→", "-": "−" };
const CAPS: Record<string, Key> = {
  mod: "keycap_ctrl", alt: "keycap_alt", shift: "keycap_shift", enter: "keycap_enter", escape: "keycap_escape", " ": "keycap_space", delete: "keycap_delete",
  backspace: "keycap_backspace", home: "keycap_home", end: "keycap_end", pageup: "keycap_pageup", pagedown: "keycap_pagedown",
};

/** What is printed on the keys of `mod+z`, in the language of the window. */
export function caps(key: string): string[] {
  const parts = key === "+" ? ["+"] : key.split("+");
  return parts.map((part) => {
    if (part === "mod" && typeof navigator !== "undefined" && /mac/i.test(navigator.userAgent)) return "⌘";
    const cap = CAPS[part];
    return cap ? t(cap) : (SIGNS[part] ?? part.toLocaleUpperCase(locale.tag));
  });
}
