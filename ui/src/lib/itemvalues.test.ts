import { describe, expect, it } from "vitest";
import { cellName, decimalOf, saidText, typedPrice } from "./itemvalues";

describe("prices", () => {
  it("are whole numbers of the smallest unit, written with the currency's digits", () => {
    expect([decimalOf(13405, "EUR"), decimalOf(5, "USD"), decimalOf(-250, null), decimalOf(12000, "JPY"), decimalOf(1, "KWD")])
      .toEqual(["134.05", "0.05", "-2.50", "12000", "0.001"]);
  });

  it("of an edit are written whole, and other values as they are", () => {
    expect([saidText("wholesale", "50", null), saidText("rrp", "12000", "JPY").replace(/\D/g, ""), saidText("name", "50", "EUR"), saidText("rrp", null, "EUR")])
      .toEqual(["50.00", "12000", "50", ""]);
  });

  it("are taken as people of many places type them", () => {
    for (const [typed, read] of [
      ["48", "48"], ["48.5", "48.5"], ["48,50", "48.50"], ["€ 1,234.50", "1234.50"], ["1.234,50 €", "1234.50"], ["1,234", "1234"], ["1 234,50", "1234.50"], ["", ""], ["much", "much"],
    ] as const) expect(typedPrice(typed), typed).toBe(read);
  });
});

it("cells are named as a sheet names them", () => {
  expect([cellName(0, 0), cellName(11, 25), cellName(4, 26), cellName(0, 701), cellName(0, 702)]).toEqual(["A1", "Z12", "AA5", "ZZ1", "AAA1"]);
});
