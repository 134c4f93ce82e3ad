// Serves the mock build and drives it in Chromium. The page gets the content security policy of the real window, so
// whatever would be refused there is refused here.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

const root = new URL("../dist-mock", import.meta.url).pathname;
const KINDS = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
export const CSP = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";

export async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://host").pathname);
    try {
      const file = path === "/" ? "/index.html" : path;
      const body = await readFile(join(root, file));
      response.writeHead(200, { "content-type": KINDS[extname(file)] ?? "application/octet-stream", "content-security-policy": CSP });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((done) => server.close(done)) };
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--no-first-run",
    ],
  });
}

/** A page whose faults (errors, refused resources) are collected in `faults`. */
export async function openPage(browser, url, { width = 1280, height = 800, scheme = "light", reducedMotion = "reduce", forcedColors = "none" } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: scheme, reducedMotion, forcedColors, locale: "en-GB", timezoneId: "Europe/Berlin",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
  });
  await page.goto(url);
  await page.waitForFunction(() => "mock" in window);
  return { page, faults, close: () => context.close() };
}

/**
 * Serves and launches once for the tests of a file, and answers how to run one of them: `on(query, act, options)` runs
 * `act` on a fresh page whose pretended clock stands still, and fails where the page reported anything. `hash` is the
 * place it opens at; the rest of the options as for `openPage`.
 */
export function opened() {
  let host, browser;
  before(async () => {
    host = await serve();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await host?.close();
  });
  return async (query, act, { hash = "", ...options } = {}) => {
    const { page, faults, close } = await openPage(browser, `${host.url}?clock=manual&${query}${hash}`, options);
    try {
      await act(page);
      assert.deepEqual(faults, [], "the page reports no errors and no refused resources");
    } finally {
      await close();
    }
  };
}

/** Waits until `fn` holds in the page. */
export const until = (page, fn, arg) => page.waitForFunction(fn, arg);

/** Lets pretended time pass. */
export const advance = (page, ms) => page.evaluate((span) => window.mock.advance(span), ms);

/** The id of the pretended document with this file name. */
export const idOf = (page, filename) =>
  page.evaluate((name) => [...window.mock.world.docs.values()].find((doc) => doc.row.filename === name)?.row.document_id, filename);

export const row = (page, text) => page.locator("[role=row]", { hasText: text });

/** What of the page's words a person cannot read or reach: cut off without a sign, or outside the window with no way to scroll there. */
export function cut() {
  const found = [];
  const said = (element) => `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""} “${(element.innerText || element.getAttribute("aria-label") || "").trim().slice(0, 50)}”`;
  const hidden = (element) => element.closest(".sr-only, [hidden], [inert], svg") !== null || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  if (document.documentElement.scrollWidth > innerWidth) found.push("the window scrolls sideways");
  for (const element of document.querySelectorAll("body *")) {
    if (!(element instanceof HTMLElement) || hidden(element)) continue;
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    const control = element.matches("button, a, input:not([type=checkbox], [type=radio]), select, textarea, [role=tab], [role=switch]");
    if (!own && !control) continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || box.width < 3) continue;
    const style = getComputedStyle(element);
    const clips = (value) => value === "hidden" || value === "clip";
    if (clips(style.overflowX) && style.textOverflow !== "ellipsis" && element.scrollWidth > element.clientWidth + 1 && !element.matches("input, textarea, select")) found.push(`cut at its right: ${said(element)}`);
    if (clips(style.overflowY) && style.webkitLineClamp === "none" && element.scrollHeight > element.clientHeight + 2 && !element.matches("input, textarea, select")) found.push(`cut at its foot: ${said(element)}`);
    // The part of it that its frames let through, and whether they scroll.
    let [x, y] = [false, false];
    for (let frame = element.parentElement; frame; frame = frame.parentElement) {
      const frameStyle = getComputedStyle(frame);
      if (frameStyle.overflowX !== "visible" || frameStyle.overflowY !== "visible") {
        const edge = frame.getBoundingClientRect();
        x ||= /auto|scroll/.test(frameStyle.overflowX) || frameStyle.textOverflow === "ellipsis";
        y ||= /auto|scroll/.test(frameStyle.overflowY);
        if (!x && clips(frameStyle.overflowX) && (box.right > edge.right + 2 || box.left < edge.left - 2)) { found.push(`outside of its frame sideways: ${said(element)}`); break; }
        if (!y && clips(frameStyle.overflowY) && (box.bottom > edge.bottom + 2 || box.top < edge.top - 2)) { found.push(`outside of its frame: ${said(element)}`); break; }
      }
      if (frameStyle.position === "fixed") break;
    }
    if (!x && (box.right > innerWidth + 1 || box.left < -1)) found.push(`outside of the window sideways: ${said(element)}`);
    if (!y && (box.bottom > innerHeight + 1 || box.top < -1)) found.push(`outside of the window: ${said(element)}`);
  }
  return [...new Set(found)];
}
