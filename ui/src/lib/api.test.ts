import { afterEach, describe, expect, it, vi } from "vitest";
import { EngineError, inWindow, openApi, userError } from "./api";

const calls: [string, unknown][] = [];

/** The few internals that Tauri's own functions use. */
function pretendTauri(invoke: (command: string, args: unknown) => unknown) {
  const internals = {
    invoke: async (command: string, args: unknown) => {
      calls.push([command, args]);
      return invoke(command, args);
    },
    transformCallback: () => 1,
    convertFileSrc: (path: string, scheme: string) => `${scheme}://localhost/${encodeURIComponent(path)}`,
    metadata: { currentWindow: { label: "main" }, currentWebview: { windowLabel: "main", label: "main" } },
  };
  Object.assign(globalThis, { __TAURI_INTERNALS__: internals });
}

afterEach(() => {
  Reflect.deleteProperty(globalThis, "__TAURI_INTERNALS__");
  calls.length = 0;
});

describe("the seam to the engine", () => {
  it("asks the real engine in the window, by its commands and their arguments", async () => {
    pretendTauri(() => ({ rows: [], total: 0, more: false }));
    expect(inWindow()).toBe(true);
    const api = await openApi();
    await api.getPage("a", 3);
    await api.setField("a", "total", "1.00");
    expect(calls).toEqual([
      ["get_page", { id: "a", pageNumber: 3 }],
      ["set_field", { id: "a", name: "total", value: "1.00" }],
    ]);
    expect(api.pictureUrl("/a b.png")).toBe("papertray://localhost/page%2F%2Fa%20b.png");
  });

  it("turns every refusal into an EngineError with its code", async () => {
    pretendTauri(() => Promise.reject({ code: "wrong_password", message: "No.", hint: "Try another." }));
    const api = await openApi();
    const refused = await api.unlockDocument("a", "x").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(EngineError);
    expect(userError(refused)).toEqual({ code: "wrong_password", message: "No.", hint: "Try another." });
  });

  it("passes answers on that have a status of their own", async () => {
    pretendTauri(() => ({ status: "healthy", stuck_jobs: 0 }));
    const api = await openApi();
    expect(await api.health()).toMatchObject({ status: "healthy" });
  });

  it("takes the pretend engine in a browser", async () => {
    vi.useFakeTimers();
    const api = await openApi();
    expect((await api.snapshot()).version).toBe("0.1.0");
    vi.useRealTimers();
  });
});
