// Loaded before a run of tests: where the time goes, by samples of the stack.
const { mkdirSync, writeFileSync } = require("node:fs");
const { Session } = require("node:inspector");
const { fileURLToPath } = require("node:url");
const path = require("node:path");

const EVERY_MICROSECONDS = 2000;
const DEEPEST = 60;
const ROOT = `${process.cwd()}/`;
const AWAY = /^(\.ponder[^/]*|node_modules)\/|\/node_modules\//;
const folder = path.join(ROOT, ".ponder-fuzz/stacks");
const session = new Session();
let running = false;

function named({ url, functionName }) {
  const file = url.startsWith("file:") ? fileURLToPath(url.replace(/[?#].*/, "")) : url;
  if (!file.startsWith(ROOT) || AWAY.test(file.slice(ROOT.length))) return "";
  return `${file.slice(ROOT.length)}:${functionName || "(anonymous)"}`.replaceAll(";", ",");
}

function told(profile) {
  const ways = new Map();
  const nodes = new Map(profile.nodes.map((each) => [each.id, each]));
  const parents = new Map(profile.nodes.flatMap((each) => (each.children ?? []).map((id) => [id, each.id])));
  for (const node of profile.nodes) {
    if (!node.hitCount) continue;
    const way = [];
    for (let each = node; each && way.length < DEEPEST; each = nodes.get(parents.get(each.id))) {
      const name = named(each.callFrame);
      if (name) way.push(name);
    }
    const key = way.reverse().join(";");
    if (key) ways.set(key, (ways.get(key) ?? 0) + node.hitCount);
  }
  return Object.fromEntries(ways);
}

function save() {
  if (!running) return;
  running = false;
  session.post("Profiler.stop", (error, result) => {
    if (error) return;
    const found = told(result.profile);
    if (!Object.keys(found).length) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${process.pid}.json`), JSON.stringify(found));
  });
}

session.connect();
session.post("Profiler.enable");
session.post("Profiler.setSamplingInterval", { interval: EVERY_MICROSECONDS });
session.post("Profiler.start", (error) => {
  running = !error;
});
process.on("exit", save);
process.on("disconnect", save);
process.once("SIGTERM", () => process.exit(143));
