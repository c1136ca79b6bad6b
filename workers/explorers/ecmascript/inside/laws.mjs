// What holds whatever a function is called with: a law is tried with thousands of values, and told
// where it holds for all of them and says something.
import { isDeepStrictEqual } from "node:util";
import { arbitraries, slots } from "./inputs.mjs";

const RUNS = 700;
const MOST_SAMPLES = 6;
const LONGEST = 30;
const SAMPLES_TRIED = 60;

// By the words that the tests are written with: see laws.py.
const KINDS = {
  string: [["text", (fc, wild) => fc.oneof(fc.string(), wild({ kind: "string" }))]],
  number: [
    ["number", (fc) => fc.double({ noNaN: true, noDefaultInfinity: true })],
    ["integer", (fc) => fc.integer()],
    ["natural", (fc) => fc.nat()],
  ],
  boolean: [["boolean", (fc) => fc.boolean()]],
};

function kinds(spec) {
  if (spec.kind !== "array") return KINDS[spec.kind] ?? [];
  return (KINDS[spec.of.kind] ?? []).map(([name, made]) => [`list ${name}`, (fc, wild) => fc.array(made(fc, wild), { maxLength: 12 })]);
}

const same = (one, other) => (one === null || typeof one !== "object" ? Object.is(one, other) : isDeepStrictEqual(one, other));
const mad = (value) => value === undefined || Number.isNaN(value) || typeof value === "function" || typeof value === "symbol" || value instanceof Promise;

// Each is given the function, the one that leads back, and arguments. It gives false where it is
// broken, and else what came out and whether that says anything.
const LAWS = {
  round_trip: (call, back, [value]) => {
    const made = call(value);
    return !mad(made) && same(back(made), value) && [made, !same(made, value)];
  },
  restores: (call, back, [value]) => {
    let read;
    try {
      read = call(value);
    } catch {
      return [undefined, false];
    }
    const written = back(read);
    return !mad(read) && typeof read !== typeof value && typeof written === typeof value && same(call(written), read) && [read, read !== null];
  },
  idempotent: (call, _, [value]) => {
    const made = call(value);
    return !mad(made) && typeof made === typeof value && same(call(made), made) && [made, !same(made, value)];
  },
  antisymmetric: (call, _, [one, other]) => {
    const [forth, back] = [call(one, other), call(other, one)];
    return typeof forth === "number" && Object.is(Math.sign(forth) + Math.sign(back), 0) && [Math.sign(forth), forth !== 0];
  },
  symmetric: (call, _, [one, other]) => {
    const made = call(one, other);
    return !mad(made) && same(made, call(other, one)) && [made, !same(one, other)];
  },
  total: (call, _, [value]) => {
    const made = call(value);
    return ["string", "number", "boolean"].includes(typeof made) && !mad(made) && [typeof made, true];
  },
};
const BINARY = new Set(["antisymmetric", "symmetric"]);
const SAMPLED = new Set(["restores"]);

// How many different things came out, so that what is always the same is no law.
const ENOUGH = { antisymmetric: 2, symmetric: 2 };

function verdict(law, call, back, rows) {
  const made = new Set();
  let telling = 0;
  for (const row of rows) {
    let came;
    try {
      came = LAWS[law](call, back, structuredClone(row));
    } catch {
      return false;
    }
    if (!came) return false;
    if (came[1]) made.add(JSON.stringify(came[0]) ?? "");
    telling += came[1] ? 1 : 0;
  }
  if (law === "total") return made.size === 1;
  return made.size >= (ENOUGH[law] ?? 3) && telling >= Math.min(rows.length * 0.08, 10) && telling > 1;
}

// The first that are needed; undefined where nobody knows what it takes.
function takes(job, count) {
  const taken = slots(job.takes, job.calls);
  if (job.making?.length || !taken || taken.missing || taken.length < count) return undefined;
  const least = taken.findIndex((each) => each.optional || each.rest);
  // What somebody leaves out is not needed, though no type says so.
  const fewest = Math.min(...job.calls.map((each) => Math.max(1, each.length)));
  const needed = Math.min(least < 0 ? taken.length : least, fewest);
  const first = taken.slice(0, count);
  if (needed > count || (needed === 0 && count > 1) || first.some((each) => each.rest)) return undefined;
  return first.every((each) => each.spec.kind === first[0].spec.kind) ? first : undefined;
}

