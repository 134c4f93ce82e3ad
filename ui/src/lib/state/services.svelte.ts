// Services outside this computer as Settings show them: what is set up, which have a key, what a test said.

import { SvelteMap } from "svelte/reactivity";
import { userError } from "../api";
import { errorText } from "../messages";
import type { Providers, ProviderSettings, Service, ServiceKind, ServiceStep, UserError } from "../model";
import type { App } from "./app.svelte";

/** As a service of its kind is usually reached. The model's name is for the person to give where there are many. */
const USUAL: Record<ServiceKind, { name: string; base_url: string; model: string }> = {
  mistral_ocr: { name: "mistral", base_url: "https://api.mistral.ai", model: "mistral-ocr-latest" },
  anthropic: { name: "anthropic", base_url: "https://api.anthropic.com", model: "" },
  open_ai: { name: "local", base_url: "http://127.0.0.1:11434", model: "" },
};

export type Trial = { phase: "running" } | { phase: "answered"; ms: number } | { phase: "failed"; problem: string };

export class Services {
  phase: "loading" | "ready" | "failed" = $state("loading");
  error: UserError | null = $state.raw(null);
  data: Providers | null = $state.raw(null);
  /** Whether the keychain holds its key; null where the keychain does not say. */
  readonly keys = new SvelteMap<string, boolean | null>();
  readonly trials = new SvelteMap<string, Trial>();
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  get names(): string[] {
    return Object.keys(this.data?.settings.services ?? {}).sort();
  }

  async load(): Promise<void> {
    try {
      this.data = await this.#app.api.providers();
      this.phase = "ready";
    } catch (thrown) {
      this.error = userError(thrown);
      this.phase = "failed";
      return;
    }
    await Promise.all(this.names.map((name) => this.#look(name)));
  }

  async #look(name: string): Promise<void> {
    this.keys.set(name, await this.#app.api.hasServiceKey(name).catch(() => null));
  }

  async change(part: Partial<ProviderSettings>, stop = this.data?.stop_at_bad_page ?? false): Promise<boolean> {
    if (!this.data) return false;
    const settings = { ...this.data.settings, ...part };
    if (!(await this.#app.saving.run(() => this.#app.api.setProviders(settings, stop)))) return false;
    this.data = { ...this.data, settings, stop_at_bad_page: stop };
    return true;
  }

  setService(name: string, part: Partial<Service>): Promise<boolean> {
    const service = this.data?.settings.services[name];
    if (!this.data || !service) return Promise.resolve(false);
    this.trials.delete(name);
    return this.change({ services: { ...this.data.settings.services, [name]: { ...service, ...part } } });
  }

  /** A service of a kind under a name of its own; answers the name. */
  async add(kind: ServiceKind): Promise<string | null> {
    if (!this.data) return null;
    const { name: wanted, base_url, model } = USUAL[kind];
    let name = wanted;
    for (let n = 2; name in this.data.settings.services; n++) name = `${wanted}-${n}`;
    const service: Service = { kind, base_url, model, page_micros: 0, input_micros: 0, output_micros: 0 };
    const added = await this.change({ services: { ...this.data.settings.services, [name]: service } });
    if (added) await this.#look(name);
    return added ? name : null;
  }

  /** With its key, and out of the steps it did. */
  async remove(name: string): Promise<boolean> {
    if (!this.data) return false;
    const { [name]: _, ...services } = this.data.settings.services;
    const steps = Object.fromEntries(Object.entries(this.data.settings.steps).filter(([, service]) => service !== name));
    this.trials.delete(name);
    this.keys.delete(name);
    return this.change({ services, steps });
  }

  use(step: ServiceStep, name: string | null): Promise<boolean> {
    const { [step]: _, ...steps } = this.data?.settings.steps ?? {};
    return this.change({ steps: name === null ? steps : { ...steps, [step]: name } });
  }

  async keep(name: string, key: string): Promise<void> {
    await this.#app.saving.run(() => this.#app.api.setServiceKey(name, key === "" ? null : key));
    await this.#look(name);
  }

  async test(name: string): Promise<void> {
    this.trials.set(name, { phase: "running" });
    const trial = await this.#app.api.testService(name).then(
      (ms): Trial => ({ phase: "answered", ms }),
      (thrown: unknown): Trial => ({ phase: "failed", problem: errorText(userError(thrown)) }),
    );
    this.trials.set(name, trial);
  }
}
