import { afterEach, describe, expect, it } from "vitest";
import { locale } from "./locale.svelte";
import { errorText, sentence } from "./messages";
import { phrase } from "./phrases";

afterEach(() => locale.choose("system", "en-GB"));

describe("what the engine says, in German", () => {
  it("keeps what it fills in", () => {
    expect(phrase("The folder `/home/a/In.box (1)` is not there. Nothing that was taken is lost.", "de")).toBe("Der Ordner `/home/a/In.box (1)` ist nicht da. Nichts Aufgenommenes ist verloren.");
    expect(phrase("The picture is 9000 × 12000 pixels; at most 100 million are decoded.", "de")).toBe("Das Bild hat 9000 × 12000 Pixel; höchstens 100 Millionen werden gelesen.");
  });
  it("puts one sentence into another, and sentences after one another", () => {
    expect(phrase("Page 3 of 7 could not be read, so reading stopped there. The PDF is damaged and could not be opened.", "de"))
      .toBe("Seite 3 von 7 konnte nicht gelesen werden, daher endete das Lesen dort. Das PDF ist beschädigt und konnte nicht geöffnet werden.");
    expect(phrase("6 of 7 pages were read. Page 3 took longer than 30 seconds and was given up.", "de"))
      .toBe("6 von 7 Seiten wurden gelesen. Seite 3 dauerte länger als 30 Sekunden und wurde aufgegeben.");
    expect(phrase("3 items have no picture.", "de")).toBe("3 Artikel haben kein Bild.");
    expect(phrase("`QX-11` has no category.", "de")).toBe("`QX-11` hat keine Kategorie.");
    expect(phrase("Left out, because nothing is written for them: brand history, flagship stores.", "de")).toBe("Weggelassen, weil nichts dazu geschrieben ist: Geschichte der Marke, Flagship-Stores.");
  });
  it("takes no sentence for another one", () => {
    expect(phrase("3 items sing.", "de")).toBeNull();
    expect(phrase("`a.pdf` is new here.", "de")).toBeNull();
    expect(phrase("Anything goes", "de")).toBeNull();
  });
  it("leaves in English what it does not know, led in by its cause", () => {
    locale.choose("de", "de-DE");
    expect(sentence("It matches your rule `*.bak`.")).toBe("Die Datei fällt unter Ihre Regel „*.bak“.");
    expect(errorText({ code: "disk_full", message: "The moon is full.", hint: "Try again." })).toBe("Der Datenträger ist voll: The moon is full. Versuchen Sie es erneut.");
    locale.choose("en", "en-GB");
    expect(errorText({ code: "disk_full", message: "The moon is `full`.", hint: "" })).toBe("The moon is “full”.");
  });
});