// Values that tell the most: each makes something else than those before it, or runs other lines.
function samples(hooks, law, call, back, rows) {
  const kept = [];
  const seen = new Set();
  const lines = new Set();
  let last;
  for (const row of rows) {
    const told = JSON.stringify(row);
    if (told.length > LONGEST * row.length || /\d{7}|\d\.\d{3}/.test(told) || kept.length >= MOST_SAMPLES) continue;
    hooks.clear();
    let came;
    try {
      came = LAWS[law](call, back, structuredClone(row));
    } catch {
      continue;
    }
    const made = JSON.stringify(came && came[0]) ?? "";
    const more = hooks.ran().filter((line) => !lines.has(line));
    if (!came || (!came[1] && kept.length > 2) || (seen.has(made) && !more.length)) continue;
    seen.add(made);
    more.forEach((line) => lines.add(line));
    kept.push(row);
    last = came[0];
  }
  return { kept, lines: [...lines], value: law === "total" ? last : typeof last };
}

function rows(values, count) {
  if (count === 1) return values.map((each) => [each]);
  const found = [];
  for (let far = 0; far < values.length && found.length < 8 * SAMPLES_TRIED; far += 1) {
    for (let at = 0; at + far < values.length; at += 1) found.push([values[at], values[at + far]]);
  }
  return found;
}

// One law of one function: with values at random where it holds for all of them, and otherwise for
// those that tests and the text itself spell out.
function held(fc, law, job, functions, back, values, hooks) {
  const count = BINARY.has(law) ? 2 : 1;
  const taken = takes(job, count);
  const call = functions.get(job.symbol)?.call;
  if (!taken || !call) return undefined;
  const known = rows(values.slice(0, SAMPLES_TRIED), count);
  const forth = (...given) => hooks.timed(() => call(given));
  const other = back && ((...given) => hooks.timed(() => back(given)));
  const wild = (spec) => arbitraries(fc, job.words, job.texts)(spec);
  const [spec] = taken.map((each) => each.spec);
  for (const [kind, arbitrary] of SAMPLED.has(law) ? [] : kinds(spec)) {
    if (hooks.late()) return undefined;
    const one = arbitrary(fc, wild);
    const random = fc.sample(count === 1 ? fc.tuple(one) : fc.oneof(fc.tuple(one, one), one.map((each) => [each, each])), { numRuns: RUNS, seed: 7 });
    const fits = known.filter((row) => row.every((each) => kindly(kind, each)));
    if (!verdict(law, forth, other, [...fits, ...random])) continue;
    const told = samples(hooks, law, forth, other, [...fits, ...random.slice(0, 100)]);
    if (told.kept.length > 1) return { kinds: Array(count).fill(kind), ...told };
  }
  if (law === "total" || law === "symmetric") return undefined;
  const working = SAMPLED.has(law) ? known : known.filter((row) => row.every((each) => same(typeof each, typeof known[0][0])));
  const told = verdict(law, forth, other, working) && samples(hooks, law, forth, other, working);
  return told && told.kept.length > 2 ? { kinds: Array(count).fill(""), ...told } : undefined;
}

function kindly(kind, value) {
  if (kind.startsWith("list ")) return Array.isArray(value) && value.every((each) => kindly(kind.slice(5), each));
  if (kind === "text") return typeof value === "string";
  if (kind === "boolean") return typeof value === "boolean";
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  return kind === "number" || (Number.isInteger(value) && (kind === "integer" || value >= 0));
}

// The laws of a job's function, the strongest first, no more than one of each sort.
export function* laws(fc, job, jobs, functions, values, hooks) {
  const backs = jobs.filter((each) => each !== job && takes(each, 1));
  for (const law of ["round_trip", "restores"]) {
    for (const each of backs) {
      const back = functions.get(each.symbol);
      if (!back || hooks.late()) continue;
      const found = held(fc, law, job, functions, back.call, values, hooks);
      if (found) {
        yield { law, back: each.symbol, backWay: back.way, ...found };
        break;
      }
    }
  }
  let stronger = false;
  for (const law of ["idempotent", "antisymmetric", "symmetric", "total"]) {
    if (hooks.late() || (law === "total" && stronger)) break;
    const found = held(fc, law, job, functions, undefined, values, hooks);
    stronger ||= Boolean(found);
    if (found) yield { law, back: "", backWay: "", ...found };
  }
}
