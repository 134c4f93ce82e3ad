// Numbers, money, dates and durations, each written in one place. A civil date (`YYYY-MM-DD`, an invoice's date) is a
// day without a time zone and never becomes an instant; an instant (RFC 3339) is shown in the person's own zone.

import { locale as chosen } from "./locale.svelte";

const DASH = "–";

export type Formats = ReturnType<typeof formatsFor>;

/** The system's language where it is one: a session without settings names the language `C`, which `Intl` refuses. */
export function usableLocale(name: string | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(name)[0];
  } catch {
    return "en";
  }
}

export function formatsFor(name: string | undefined) {
  const locale = usableLocale(name);
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const moment = new Intl.DateTimeFormat(locale, {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
  });
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  // A log counts to 24 wherever it is read: its times stand in a column.
  const second = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric" });
  const integer = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

  function civilDate(text: string): string {
    const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
    if (!match) return text;
    const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
    const instant = new Date(Date.UTC(year, month - 1, date));
    const real = instant.getUTCMonth() === month - 1 && instant.getUTCDate() === date;
    return real ? day.format(instant) : text;
  }

  const point = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 }).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";

  const signs = new Map<string, { sign: string; first: boolean; space: string }>();
  /** How a currency stands beside its amount. Asked for with every row of a list. */
  function signOf(currency: string): { sign: string; first: boolean; space: string } {
    const known = signs.get(currency);
    if (known) return known;
    const parts = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0);
    const sign = parts.find((part) => part.type === "currency")?.value ?? currency;
    const space = parts.some((part) => part.type === "literal") || /[A-Za-z]$/.test(sign) ? "\u00a0" : "";
    const found = { sign, first: parts[0]?.type === "currency", space };
    signs.set(currency, found);
    return found;
  }

  /** A decimal string, never passed through binary floating point. */
  function decimal(text: string): string {
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (!match) return text;
    const whole = integer.format(BigInt(match[2] ?? "0"));
    return `${match[1]}${whole}${match[3] ? point + match[3] : ""}`;
  }

  /** The amount with its currency's sign; the decimals stay as they stand. */
  function money(amount: string, currency: string | null): string {
    const number = decimal(amount);
    if (number === amount && !/^-?\d/.test(amount)) return amount;
    if (!currency || !/^[A-Z]{3}$/.test(currency)) return number;
    const { sign, first, space } = signOf(currency);
    const minus = number.startsWith("-") ? "-" : "";
    const bare = number.slice(minus.length);
    return first ? `${minus}${sign}${space}${bare}` : `${minus}${bare}${space}${sign}`;
  }

  /** `2026-05` as people write it. */
  function month(text: string): string {
    const match = /^(\d{4})-(\d{2})$/.exec(text);
    if (!match) return text;
    return new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, 1)));
  }

  function instant(text: string): string {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? text : moment.format(date);
  }

  /** The time of day for today, else the day too. */
  function recent(text: string, now: Date = new Date()): string {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) return text;
    return date.toDateString() === now.toDateString() ? clock.format(date) : moment.format(date);
  }

  /** `0:42`, `12:05`, `1:02:09`. */
  function duration(ms: number): string {
    const seconds = Math.max(0, Math.round(ms / 1000));
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (n: number) => String(n).padStart(2, "0");
    return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  }

  /** `45s`, `2m 30s`, `1h 5m`. */
  function spelled(ms: number): string {
    const seconds = Math.max(0, Math.round(ms / 1000));
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const of = (n: number, unit: string) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "narrow" }).format(n);
    if (h > 0) return `${of(h, "hour")} ${of(m, "minute")}`;
    return m > 0 ? `${of(m, "minute")} ${of(s, "second")}` : of(s, "second");
  }

  /** What is left; a thing under way never says that nothing is. */
  function left(ms: number): string {
    return duration(Math.max(1000, ms));
  }

  /** `12 s` under a minute, else as {@link duration}: what is counted down is never past. */
  function countdown(ms: number): string {
    const seconds = Math.max(1, Math.ceil(ms / 1000));
    return seconds < 60 ? `${integer.format(seconds)}\u00a0s` : duration(seconds * 1000);
  }

  /** `34 ms`, `1.4 s`, `48 s`, `12:05`. */
  function measured(ms: number): string {
    if (ms < 1000) return `${integer.format(Math.round(ms))}\u00a0ms`;
    return ms >= 10_000 && ms < 60_000 ? `${integer.format(Math.round(ms / 1000))}\u00a0s` : took(ms);
  }

  /** The time of day to the second. */
  function time(text: string): string {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? text : second.format(date);
  }

  /** `0.8 s` under ten seconds, else as {@link duration}. */
  function took(ms: number): string {
    return ms < 10_000 ? `${tenth.format(ms / 1000)}\u00a0s` : duration(ms);
  }

  function bytes(size: number): string {
    let [value, unit] = [size, 0];
    const units = ["B", "kB", "MB", "GB", "TB"];
    while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
    return `${unit === 0 ? integer.format(value) : tenth.format(value)}\u00a0${units[unit]}`;
  }

  /** Millionths of an account's currency, which is not known: no sign. Small sums keep their digits. */
  function cost(micros: number): string {
    return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: micros < 100_000 ? 4 : 2 }).format(micros / 1_000_000);
  }

  function language(code: string): string {
    try {
      return new Intl.DisplayNames(locale, { type: "language" }).of(code) ?? code;
    } catch {
      return code;
    }
  }

  return {
    civilDate, decimal, money, month, instant, recent, duration, spelled, left, took, countdown, measured, time, bytes, cost, language,
    clock: (text: string) => clock.format(new Date(text)),
    weekday: (text: string) => weekday.format(new Date(text)),
    count: (n: number) => integer.format(n),
    /** With one decimal. */
    rate: (n: number) => tenth.format(n),
    percent: (share: number) => percent.format(share),
    /** Rounded down, so that 100 % means certain. */
    confidence: (share: number) => percent.format(Math.floor(share * 100) / 100),
    none: DASH,
  };
}

const made = new Map<string, Formats>();

/** The formats of the window's language: each use asks for the language again, so a view changes with it. */
export const format: Formats = new Proxy({} as Formats, {
  get(_, name: keyof Formats) {
    let formats = made.get(chosen.tag);
    if (!formats) made.set(chosen.tag, (formats = formatsFor(chosen.tag)));
    return formats[name];
  },
});

const MONEY = new Set([
  "total", "subtotal", "tax", "amount", "unit_price", "unit_cost", "retail", "cgst", "sgst", "igst", "taxable_value",
  "discount",
]);
const DATE = /(^|_)date$|^valid_until$|^start_ship$/;
const COUNT = new Set(["quantity", "total_units", "tasks_count", "tasks_done"]);

/** A field's normalised value as people write it. */
export function fieldValue(name: string, value: string, currency: string | null): string {
  if (DATE.test(name)) return format.civilDate(value);
  if (MONEY.has(name)) return format.money(value, name === "total" || name === "subtotal" ? currency : null);
  if (COUNT.has(name)) return format.decimal(value);
  return value;
}

export function isNumeric(name: string): boolean {
  return MONEY.has(name) || COUNT.has(name) || name === "tax_rate";
}
