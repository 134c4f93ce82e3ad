import { describe, expect, it } from "vitest";
import { fieldValue, formatsFor, usableLocale } from "./format";

const gb = formatsFor("en-GB");

describe("civil dates", () => {
  it("stay the same day in every time zone", () => {
    expect(gb.civilDate("2026-05-12")).toBe("12 May 2026");
    expect(gb.civilDate("2026-01-01")).toBe("1 Jan 2026");
  });
  it("that are none stay as they stand", () => {
    expect(gb.civilDate("2026-02-31")).toBe("2026-02-31");
    expect(gb.civilDate("next week")).toBe("next week");
  });
});

describe("money", () => {
  it("keeps every digit", () => {
    expect(gb.money("90071992547409931.10", "EUR")).toBe("€90,071,992,547,409,931.10");
    expect(gb.money("1340.00", "EUR")).toBe("€1,340.00");
    expect(gb.money("137088.5", "INR")).toBe("₹137,088.5");
  });
  it("puts a space after a sign made of letters", () => {
    expect(gb.money("15.90", "MYR")).toBe("RM\u00a015.90");
  });
  it("writes the sign where the locale does", () => {
    expect(formatsFor("de-DE").money("1340.00", "EUR")).toBe("1.340,00\u00a0€");
  });
  it("shows what is no number or no currency as it stands", () => {
    expect(gb.money("n/a", "EUR")).toBe("n/a");
    expect(gb.money("12.5", "euro")).toBe("12.5");
    expect(gb.money("-8.20", "GBP")).toBe("-£8.20");
  });
});

describe("durations and sizes", () => {
  it("are short", () => {
    expect(gb.duration(42_000)).toBe("0:42");
    expect(gb.duration(3_729_000)).toBe("1:02:09");
    expect(gb.took(812)).toBe("0.8\u00a0s");
    expect(gb.bytes(999)).toBe("999\u00a0B");
    expect(gb.bytes(1_250_000)).toBe("1.3\u00a0MB");
  });
  it("never claim certainty that is not there", () => {
    expect(gb.confidence(0.999)).toBe("99%");
  });
});

describe("field values", () => {
  it("are written by the field's kind", () => {
    expect(fieldValue("vendor", "2026-05-12", null)).toBe("2026-05-12");
    expect(fieldValue("due_date", "2026-05-12", null)).not.toBe("2026-05-12");
    expect(fieldValue("number", "1043", "EUR")).toBe("1043");
  });
});

it("a system without a language is written in English", () => {
  expect(usableLocale("C")).toBe("en");
  expect(usableLocale("de-DE")).toBe("de-DE");
  expect(formatsFor("C").civilDate("2026-05-12")).toBe(formatsFor("en").civilDate("2026-05-12"));
});
