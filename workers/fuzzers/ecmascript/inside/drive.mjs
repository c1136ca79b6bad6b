// One job after the other, each in a thread that is ended where it does not come back: prints a line of
// JSON for each into the file of results.
import { appendFileSync, readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

const SLOW = 3000;
const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));

function ran(job) {
  const shared = new SharedArrayBuffer(1 << 16);
  const ticks = new Int32Array(shared, 0, 4);
  const line = { id: job.id, why: "", crashes: {}, corpus: [], counts: {}, signature: "" };
  const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
    workerData: { job, shared },
    resourceLimits: { maxOldGenerationSizeMb: 900 },
    stdout: true,
    stderr: true,
  });
  const current = () => JSON.parse(Buffer.from(shared, 16, Atomics.load(ticks, 1)).toString() || "[]");
  const alone = (kind) => {
    line.signature = kind;
    line.crashes[kind] = { kind, message: "", grade: "strong", frames: [], signature: kind, case: current(), times: 1 };
  };
  return new Promise((done) => {
    let [last, since, spent] = [-1, Date.now(), process.cpuUsage().user];
    const end = () => {
      clearInterval(watch);
      clearTimeout(late);
      worker.terminate().then(() => done(line));
    };
    const watch = setInterval(() => {
      const tick = Atomics.load(ticks, 0);
      if (tick !== last || tick % 2 === 0) {
        [last, since, spent] = [tick, Date.now(), process.cpuUsage().user];
      } else if (Date.now() - since > SLOW && process.cpuUsage().user - spent > 500 * SLOW) {
        alone("Hang");
        end();
      }
    }, 100);
    const late = setTimeout(() => {
      line.why ||= line.counts.executions ? "" : "it did not end in time";
      end();
    }, 1000 * (job.seconds ?? 0) + 15_000);
    worker.on("message", (told) => {
      if (told.crash) {
        const known = line.crashes[told.crash.signature];
        line.crashes[told.crash.signature] = { ...told.crash, times: (known?.times ?? 0) + 1 };
      } else if (told.novel) {
        line.corpus.push(told.novel);
      } else {
        const { done: over, ...rest } = told;
        Object.assign(line, rest);
        if (over) end();
        if (told.signature !== undefined) end();
      }
    });
    worker.on("error", (error) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") alone("Memory");
      else line.why ||= String(error.message).slice(0, 300);
      end();
    });
    worker.on("exit", end);
  });
}

for (const job of settings.jobs) {
  const line = await ran(job);
  appendFileSync(settings.results, `${JSON.stringify(line)}\n`);
}
process.exit(0);
