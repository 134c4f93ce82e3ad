// Fails where a source could turn text into code or styles: the window's content security policy would refuse it, and no
// document's text may come near it. What libraries do is seen in the real window (tests/window/safety.rs).

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const RULES = [
  [/\{@html\b/, "text is written as text, never as HTML"],
  [/\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc)\b/, "no HTML from strings"],
  [/\beval\(|new Function\(|set(Timeout|Interval)\(\s*["'`]/, "no code from strings"],
  [/\sstyle=["'{]/, "a style attribute is refused: `style:name={value}` sets it"],
  [/setAttribute\(\s*["'](style|on\w+)["']/, "the attribute is refused"],
  [/\shref=\{?["'`](https?:|javascript:|data:)/, "the window leads nowhere"],
  [/window\.open\(|target="_blank"/, "the window opens no other"],
];

const problems = [];
for (const entry of readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(svelte|ts)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  // What the build takes out of a component goes into files of their own.
  const source = readFileSync(path, "utf8").replace(/<style[^>]*>[\s\S]*?<\/style>/g, (css) => css.replace(/[^\n]/g, ""));
  source.split("\n").forEach((line, n) => {
    for (const [rule, why] of RULES) {
      if (rule.test(line)) problems.push(`${path.slice(root.length)}:${n + 1}: ${why}`);
    }
  });
}
if (/<(style|script)(?![^>]*\bsrc=)[^>]*>|\son\w+=|\sstyle=/.test(readFileSync(join(root, "index.html"), "utf8"))) {
  problems.push("index.html: inline code or styles");
}
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
