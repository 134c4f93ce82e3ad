// Every sentence a person reads stands in messages/, a file a language. A key that is not there fails the type check; a
// key that nobody uses or a language lacks, or text written straight into a view, fails scripts/check-messages.mjs.

import de from "../../messages/de.json";
import en from "../../messages/en.json";
import { locale, type Spoken } from "./locale.svelte";
import { phrase } from "./phrases";

export type Key = keyof typeof en;
type Params = Record<string, string | number>;
/** The stems of keys that come in pairs: `stem_one` and `stem_other`. */
export type PluralKey = { [K in Key]: K extends `${infer Stem}_one` ? Stem : never }[Key];

const MESSAGES: Record<Spoken, Record<string, string>> = { en, de };
const PLURALS: Record<Spoken, Intl.PluralRules> = { en: new Intl.PluralRules("en"), de: new Intl.PluralRules("de") };

/** How each locale writes whole numbers: making one takes longer than the rest of a sentence. */
const NUMBERS = new Map<string, Intl.NumberFormat>();

function written(n: number): string {
  const known = NUMBERS.get(locale.tag) ?? new Intl.NumberFormat(locale.tag);
  NUMBERS.set(locale.tag, known);
  return known.format(n);
}

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`The message "${text}" needs {${name}}`);
    return String(value);
  });
}

export function t(key: Key, params: Params = {}): string {
  return fill(MESSAGES[locale.spoken][key] ?? key, params);
}

/** The form of a message that fits `n`. `{n}` is filled in as the locale writes numbers. */
export function tn(key: PluralKey, n: number, params: Params = {}): string {
  const messages = MESSAGES[locale.spoken];
  const form = messages[`${key}_${PLURALS[locale.spoken].select(n)}`] ?? messages[`${key}_other`] ?? key;
  return fill(form, { n: written(n), ...params });
}

type Prefix = "column" | "field" | "type" | "stage" | "step" | "job" | "cause" | "outcome" | "work" | "priority" | "service" | "asked" | "askedtext" | "sort" | "format" | "formattext";

/** A message for a word of the engine (`field_`, `type_`, `cause_`), or the word itself made readable. */
export function word(prefix: Prefix, value: string): string {
  return MESSAGES[locale.spoken][`${prefix}_${value}`] ?? readable(value);
}

function readable(value: string): string {
  const text = value.replaceAll("_", " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence of the engine for a person, in the window's language where it is known there: literals stand in backticks
 * there, in quotes here. */
export function sentence(text: string): string {
  const said = phrase(text, locale.spoken) ?? text;
  return said.replace(/`([^`]+)`/g, locale.spoken === "de" ? "„$1“" : "“$1”");
}

/** What happened and what to do, in one line. */
export function errorText(error: { code?: string; message: string; hint: string } | null | undefined): string {
  return error ? [errorMessage(error), sentence(error.hint)].filter(Boolean).join(" ") : "";
}

/** What happened. Where the engine's sentence is not known in the window's language, its cause leads it in. */
export function errorMessage(error: { code?: string; message: string }): string {
  const cause = MESSAGES[locale.spoken][`cause_${error.code}`];
  const known = phrase(error.message, locale.spoken) !== null;
  return known || !cause ? sentence(error.message) : `${cause}: ${sentence(error.message)}`;
}
