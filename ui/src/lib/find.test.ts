import { expect, it } from "vitest";
import { findAll, findAny } from "./find";

it("finds a phrase across line breaks and without regard to case", () => {
  const pieces = findAll("Linen shirt\nlinen\nSHIRT (x)", "linen shirt");
  expect(pieces.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(["Linen shirt", "linen\nSHIRT"]);
  expect(pieces.map((piece) => piece.text).join("")).toBe("Linen shirt\nlinen\nSHIRT (x)");
});

it("takes signs as they stand, and nothing as nothing", () => {
  expect(findAll("a.b a+b (x)", "(x)").filter((piece) => piece.hit)).toHaveLength(1);
  expect(findAll("axb", "a.b").some((piece) => piece.hit)).toBe(false);
  expect(findAll("text", "  ")).toEqual([{ text: "text", hit: 0 }]);
});

const marked = (text: string, search: string) => findAny(text, search).filter((piece) => piece.hit).map((piece) => piece.text);

it("marks what was found and nothing that only begins like a part of it", () => {
  expect(marked("T-shirt, two shirts, the total", "T-shirt ")).toEqual(["T-shirt"]);
  expect(marked("INV-2024-001 of 2024, inventory 0010", "INV-2024-001 ")).toEqual(["INV-2024-001"]);
  expect(marked("INV-2024-001 and 2024", "2024 ")).toEqual(["2024", "2024"]);
  expect(marked("Velora and velvet", "vel")).toEqual(["Vel", "vel"]);
  expect(marked("Velora and velvet", "velvet ")).toEqual(["velvet"]);
  expect(marked("Velora and velvet", "velo* ")).toEqual(["Velo"]);
});

it("marks phrases, folded letters and no filters", () => {
  expect(marked("a corner wardrobe in the corner", '"corner wardrobe"')).toEqual(["corner wardrobe"]);
  expect(marked("Größe der Straße", "strasse ")).toEqual(["Straße"]);
  expect(marked("Café Strasse", "cafe straße ")).toEqual(["Café", "Strasse"]);
  expect(marked("an invoice, a draft", "type:invoice -draft ")).toEqual([]);
});
