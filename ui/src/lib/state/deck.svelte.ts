// The deck of one collection: its settings, which save themselves and can be taken back; its slides; its kept versions.

import { userError } from "../api";
import type { CollectionId } from "../collections";
import { type DeckFormat, type DeckPreset, type DeckPreview, type DeckSettings, type DeckVersion, hidesWholesale, withPreset } from "../deck";
import type { DocumentId, UserError } from "../model";
import { Refresher } from "./refresher";
import { Saving } from "./saving.svelte";
import type { Session } from "./session.svelte";

/** What a person types is one change while no longer rest is made. */
const SAME_MS = 1500;
const UNDO_MOST = 100;

export class Deck {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  settings: DeckSettings | null = $state.raw(null);
  preview: DeckPreview | null = $state.raw(null);
  previewError: UserError | null = $state.raw(null);
  /** Null: not asked for yet. */
  versions: DeckVersion[] | null = $state.raw(null);
  /** Which two are compared. */
  comparing: [number, number] | null = $state.raw(null);
  undoable = $state(0);
  /** What stands left of the slides. */
  pane: "settings" | "preflight" | "versions" = $state("settings");
  /** The files that were asked for last. */
  asked: DeckFormat[] = ["pptx", "pdf"];
  starting = $state(false);
  readonly saving = new Saving();
  readonly #session: Session;
  readonly #id: CollectionId;
  readonly #stop: () => void;
  readonly #slides = new Refresher(() => this.loadPreview(), 80);
  readonly #kept = new Refresher(() => this.loadVersions(), 300);
  readonly #save = new Refresher(() => this.#store(), 60);
  #undo: { settings: DeckSettings; what: string; at: number }[] = [];
  #watching = false;

  constructor(session: Session, id: CollectionId) {
    this.#session = session;
    this.#id = id;
    this.#stop = session.listen({
      collectionsChanged: (ids) => {
        if (!ids.includes(id) || !this.#watching) return;
        this.#slides.touch();
        this.#kept.touch();
      },
    });
  }

  destroy(): void {
    this.#stop();
    this.#slides.stop();
    this.#kept.stop();
  }

  get #api() {
    return this.#session.api.collections;
  }

  async load(): Promise<void> {
    try {
      this.settings = await this.#api.deckSettings(this.#id);
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      this.phase = "failed";
    }
  }

  /** The slides and the kept decks too, and again when something changes. */
  async watch(): Promise<void> {
    this.#watching = true;
    await Promise.all([this.loadPreview(), this.loadVersions()]);
  }

  async loadPreview(): Promise<void> {
    try {
      this.preview = await this.#api.deckPreview(this.#id);
      this.previewError = null;
    } catch (thrown) {
      this.previewError = userError(thrown);
    }
  }

  async loadVersions(): Promise<void> {
    this.versions = await this.#api.deckVersions(this.#id).catch(() => this.versions);
  }

  /** Taken at once and saved a breath later. `what` names the change: several of one name in a row are one to take back. */
  change(what: string, change: (settings: DeckSettings) => DeckSettings): void {
    const before = this.settings;
    if (!before) return;
    const now = this.#session.api.now();
    const last = this.#undo.at(-1);
    if (last?.what === what && now - last.at < SAME_MS) last.at = now;
    else this.#undo = [...this.#undo, { settings: before, what, at: now }].slice(-UNDO_MOST);
    this.undoable = this.#undo.length;
    this.settings = change(before);
    this.#save.touch();
  }

  set<K extends keyof DeckSettings>(key: K, value: DeckSettings[K]): void {
    this.change(key, (settings) => ({ ...settings, [key]: value }));
  }

  /** The mark that the engine took, or none. */
  async logo(ask: (() => Promise<DeckSettings>) | null): Promise<void> {
    const logo = ask ? (await ask()).look.logo : null;
    if (logo !== this.settings?.look.logo) this.setIn("look", { logo });
  }

  chooseLogo = () => this.logo(() => this.#api.chooseDeckLogo(this.#id));
  dropLogo = (document: DocumentId) => this.logo(() => this.#api.setDeckLogo(this.#id, document));

  /** One value of a group: a field, a slide, a text, a part of the look or of the money. */
  setIn<G extends "fields" | "slides" | "texts" | "look" | "money">(group: G, change: Partial<DeckSettings[G]>): void {
    this.change(`${group} ${Object.keys(change).join()}`, (settings) => ({
      ...settings, [group]: { ...settings[group], ...change },
      // What a person let stay was said of the texts as they were.
      ...(group === "texts" ? { keep_prices_in_texts: false } : {}),
    }));
  }

  preset(preset: DeckPreset): void {
    this.change("preset", (settings) => withPreset(settings, preset));
  }

  /** Whether slides say this price, whatever else is set. */
  shows(price: "wholesale" | "rrp"): boolean {
    const { settings } = this;
    if (!settings || (price === "wholesale" && hidesWholesale(settings))) return false;
    return settings.prices === "both" || settings.prices === "margin" || settings.prices === price;
  }

  setPrice(price: "wholesale" | "rrp", on: boolean): void {
    const wholesale = price === "wholesale" ? on : this.shows("wholesale");
    const rrp = price === "rrp" ? on : this.shows("rrp");
    this.set("prices", wholesale && rrp ? "both" : wholesale ? "wholesale" : rrp ? "rrp" : "none");
  }

  hide(key: string, hidden: boolean): void {
    this.change(`hide ${key}`, (settings) => ({
      ...settings, hidden: hidden ? [...settings.hidden.filter((other) => other !== key), key] : settings.hidden.filter((other) => other !== key),
    }));
    if (this.preview) this.preview = { ...this.preview, slides: this.preview.slides.map((slide) => (slide.key === key ? { ...slide, hidden } : slide)) };
  }

  undo(): boolean {
    const last = this.#undo.at(-1);
    if (!last) return false;
    this.#undo = this.#undo.slice(0, -1);
    this.undoable = this.#undo.length;
    this.settings = last.settings;
    this.#save.touch();
    return true;
  }

  async #store(): Promise<void> {
    const { settings } = this;
    if (settings && (await this.saving.run(() => this.#api.setDeckSettings(this.#id, settings))) && this.#watching) this.#slides.touch();
  }

  /** `keepPrices`: what the buyer pays may stay in texts, though the deck hides it; a person looked. */
  async generate(formats: DeckFormat[], keepPrices = false): Promise<void> {
    this.starting = true;
    this.asked = formats;
    try {
      if (keepPrices && this.settings && !this.settings.keep_prices_in_texts) {
        this.set("keep_prices_in_texts", true);
        await this.#api.setDeckSettings(this.#id, this.settings);
      }
      await this.#api.generateDeck(this.#id, formats);
    } finally {
      this.starting = false;
    }
  }
}
