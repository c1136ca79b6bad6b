// Calls one function over and over, and says which cases ended in what no caller wants.
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { drawn, found } from "./found.mjs";
import { arbitraries, given, slots } from "./inputs.mjs";
import { judged } from "./judge.mjs";
import { packed, unpacked } from "./values.mjs";

const { job, shared } = workerData;
const ticks = new Int32Array(shared, 0, 4);
const now = Buffer.from(shared, 16);
const counts = { executions: 0, returned: 0, refused: 0, seeds: 0, tried: 0, odd: 0 };
const novel = new Set();
const MOST_SORTS = 20;

// What is called, and the case that it is called with, so that whoever waits can tell.
function enter(args) {
  const told = JSON.stringify(packed(args));
  Atomics.store(ticks, 1, now.write(told.length < now.length ? told : "[]"));
  Atomics.add(ticks, 0, 1);
  return told;
}

function leave() {
  Atomics.add(ticks, 0, 1);
}

async function once(call, args) {
  const told = enter(args);
  try {
    const value = await drawn(call(args));
    counts.returned++;
    return { told, odd: null, back: true, outcome: shape(value) };
  } catch (error) {
    const odd = judged(error, job.root);
    if (!odd) counts.refused++;
    return { told, odd, outcome: `${error?.name} ${String(error?.stack).split("\n")[1]}` };
  } finally {
    leave();
    if (++counts.executions % 256 === 0) parentPort.postMessage({ counts });
  }
}

function shape(value) {
  const size = value?.length ?? (value && typeof value === "object" ? Object.keys(value).length : 0);
  return `${Array.isArray(value) ? "array" : typeof value} ${Math.ceil(Math.log2(1 + size))}`;
}

function note(made) {
  if (!novel.has(made.outcome) && novel.size < 100 && made.told.length < 10_000) {
    novel.add(made.outcome);
    parentPort.postMessage({ novel: made.told });
  }
}

async function fuzz(fc, call, arbitrary) {
  const until = Date.now() + 1000 * job.seconds;
  const known = new Set();
  for (let seed = 1; Date.now() < until && known.size < MOST_SORTS; seed++) {
    let locked = null;
    const property = fc.asyncProperty(arbitrary, async (args) => {
      const made = await once(call, args);
      note(made);
      if (locked === null) {
        counts.tried++;
        if (made.odd) counts.odd++;
      }
      const signature = made.odd?.signature;
      if (!made.odd || known.has(signature) || (locked !== null && locked !== signature)) return;
      locked = signature;
      parentPort.postMessage({ crash: { ...made.odd, case: JSON.parse(made.told) } });
      throw new Error("found");
    });
    await fc.check(property, { numRuns: 500, seed, interruptAfterTimeLimit: until - Date.now() });
    if (locked !== null) known.add(locked);
    parentPort.postMessage({ counts });
  }
}

// Texts that its sisters take, each in all places: two of them that fit are not met by chance.
async function sisters(call, taken, making) {
  const needed = taken.filter((each) => !each.optional && !each.rest);
  if (counts.returned || making.length || !needed.length) return;
  if (!needed.every(({ spec }) => spec.kind === "string")) return;
  for (const text of job.texts.slice(0, 60)) note(await once(call, needed.map(() => text)));
}

async function main() {
  const { way, call, made } = await found(job);
  if (job.replay) {
    const { odd } = await once(call, unpacked(job.replay.case));
    parentPort.postMessage({ signature: odd?.signature ?? "", returned: counts.returned > 0 });
    return;
  }
  const fc = createRequire(`${job.tools}/node_modules/`)("fast-check");
  const making = made ? slots(job.making, []) : [];
  const fits = job.calls.filter((each) => each.length <= job.takes.length);
  const working = [];
  for (const args of made ? [] : fits) {
    if ((await once(call, args)).back) working.push(args);
  }
  counts.seeds = working.length;
  parentPort.postMessage({ counts });
  const taken = slots(job.takes, made ? fits : working);
  if (!taken || !making) throw new Error("nobody knows what it takes");
  if (!taken.length) throw new Error("it takes nothing that could be varied");
  const make = arbitraries(fc, job.words, job.texts);
  const before = given(fc, making, make);
  const arbitrary = fc.tuple(before, given(fc, taken, make)).map(([first, rest]) => [...first, ...rest]);
  const origins = [...making, ...taken].map((each) => [each.name, each.origin, each.spec.kind]);
  for (const { missing } of [making, taken]) {
    if (missing) origins.push([missing, "name", "undefined"]);
  }
  parentPort.postMessage({ way, origins, made: making.length });
  await sisters(call, taken, making);
  for (const raw of job.corpus) note(await once(call, unpacked(raw)));
  await fuzz(fc, call, arbitrary);
}

main().then(
  () => parentPort.postMessage({ counts, done: true }),
  (error) => parentPort.postMessage({ counts, done: true, why: String(error?.message ?? error).slice(0, 300) }),
);
