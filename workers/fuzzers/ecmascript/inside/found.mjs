// The function of a job, as the repository exports it.
import { register } from "node:module";
import { pathToFileURL } from "node:url";

export async function found(job) {
  process.setSourceMapsEnabled(true);
  register("./hooks.mjs", import.meta.url, { data: { tools: job.tools } });
  const exported = await import(pathToFileURL(job.file).href);
  const [first, method] = job.symbol.split(".");
  const { value, way } = named(exported, first);
  if (value === undefined) throw new Error("it is not exported");
  if (!method) {
    if (typeof value !== "function" || /^class\b/.test(Function.prototype.toString.call(value))) {
      throw new Error("it is no function");
    }
    return { way, call: (args) => value(...args), made: 0 };
  }
  if (job.isStatic) return { way, call: (args) => value[method](...args), made: 0 };
  const made = (job.making ?? []).length;
  return { way, made, call: (args) => new value(...args.slice(0, made))[method](...args.slice(made)) };
}

function named(exported, name) {
  const inner = exported.default;
  if (exported[name] !== undefined && name !== "default") return { value: exported[name], way: "named" };
  if (name === "default" || (typeof inner === "function" && inner.name === name)) {
    return { value: inner, way: "default" };
  }
  return { value: inner?.[name], way: "member" };
}

// What a generator gives is part of what the function does.
export function drawn(value) {
  if (value && typeof value === "object" && typeof value.next === "function" && value[Symbol.iterator]) {
    let left = 10_000;
    for (const _ of value) if (!left--) break;
  }
  return value;
}
