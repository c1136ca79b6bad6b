// Whether an error is one that no caller wants: the engine raised it, in the repository's code.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const STRONG = [
  ["TypeError", /^Cannot (read|set) propert(y|ies) /],
  ["TypeError", / is not (a function|iterable|a constructor)/],
  ["TypeError", /^Cannot (destructure|convert undefined or null to object)/],
  ["TypeError", /^Assignment to constant variable/],
  ["ReferenceError", / is not defined$|before initialization$/],
];
const WEAK = [
  ["RangeError", /^(Maximum call stack|Invalid (array|string|typed array) length|Invalid (count|time) value)/],
  ["RangeError", /^(Invalid code point|toFixed|toString|toPrecision|The number .* cannot be converted)/],
  ["URIError", /^URI malformed/],
  ["SyntaxError", /^Invalid (regular expression|flags)/],
  ["TypeError", /^Cannot (mix BigInt|create property|assign to read only)/],
];
const lines = new Map();

function source(path, line) {
  if (!lines.has(path)) {
    try {
      lines.set(path, readFileSync(path, "utf8").split("\n"));
    } catch {
      lines.set(path, []);
    }
  }
  return lines.get(path)[line - 1] ?? "";
}

export function frames(stack, root) {
  const found = [];
  for (const line of String(stack).split("\n")) {
    const at = /^\s*at (?:async )?(?:(.*?) \()?((?:file:\/\/)?\/[^()]*):(\d+):\d+\)?$/.exec(line);
    if (!at) continue;
    const path = at[2].startsWith("file:") ? fileURLToPath(at[2].replace(/\?.*/, "")) : at[2];
    found.push([path, Number(at[3]), at[1] ?? ""]);
  }
  const own = ([path]) =>
    path.startsWith(root) && !/\/(node_modules|\.ponder[^/]*)\//.test(path);
  const first = found[0];
  const inside = found.filter(own).map(([path, line, name]) => [path.slice(root.length), line, name]);
  return { own: inside.reverse(), foreign: !first || !own(first), first };
}

// null for what a function may throw on purpose, or what comes from elsewhere.
export function judged(error, root) {
  if (!(error instanceof Error)) return null;
  const kind = error.constructor?.name ?? "";
  const message = String(error.message).slice(0, 300);
  const fits = ([name, pattern]) => name === kind && pattern.test(message);
  const grade = STRONG.some(fits) ? "strong" : WEAK.some(fits) ? "weak" : "";
  if (!grade) return null;
  const { own, foreign, first } = frames(error.stack, root);
  if (!own.length || foreign) return null;
  if (/\bthrow\b|new \w*Error\b/.test(source(first[0], first[1]))) return null;
  const stack = message.startsWith("Maximum call stack");
  const inner = stack ? own.slice(-1).map(([path]) => path) : own.slice(-2).map((each) => `${each[0]}:${each[1]}`);
  return { kind, message, grade, frames: own.slice(-60), signature: [kind, ...inner].join(" ") };
}
