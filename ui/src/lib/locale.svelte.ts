// The language the window speaks, and how it writes numbers and dates. What reads it in a view changes with it at once.

import type { Language } from "./model";

/** A language there are messages in. */
export type Spoken = Exclude<Language, "system">;

/** The person's region kept, in the language spoken: English in Germany writes days and numbers as `en-DE` does. */
function inRegion(spoken: Spoken, system: string): string {
  try {
    const { language, region } = new Intl.Locale(system);
    if (language === spoken) return system;
    return region ? `${spoken}-${region}` : spoken;
  } catch {
    return spoken; // A session without settings names its language `C`, which `Intl` refuses.
  }
}

/** German where the system speaks it, else English. */
export function spokenFor(choice: Language, system: string): Spoken {
  if (choice !== "system") return choice;
  return system.toLowerCase().startsWith("de") ? "de" : "en";
}

class Locale {
  /** The language of messages. */
  spoken: Spoken = $state("en");
  /** The language and region of numbers and dates, as `Intl` takes it. */
  tag: string = $state("en");

  constructor() {
    this.choose("system");
  }

  choose(choice: Language, system: string = typeof navigator === "undefined" ? "en" : navigator.language): void {
    this.spoken = spokenFor(choice, system);
    this.tag = inRegion(this.spoken, system);
  }
}

export const locale = new Locale();
