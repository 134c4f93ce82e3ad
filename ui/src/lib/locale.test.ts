import { afterEach, describe, expect, it } from "vitest";
import { format } from "./format";
import { locale, spokenFor } from "./locale.svelte";
import { t, tn, word } from "./messages";

afterEach(() => locale.choose("system", "en-GB"));

describe("the language", () => {
  it("is the system's where there are messages in it", () => {
    expect([spokenFor("system", "de-AT"), spokenFor("system", "fr-FR"), spokenFor("de", "en-US"), spokenFor("en", "de-DE")]).toEqual(["de", "en", "de", "en"]);
  });
  it("keeps the person's region for numbers and dates", () => {
    locale.choose("system", "de-AT");
    expect(locale.tag).toBe("de-AT");
    locale.choose("en", "de-DE");
    expect(locale.tag).toBe("en-DE");
    locale.choose("de", "C");
    expect(locale.tag).toBe("de");
  });
  it("changes messages, plurals, words of the engine, numbers, dates and money", () => {
    const said = () => [t("place_inbox"), tn("pages", 1), tn("pages", 1204), word("field", "due_date"), format.count(1204), format.civilDate("2026-05-12"), format.money("1340.00", "EUR")];
    locale.choose("en", "en-GB");
    expect(said()).toEqual(["Inbox", "1 page", "1,204 pages", "Due date", "1,204", "12 May 2026", "€1,340.00"]);
    locale.choose("de", "de-DE");
    expect(said()).toEqual(["Eingang", "1 Seite", "1.204 Seiten", "Fällig am", "1.204", "12. Mai 2026", "1.340,00\u00a0€"]);
  });
});
