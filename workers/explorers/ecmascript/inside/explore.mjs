// Calls functions with plain values and writes down what came back, and by which lines. Calls are
// made in a thread that is ended where one does not come back; then the next function has its turn.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { instrument } from "./instrument.mjs";

const LATE = 2500;
const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const until = Date.now() + 1000 * settings.seconds;
const source = readFileSync(settings.path, "utf8");
instrument(settings.tools, process.cwd(), [settings.path], () => {});

function explored(from) {
  const shared = new SharedArrayBuffer(8);
  const ticks = new Int32Array(shared);
  ticks[1] = from;
  const worker = new Worker(new URL("./calling.mjs", import.meta.url), {
    workerData: { settings, source, from, shared, until },
    resourceLimits: { maxOldGenerationSizeMb: 700 },
    stdout: true,
    stderr: true,
  });
  return new Promise((done) => {
    let [last, since, spent] = [-1, Date.now(), 0];
    const watch = setInterval(() => {
      const used = process.cpuUsage().user / 1000;
      const late = Date.now() - since;
      if (ticks[0] !== last) [last, since, spent] = [ticks[0], Date.now(), used];
      // On a busy machine what is slow may merely wait for its turn.
      else if (late > LATE && (used - spent > LATE / 2 || late > 6 * LATE)) worker.terminate();
    }, 100);
    worker.on("error", () => {});
    worker.on("exit", () => {
      clearInterval(watch);
      done(Atomics.load(ticks, 1) + 1);
    });
  });
}

for (let next = 0; next < settings.jobs.length && Date.now() < until; ) next = await explored(next);
process.exit(0);
