// Nanoseconds of a round of calls, now and before the last change, in turns: each turn is a process
// of its own, for what an engine makes of a function differs from one to the next.
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const timing = fileURLToPath(new URL("./timing.mjs", import.meta.url));

function samples(job) {
  const asked = `${settings.results}.job`;
  writeFileSync(asked, JSON.stringify(job));
  const limits = { timeout: 15_000, killSignal: "SIGKILL", maxBuffer: 1 << 20 };
  const ran = spawnSync(process.execPath, [timing, asked], limits);
  try {
    return JSON.parse(String(ran.stdout).trim().split("\n").pop());
  } catch {
    process.stderr.write(`${job.symbol}: ${ran.signal ?? ran.status} ${String(ran.stderr).slice(0, 300)}\n`);
    return [];
  }
}

// A process that a busy machine ended is given another chance.
function turn(job) {
  const found = samples(job);
  return found.length ? found : samples(job);
}

for (const job of settings.jobs) {
  const line = { id: job.id, now: [], before: [] };
  for (let at = 0; at < job.turns; at++) {
    line.now.push(...turn(job));
    line.before.push(...turn({ ...job, file: job.earlier }));
    if (!line.now.length || !line.before.length) break;
  }
  appendFileSync(settings.results, `${JSON.stringify(line)}\n`);
}
