import { expect, it } from "vitest";
import { findAll } from "./find";

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
