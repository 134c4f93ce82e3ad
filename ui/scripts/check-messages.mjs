// Fails where a view has text of its own, a message is asked for that does not exist or lacks its values, a message is
// never shown, or a language lacks a message, has one too many or fills in other values than English does.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "svelte/compiler";

const root = new URL("..", import.meta.url).pathname;
const messages = JSON.parse(readFileSync(join(root, "messages/en.json"), "utf8"));
const others = readdirSync(join(root, "messages")).filter((name) => name.endsWith(".json") && name !== "en.json");
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

function sources(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? (entry.name === "tests" || entry.name === "target" ? [] : sources(path)) : path.endsWith(".rs") ? [path] : [];
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
const values = (text) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort().join(", ");
for (const file of others) {
  const other = JSON.parse(readFileSync(join(root, "messages", file), "utf8"));
  for (const [key, text] of Object.entries(messages)) {
    if (!(key in other)) problems.push(`messages/${file} lacks "${key}": ${JSON.stringify(text)}`);
    else if (!other[key].trim()) problems.push(`messages/${file}: "${key}" is empty`);
    else if (values(other[key]) !== values(text)) problems.push(`messages/${file}: "${key}" fills in {${values(other[key])}}, English {${values(text)}}`);
  }
  for (const key of Object.keys(other)) if (!(key in messages)) problems.push(`messages/${file}: English has no "${key}"`);
}

/** What documents of the built-in types say, in the words of each language. */
const types = join(root, "../src-tauri/crates/understand/doctypes");
for (const name of readdirSync(types)) {
  const source = readFileSync(join(types, name), "utf8");
  const fields = [...source.matchAll(/^name = "([a-z]\w*)"/gm)].slice(1).map(([, field]) => field);
  const rows = [.../^\[rows\]\n((?:\w+ = .*\n)*)/m.exec(source)?.[1]?.matchAll(/= "(\w+)"/g) ?? []].map(([, column]) => column);
  for (const field of [...fields, ...rows]) if (!(`field_${field}` in messages)) problems.push(`doctypes/${name}: there is no message "field_${field}"`);
}
/** What the engine says, as its source writes it: a translation of what it no longer says is never shown. */
const engine = sources("../src-tauri").map((path) => readFileSync(join(root, path), "utf8").replace(/\\\n\s*/g, "")).join("\n");
for (const name of readdirSync(join(root, "messages/engine"))) {
  const phrases = JSON.parse(readFileSync(join(root, "messages/engine", name), "utf8"));
  for (const [from, into] of Object.entries(phrases)) {
    if (!engine.includes(JSON.stringify(from))) problems.push(`messages/engine/${name}: the engine does not say ${JSON.stringify(from)}`);
    const filled = (from.match(/\{[^{}]*\}/g) ?? []).length;
    for (const [, n] of into.matchAll(/\{(\d+)[!,]?\}/g)) if (Number(n) > filled) problems.push(`messages/engine/${name}: ${JSON.stringify(into)} fills in {${n}} of ${filled}`);
  }
}
for (const problem of problems) console.error(problem);
console.log(`${Object.keys(messages).length} messages, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
