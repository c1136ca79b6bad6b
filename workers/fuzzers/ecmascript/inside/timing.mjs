// Prints samples of one function: nanoseconds of a processor for a round of its calls, and which
// calls a round has: those that fail are none of it.
import { readFileSync } from "node:fs";
import { drawn, found } from "./found.mjs";
import { unpacked } from "./values.mjs";

const WARM_MS = 60;
const SAMPLE_NS = 15e6;
const LEAST_NS = 2e6;
const SAMPLES = 3;
const MOST_COPIES = 20_000;
const job = JSON.parse(readFileSync(process.argv[2], "utf8"));

function returns(call, raw) {
  try {
    const value = drawn(call(unpacked(raw)));
    // Whoever waits is not measured by the time of a processor.
    return typeof value?.then !== "function";
  } catch {
    return false;
  }
}

function spent() {
  const { user, system } = process.cpuUsage();
  return 1000 * (user + system);
}

// What a function may write to is made anew for each call, before the clock runs.
function once(call, cases, plain, times) {
  const rounds = plain ? [cases] : Array.from({ length: times }, () => cases.map((each) => structuredClone(each)));
  const began = spent();
  for (let at = 0; at < times; at++) {
    // What is kept is not left out by the engine.
    for (const args of rounds[plain ? 0 : at]) globalThis.ponderLast = drawn(call(args));
  }
  return spent() - began;
}

async function main() {
  const { call } = await found(job);
  const working = job.cases.map((raw) => returns(call, raw));
  const cases = job.cases.filter((_, at) => working[at]).map(unpacked);
  if (!cases.length) return [];
  const which = working.reduce((sum, each, at) => sum + (each ? 2 ** at : 0), 0);
  const plain = cases.flat().every((each) => each === null || typeof each !== "object");
  const most = plain ? 1e6 : Math.ceil(MOST_COPIES / cases.length);
  const until = Date.now() + WARM_MS;
  let [times, taken] = [1, 0];
  while (Date.now() < until || (taken < SAMPLE_NS / 2 && times < most)) {
    taken = once(call, cases, plain, times);
    if (taken < SAMPLE_NS / 2) times = Math.min(most, 2 * times);
  }
  const samples = Array.from({ length: SAMPLES }, () => once(call, cases, plain, times));
  return samples.filter((each) => each >= LEAST_NS).map((each) => [each / times, which]);
}

main().then(
  (samples) => process.stdout.write(`\n${JSON.stringify(samples)}\n`, () => process.exit(0)),
  () => process.exit(1),
);
