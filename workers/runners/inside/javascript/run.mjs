// Runs tests of JavaScript and TypeScript with vitest, whoever they were written for, and writes
// down how each ended, as lines of JSON. It runs in the sandbox, in the repository's folder.

import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const root = process.cwd();
const folder = path.join(root, ".ponder");
const settings = JSON.parse(readFileSync(path.join(folder, "settings.json"), "utf8"));
const tools = settings.tools;
const results = path.join(folder, "results.jsonl");
const until = Date.now() + settings.seconds * 1000;

function write(line) {
  appendFileSync(results, JSON.stringify(line) + "\n");
}

function relative(file) {
  return path.relative(root, file);
}

function framesOf(error) {
  const frames = [];
  for (const each of error.stacks ?? []) {
    const file = relative(each.file.replace(/^file:\/\//, ""));
    if (!file.startsWith("..") && !file.startsWith(".ponder") && !file.includes("node_modules")) {
      frames.unshift([file, each.line, each.method || ""]);
    }
  }
  return frames.slice(-40);
}

function failure(error) {
  const name = error.name || error.constructor?.name || "Error";
  const expected = "expected" in error || "actual" in error || error.operator !== undefined;
  const asserted = /AssertionError/.test(name + error.code) || expected;
  const hung = /(Test|Hook) timed out/.test(error.message ?? "");
  return {
    kinds: [hung ? "vitest.Timeout" : asserted ? `${name}.AssertionError` : name],
    message: String(error.message ?? error).slice(0, 2000),
    frames: framesOf(error),
    hung,
  };
}

const reporter = {
  onTestCaseResult(test) {
    const told = test.result();
    const id = `${relative(test.module.moduleId)}::${test.fullName}`;
    const line = { id, seconds: (test.diagnostic()?.duration ?? 0) / 1000 };
    line.verdict = told.state === "passed" || told.state === "failed" ? told.state : "skipped";
    write(told.errors?.length ? { ...line, ...failure(told.errors[0]) } : line);
  },
  onTestModuleEnd(module) {
    const why = module.errors().map((error) => error.stack ?? error.message).join("\n");
    if (why) write({ uncollected: relative(module.moduleId), why: why.slice(0, 4000) });
  },
};

// What stands for the libraries that tests are written with.
const shims = {
  vitest: path.join(tools, "node_modules/vitest/dist/index.js"),
  "fast-check": path.join(tools, "node_modules/fast-check/lib/fast-check.js"),
  chai: path.join(tools, "node_modules/chai/index.js"),
};
for (const name of ["node:test", "mocha", "@jest/globals", "tape", "tap", "ava", "uvu", "uvu/assert"]) {
  shims[name] = path.join(folder, "shims", `${name.replace(/[:/@]/g, "_")}.mjs`);
}

// What a configuration builds on may come from a package that is not here.
function plainConfiguration() {
  const file = path.join(root, "tsconfig.json");
  if (!existsSync(file)) return;
  const text = readFileSync(file, "utf8");
  const plain = text.replace(/"extends"\s*:\s*(?:"([^"]*)"|\[[^\]]*\])\s*,?/, (whole, from) => {
    const near = from?.startsWith(".") ? path.join(root, from) : "";
    return near && (existsSync(near) || existsSync(`${near}.json`)) ? whole : "";
  });
  if (plain !== text) writeFileSync(file, plain);
}

async function main() {
  plainConfiguration();
  for (const name of lines()) rmSync(path.join(folder, name));
  if (settings.trace.length) {
    const { instrument } = await import("./instrument.mjs");
    instrument(tools, root, settings.trace, write);
  }
  const { startVitest } = await import(pathToFileURL(path.join(tools, "node_modules/vitest/dist/node.js")));
  const options = {
    root,
    config: false,
    watch: false,
    run: true,
    globals: true,
    include: settings.files.map((file) => file.replace(/[[\](){}*?!]/g, "\\$&")),
    exclude: [],
    pool: "forks",
    fileParallelism: false,
    isolate: !settings.together,
    setupFiles: [path.join(folder, "setup.mjs")],
    reporters: [reporter],
    testTimeout: 10_000,
    hookTimeout: 10_000,
    passWithNoTests: true,
    update: false,
    cache: false,
    silent: true,
    sequence: { shuffle: settings.elsewhere || settings.seed > 0, seed: settings.seed || 20031 },
    testNamePattern: settings.pattern ? new RegExp(settings.pattern) : undefined,
    dangerouslyIgnoreUnhandledErrors: true,
  };
  const aliases = Object.entries(shims).map(([name, file]) => ({ find: new RegExp(`^${name}$`), replacement: file }));
  const vite = { configFile: false, cacheDir: "/tmp/vite", resolve: { alias: aliases }, logLevel: "error" };
  const vitest = await startVitest("test", [], options, vite);
  for (let round = 1; round < settings.times; round += 1) await vitest.start([]);
  for (const error of vitest.state.getUnhandledErrors()) {
    write({ uncollected: "", why: String(error.stack ?? error.message ?? error).slice(0, 4000) });
  }
  merge();
  write({ finished: true });
  process.exit(0);
}

function lines() {
  return readdirSync(folder).filter((each) => each.startsWith("lines-"));
}

function merge() {
  const ran = new Map();
  for (const name of lines()) {
    for (const line of readFileSync(path.join(folder, name), "utf8").split("\n").filter(Boolean)) {
      const { path: file, test, lines: at } = JSON.parse(line);
      if (!ran.has(file)) ran.set(file, new Map());
      for (const number of at) {
        const tests = ran.get(file).get(number) ?? new Set();
        if (test) tests.add(test);
        ran.get(file).set(number, tests);
      }
    }
  }
  for (const [file, numbers] of ran) {
    const groups = new Map();
    for (const [line, tests] of numbers) {
      const key = JSON.stringify([...tests].sort());
      groups.set(key, [...(groups.get(key) ?? []), line]);
    }
    write({ traced: file, lines: [...groups].map(([key, at]) => [JSON.parse(key), at]) });
  }
}

setTimeout(() => {
  merge();
  write({ finished: false });
  process.exit(0);
}, Math.max(1000, until - Date.now())).unref?.();

main().catch((error) => {
  process.stderr.write(String(error.stack ?? error));
  process.exit(1);
});
