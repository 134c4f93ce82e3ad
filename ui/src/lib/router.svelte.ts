// Which place the window shows, kept in the address so that a reload comes back to it.

export type ActivityPart = "queue" | "finished" | "charts";

export type Place =
  | { view: "inbox" }
  | { view: "activity"; part?: ActivityPart }
  | { view: "settings" }
  | { view: "review"; id: string };

export function parsePlace(hash: string): Place {
  const [view, id] = hash.replace(/^#\/?/, "").split("/");
  if (view === "review" && id) return { view: "review", id: decodeURIComponent(id) };
  if (view === "activity") return id === "finished" || id === "charts" ? { view, part: id } : { view };
  if (view === "settings") return { view };
  return { view: "inbox" };
}

export function placeHash(place: Place): string {
  if (place.view === "review") return `#/review/${encodeURIComponent(place.id)}`;
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
