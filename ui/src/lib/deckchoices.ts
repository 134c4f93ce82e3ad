// The choices of a deck's settings, in words.

import type {
  CurrencyMark, DeckFields, DeckFormat, DeckLanguage, DeckPreset, DeckSlides, DeckSort, DeckTexts, DeckTheme, Grouping, ImageFit,
  NumberFormat, PerSlide, PriceDisplay, SlideFormat,
} from "./deck";
import { t } from "./messages";

type Choices<T extends string> = { value: T; label: string }[];

export const presets = (): Choices<DeckPreset> => [
  { value: "sell_in", label: t("preset_sell_in") }, { value: "customer_safe", label: t("preset_customer_safe") },
  { value: "store_training", label: t("preset_store_training") }, { value: "internal_buy", label: t("preset_internal_buy") },
];
export const themes = (): Choices<DeckTheme> => [
  { value: "quiet", label: t("theme_quiet") }, { value: "editorial", label: t("theme_editorial") }, { value: "grid", label: t("theme_grid") },
];
export const formats = (): Choices<SlideFormat> => [
  { value: "wide", label: "16:9" }, { value: "standard", label: "4:3" }, { value: "a4", label: t("paper_a4") }, { value: "a4_portrait", label: t("paper_a4_portrait") },
  { value: "letter", label: t("paper_letter") }, { value: "letter_portrait", label: t("paper_letter_portrait") },
];
export const perSlide = (): Choices<PerSlide> => [
  { value: "one", label: "1" }, { value: "two", label: "2" }, { value: "three", label: "3" }, { value: "four", label: "4" }, { value: "six", label: "6" },
  { value: "nine", label: "9" }, { value: "table", label: t("per_table") },
];
export const fits = (): Choices<ImageFit> => [
  { value: "contain", label: t("fit_contain") }, { value: "crop", label: t("fit_crop") }, { value: "trim_white", label: t("fit_trim") },
];
/** Without those that show what the buyer pays where the deck must not. */
export const priceChoices = (safe: boolean): Choices<PriceDisplay> => [
  { value: "none", label: t("prices_none") }, ...(safe ? [] : [{ value: "wholesale" as const, label: t("key_wholesale") }]), { value: "rrp", label: t("key_rrp") },
  ...(safe ? [] : [{ value: "both" as const, label: t("prices_both") }, { value: "margin" as const, label: t("prices_margin") }]),
];
export const groupings = (): Choices<Grouping> => [
  { value: "subcategory", label: t("grouping_subcategory") }, { value: "category", label: t("grouping_category") }, { value: "none", label: t("grouping_none") },
];
export const sorts = (): Choices<DeckSort> => [
  { value: "manual", label: t("sort_by_hand") }, { value: "style_number", label: t("sort_by_style") }, { value: "name", label: t("sort_by_name") }, { value: "price", label: t("sort_by_price") },
  { value: "delivery", label: t("sort_by_delivery") }, { value: "order", label: t("sort_by_order") }, { value: "units", label: t("sort_by_units") },
];
/** Each in its own words. */
export const languages = (): Choices<DeckLanguage> => [
  { value: "en", label: "English" }, { value: "fr", label: "Français" }, { value: "de", label: "Deutsch" }, { value: "it", label: "Italiano" },
  { value: "es", label: "Español" }, { value: "zh", label: "中文" }, { value: "ja", label: "日本語" },
];
export const marks = (): Choices<CurrencyMark> => [{ value: "symbol", label: "€120.00" }, { value: "code", label: "EUR 120.00" }];
export const numbers = (): Choices<NumberFormat> => [
  { value: "language", label: t("numbers_language") }, { value: "comma", label: "1,234.50" }, { value: "point", label: "1.234,50" },
  { value: "space", label: "1 234,50" }, { value: "apostrophe", label: "1'234.50" },
];
export const fields = (): Choices<keyof DeckFields> => [
  { value: "name", label: t("key_name") }, { value: "style_number", label: t("key_style_number") }, { value: "colour", label: t("key_colour") }, { value: "sizes", label: t("key_sizes") },
  { value: "material", label: t("key_material") }, { value: "origin", label: t("key_origin") }, { value: "description", label: t("key_description") },
  { value: "sales_talk", label: t("key_sales_talk") }, { value: "units", label: t("deck_units") }, { value: "more_photos", label: t("deck_more_photos") },
];
/** A slide with the text it says, where a person writes it. */
export const slides = (): { value: keyof DeckSlides; label: string; text: keyof DeckTexts | null }[] => [
  { value: "cover", label: t("slide_cover"), text: null }, { value: "index", label: t("slide_index"), text: null },
  { value: "brand_introduction", label: t("slide_brand_introduction"), text: "brand_introduction" }, { value: "brand_history", label: t("slide_brand_history"), text: "brand_history" },
  { value: "brand_values", label: t("slide_brand_values"), text: "brand_values" }, { value: "brand_personality", label: t("slide_brand_personality"), text: "brand_personality" },
  { value: "flagship_stores", label: t("slide_flagship_stores"), text: "flagship_stores" },
  { value: "collection_introduction", label: t("slide_collection_introduction"), text: "collection_introduction" },
  { value: "core_collection", label: t("slide_core_collection"), text: "core_collection" }, { value: "dividers", label: t("slide_dividers"), text: null },
  { value: "order_summary", label: t("slide_order_summary"), text: null }, { value: "order_table", label: t("slide_order_table"), text: null },
  { value: "terms", label: t("slide_terms"), text: "terms" },
];
export const files = (): Choices<DeckFormat> => [
  { value: "pptx", label: t("file_pptx") }, { value: "pdf", label: t("file_pdf") }, { value: "xlsx", label: t("file_xlsx") }, { value: "images", label: t("file_images") },
];
export const labelOf = <T extends string>(choices: Choices<T>, value: T): string => choices.find((one) => one.value === value)?.label ?? value;
