// Fails where a view has text of its own, a message is asked for that does not exist or lacks its values, or a message
// is never shown.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "svelte/compiler";

const root = new URL("..", import.meta.url).pathname;
const messages = JSON.parse(readFileSync(join(root, "messages/en.json"), "utf8"));
const problems = [];
const used = new Set();

/** Words of the engine: `word("field", name)` finds these by what the engine says. */
const OPEN = /^(column|field|type|step|job|cause|outcome|work|priority|service|asked|askedtext|sort|format|formattext)_/;
/** Text that is the same in every language. */
const SIGNS = /^[\s·›–↵/:.,()0-9-]*$/;
const NAMED = new Set(["aria-label", "title", "placeholder", "label", "text", "alt", "clearLabel", "closeLabel"]);

function files(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? files(path) : /\.(svelte|ts)$/.test(entry.name) && !/\.test\.ts$/.test(path) ? [path] : [];
  });
}

function walk(node, visit) {
  if (!node || typeof node !== "object") return;
  if (Array.isArray(node)) return node.forEach((child) => walk(child, visit));
  visit(node);
  for (const [key, child] of Object.entries(node)) if (key !== "metadata" && key !== "loc") walk(child, visit);
}

for (const path of files("src")) {
  if (path.startsWith("src/mock/") || path === "src/lib/messages.ts") continue;
  const source = readFileSync(join(root, path), "utf8");
  for (const [, call, key, params] of source.matchAll(/\b(tn?)\(\s*"([^"]+)"(?:,\s*(?:[^{}()]+,\s*)?(\{[^}]*\}?))?/g)) {
    const keys = call === "tn" ? [`${key}_one`, `${key}_other`] : [key];
    for (const name of keys) {
      used.add(name);
      if (!(name in messages)) problems.push(`${path}: there is no message "${name}"`);
      for (const [, value] of (messages[name] ?? "").matchAll(/\{(\w+)\}/g)) {
        const given = (call === "tn" && value === "n") || new RegExp(`\\b${value}\\b`).test(params ?? "");
        if (!given) problems.push(`${path}: "${name}" needs {${value}}`);
      }
    }
  }
  for (const [, key] of source.matchAll(/"([a-z]+(?:_[a-z]+)+)"/g)) if (key in messages) used.add(key);
  if (!path.endsWith(".svelte")) continue;
  walk(parse(source, { modern: true, filename: path }).fragment, (node) => {
    if (node.type === "Text" && !SIGNS.test(node.data) && node.raw !== undefined) {
      const line = source.slice(0, node.start).split("\n").length;
      const before = source.slice(0, node.start);
      const attribute = /([\w-]+)=["'][^"'<>]*$/.exec(before.slice(-80))?.[1];
      if (!attribute || NAMED.has(attribute)) problems.push(`${path}:${line}: text outside messages/: ${node.data.trim()}`);
    }
  });
}

for (const key of Object.keys(messages)) {
  if (!used.has(key) && !OPEN.test(key)) problems.push(`messages/en.json: nobody shows "${key}"`);
}
for (const problem of problems) console.error(problem);
console.log(`${Object.keys(messages).length} messages, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
