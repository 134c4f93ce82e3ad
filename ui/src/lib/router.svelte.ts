// Which place the window shows, kept in the address so that a reload comes back to it.

import { FATES, type Fate, type FolderId } from "./model";

export type ActivityPart = "queue" | "finished" | "charts";

export const SECTIONS = ["folders", "types", "providers", "background", "storage", "health", "appearance"] as const;
export type Section = (typeof SECTIONS)[number];

/** In the order they open. */
export const COLLECTION_TABS = ["info", "settings", "items", "deck"] as const;
export type CollectionTab = (typeof COLLECTION_TABS)[number];

export type Place =
  | { view: "inbox" }
  | { view: "collections" }
  | { view: "collection"; id: string; tab?: CollectionTab }
  | { view: "activity"; part?: ActivityPart }
  | { view: "settings"; section?: Section }
  /** What became of the files of one drop folder, or of all. */
  | { view: "ledger"; folder: FolderId | null; fate: Fate | null }
  /** What was sent to services outside this computer. */
  | { view: "privacy" }
  /** Documents that may be one paper. */
  | { view: "duplicates" }
  | { view: "review"; id: string };

export function parsePlace(hash: string): Place {
  const [view, id, more] = hash.replace(/^#\/?/, "").split("/");
  if (view === "review" && id) return { view: "review", id: decodeURIComponent(id) };
  if (view === "collections") {
    if (!id) return { view };
    const tab = COLLECTION_TABS.find((name) => name === more);
    return { view: "collection", id: decodeURIComponent(id), ...(tab && tab !== "info" ? { tab } : {}) };
  }
  if (view === "activity") return id === "finished" || id === "charts" ? { view, part: id } : { view };
  if (view === "settings") {
    const section = SECTIONS.find((name) => name === id);
    return section ? { view, section } : { view };
  }
  if (view === "ledger") {
    const folder = Number(id);
    return { view, folder: Number.isInteger(folder) && folder > 0 ? folder : null, fate: FATES.find((fate) => fate === more) ?? null };
  }
  if (view === "privacy" || view === "duplicates") return { view };
  return { view: "inbox" };
}

export function placeHash(place: Place): string {
  if (place.view === "review") return `#/review/${encodeURIComponent(place.id)}`;
  if (place.view === "collection") return `#/collections/${encodeURIComponent(place.id)}${place.tab && place.tab !== "info" ? `/${place.tab}` : ""}`;
  if (place.view === "settings" && place.section) return `#/settings/${place.section}`;
  if (place.view === "ledger") return `#/ledger/${place.folder ?? "all"}${place.fate ? `/${place.fate}` : ""}`;
  return place.view === "activity" && place.part && place.part !== "queue" ? `#/activity/${place.part}` : `#/${place.view}`;
}

export class Router {
  place: Place = $state({ view: "inbox" });

  /** Follows the address until the answer is called. */
  start(): () => void {
    const follow = () => (this.place = parsePlace(location.hash));
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }

  go(place: Place, replace = false): void {
    const hash = placeHash(place);
    if (location.hash !== hash) {
      if (replace) history.replaceState(null, "", hash);
      else history.pushState(null, "", hash);
    }
    this.place = place;
  }
}
