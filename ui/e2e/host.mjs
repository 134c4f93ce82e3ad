// Serves the mock build and drives it in Chromium. The page gets the content security policy of the real window, so
// whatever would be refused there is refused here.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
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
export async function openPage(browser, url, { width = 1280, height = 800, scheme = "light", reducedMotion = "reduce" } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: scheme, reducedMotion, locale: "en-GB", timezoneId: "Europe/Berlin",
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

/** Lets pretended time pass. */
export const advance = (page, ms) => page.evaluate((span) => window.mock.advance(span), ms);

/** The id of the pretended document with this file name. */
export const idOf = (page, filename) =>
  page.evaluate((name) => [...window.mock.world.docs.values()].find((doc) => doc.row.filename === name)?.row.document_id, filename);

export const row = (page, text) => page.locator("[role=row]", { hasText: text });
