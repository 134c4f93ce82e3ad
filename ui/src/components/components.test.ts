import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import Button from "./Button.svelte";
import MiddleText from "./MiddleText.svelte";
import ProgressBar from "./ProgressBar.svelte";
import SearchBox from "./SearchBox.svelte";
import Toggle from "./Toggle.svelte";

afterEach(cleanup);
const words = (text: string) => createRawSnippet(() => ({ render: () => `<span>${text}</span>` }));

describe("a button", () => {
  it("takes no second click while it works, and says so", async () => {
    const onclick = vi.fn();
    const { rerender } = render(Button, { children: words("Save"), onclick });
    await fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await rerender({ busy: true });
    const button = screen.getByRole("button");
    expect(button.getAttribute("aria-busy")).toBe("true");
    expect(button.hasAttribute("disabled")).toBe(true);
    expect(onclick).toHaveBeenCalledOnce();
  });
});

describe("a long name", () => {
  it("is whole for whoever reads it, and keeps its end", () => {
    const text = "catalogue_winter_2026_final_approved_v7.pdf";
    const { container } = render(MiddleText, { text });
    expect(container.textContent).toBe(text);
    expect(container.querySelector(".tail")?.textContent).toBe("roved_v7.pdf");
  });
  it("that is short is not cut", () => {
    const { container } = render(MiddleText, { text: "a.pdf" });
    expect(container.querySelector(".tail")).toBeNull();
  });
});

it("progress stays between nothing and all", async () => {
  const { rerender } = render(ProgressBar, { value: 140, label: "Progress of a.pdf" });
  const bar = screen.getByRole("progressbar", { name: "Progress of a.pdf" });
  expect(bar.getAttribute("aria-valuenow")).toBe("100");
  await rerender({ value: -5, max: 0 });
  expect(bar.getAttribute("aria-valuenow")).toBe("0");
});

it("Escape clears a search before it does anything else", async () => {
  const onchange = vi.fn();
  const onkeydown = vi.fn();
  render(SearchBox, { value: "tide", label: "Search", placeholder: "", clearLabel: "Clear", onchange, onkeydown });
  await fireEvent.keyDown(screen.getByRole("searchbox"), { key: "Escape" });
  expect(onchange).toHaveBeenCalledWith("");
  expect(onkeydown).not.toHaveBeenCalled();
});

it("a switch names itself and what it does", async () => {
  const onchange = vi.fn();
  render(Toggle, { label: "Notifications", text: "One message a batch.", checked: false, onchange });
  const toggle = screen.getByRole("switch", { name: "Notifications" });
  await fireEvent.click(toggle);
  expect(onchange).toHaveBeenCalledWith(true);
});
