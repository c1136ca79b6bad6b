// Runs in vitest's worker before each file of tests: what tests of other libraries expect to find,
// and which test runs which line.

import { appendFileSync, readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { afterAll, afterEach, beforeEach, vi } from "vitest";
import * as written from "./shims/written.mjs";

const root = process.cwd();
const settings = JSON.parse(readFileSync(path.join(root, ".ponder/settings.json"), "utf8"));
const required = createRequire(import.meta.url);

written.globals(globalThis, vi);

// What is required by CommonJS is not seen by vite's aliases.
const load = Module._load;
Module._load = function (request, parent, isMain) {
  const name = request === "test" ? "node:test" : request;
  if (name in written.libraries) return written.libraries[name];
  if (name === "chai" || name === "fast-check") {
    return load.call(this, path.join(settings.tools, "node_modules", name), parent, isMain);
  }
  return load.call(this, request, parent, isMain);
};

if (settings.trace.length) {
  const out = path.join(root, ".ponder", `lines-${process.pid}.jsonl`);
  let ran = new Map();
  globalThis.__ponder = (file, line) => {
    const lines = ran.get(file);
    if (lines) lines.add(line);
    else ran.set(file, new Set([line]));
  };
  const tell = (test) => {
    for (const [file, lines] of ran) {
      appendFileSync(out, JSON.stringify({ path: file, test, lines: [...lines] }) + "\n");
    }
    ran = new Map();
  };
  beforeEach(() => tell(""));
  afterEach(({ task }) => tell(named(task)));
  afterAll(() => tell(""));
}

function named(task) {
  const names = [];
  for (let each = task; each && each.type !== undefined && each !== task.file; each = each.suite) {
    names.unshift(each.name);
  }
  return `${path.relative(root, task.file.filepath)}::${names.join(" > ")}`;
}
