// One function after the other: calls by which lines are run that no test runs, then some more that
// give something else.
import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";
import { workerData } from "node:worker_threads";
import { found } from "./found.mjs";
import { laws } from "./laws.mjs";
import { values, vectors } from "./pools.mjs";
import { packed } from "./values.mjs";

const { settings, source, from, shared, until } = workerData;
const ticks = new Int32Array(shared);
const lines = source.split("\n");
const known = new Set(settings.known);
const MOST_SPARE = 4;
const LONGEST = 100;
let ran = new Set();
globalThis.__ponder = (_, line) => ran.add(line);

// What can be written down, read at a glance, and compared by everybody.
function plain(value, deep = 0) {
  if (value === null || ["string", "boolean", "undefined"].includes(typeof value)) return true;
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0) && String(value).length <= 12;
  }
  if (typeof value !== "object" || deep > 3) return false;
  if (Array.isArray(value)) {
    return Object.keys(value).length === value.length && value.every((each) => plain(each, deep + 1));
  }
  const named = Object.getOwnPropertyNames(value).length === Object.keys(value).length;
  const made = Object.getPrototypeOf(value) === Object.prototype && named;
  return made && Object.entries(value).every(([name, each]) => name !== "__proto__" && plain(each, deep + 1));
}

// Only what a statement of this file throws on purpose.
function refused(error) {
  if (!(error instanceof Error)) return undefined;
  const first = String(error.stack).split("\n").find((line) => /^\s*at /.test(line)) ?? "";
  const at = /(?:file:\/\/)?(\/[^()]*?):(\d+):\d+\)?$/.exec(first);
  if (!at || !at[1].endsWith(`/${settings.path}`)) return undefined;
  const written = lines.slice(Math.max(0, Number(at[2]) - 2), Number(at[2])).join("\n");
  if (!/\bthrow\b/.test(written)) return undefined;
  const kind = error.constructor.name;
  const own = globalThis[kind] === error.constructor;
  const message = String(error.message);
  const constant = message.length >= 4 && message.length <= 60 && source.includes(message);
  if (!own && !constant) return undefined;
  return { value: null, raises: own ? kind : "Error", says: constant ? message : "" };
}

async function once(call, given) {
  ran = new Set();
  Atomics.add(ticks, 0, 1);
  try {
    let value = call(structuredClone(given));
    const awaited = value instanceof Promise;
    if (awaited) {
      value = await Promise.race([value, new Promise((_, late) => setTimeout(late, 500))]);
    }
    const drawn = value && typeof value === "object" && typeof value.next === "function";
    if (drawn) value = [...take(value)];
    const told = plain(value) ? JSON.stringify(packed(value)) : "";
    return told && told.length <= LONGEST ? { value: packed(value), raises: "", says: "", awaited, drawn } : undefined;
  } catch (error) {
    return refused(error);
  } finally {
    Atomics.add(ticks, 0, 1);
  }
}

function* take(iterable) {
  let left = 100;
  for (const each of iterable) {
    if (!left--) return;
    yield each;
  }
}

async function outcome(call, given) {
  const first = await once(call, given);
  const at = [...ran];
  const second = first && (await once(call, given));
  return first && JSON.stringify(first) === JSON.stringify(second) ? { ...first, lines: at } : undefined;
}

// Each function of the file that is one, by its name.
const functions = new Map();
async function known_as(job) {
  if (!functions.has(job.symbol)) functions.set(job.symbol, await found(job));
  return functions.get(job.symbol);
}

async function explored(job) {
  const { call, way, made } = await known_as(job);
  const tried = [];
  const seen = new Set();
  const late = Math.min(until, Date.now() + (1000 * settings.seconds) / 5);
  for (const given of vectors(job)) {
    const key = JSON.stringify(packed(given));
    if (Date.now() > late) break;
    if (seen.has(key) || key.length > LONGEST) continue;
    seen.add(key);
    const came = await outcome(call, given);
    if (came) tried.push([given, came]);
  }
  const names = job.takes.map((each) => each.name);
  const results = new Set();
  const spare = [];
  for (const [given, came] of tried) {
    const told = { symbol: job.symbol, way, isStatic: job.isStatic === true, names, ...came };
    told.made = packed(given.slice(0, made));
    told.given = packed(given.slice(made));
    const result = JSON.stringify([came.value, came.raises]);
    if (came.lines.some((line) => !known.has(line))) {
      came.lines.forEach((line) => known.add(line));
      results.add(result);
      write({ ...told, spare: false });
    } else if (!came.raises && came.value !== null && came.value?.$ !== "undefined" && !results.has(result)) {
      results.add(result);
      spare.push({ ...told, spare: true });
    }
  }
  spare.slice(0, MOST_SPARE).forEach(write);
  if (!made && !tried.some(([, came]) => came.awaited || came.drawn)) await held(job, way, names);
}

// What holds whatever it is called with.
async function held(job, way, names) {
  const fc = createRequire(`${settings.tools}/node_modules/`)("fast-check");
  for (const each of settings.jobs) await known_as(each).catch(() => {});
  const late = Math.min(until, Date.now() + (1000 * settings.seconds) / 4);
  const hooks = {
    clear: () => (ran = new Set()),
    ran: () => [...ran],
    late: () => Date.now() > late,
    timed: (call) => {
      Atomics.add(ticks, 0, 1);
      return call();
    },
  };
  const plain = settings.jobs.filter((each) => functions.get(each.symbol)?.made === 0);
  for (const law of laws(fc, job, plain, functions, values(job), hooks)) {
    const { kept, ...rest } = law;
    write({ symbol: job.symbol, way, isStatic: job.isStatic === true, names, samples: packed(kept), ...rest });
  }
}

function write(line) {
  appendFileSync(settings.results, `${JSON.stringify(line)}\n`);
}

for (let at = from; at < settings.jobs.length && Date.now() < until; at += 1) {
  Atomics.store(ticks, 1, at);
  try {
    await explored(settings.jobs[at]);
  } catch (error) {
    write({ why: `${settings.jobs[at].symbol}: ${String(error).slice(0, 200)}` });
  }
}
