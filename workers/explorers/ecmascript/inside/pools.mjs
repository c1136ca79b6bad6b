// Arguments for a function, the best first: those that tests and documents spell out, then values of
// its parameters' types, and of what its own text speaks of.
import { slots } from "./inputs.mjs";

const TEXTS = ["abc", "", "a b", "1", "Hello World", "foo-bar_baz", "fooBar", " x ", "1.5"];
const NUMBERS = [3, 0, 1, -1, 10, 100, 1000, 1.5];
const RANDOM = 60;
const WIDEST = 24;

function distinct(values) {
  return [...new Map(values.map((each) => [JSON.stringify(each) ?? "undefined", each])).values()];
}

function pool(spec, job, deep = 0) {
  switch (spec.kind) {
    case "string":
      return distinct([...TEXTS, ...job.words.filter((each) => each.length > 1), ...job.texts.slice(0, 8)]);
    case "number":
      return distinct([...NUMBERS, ...job.numbers.flatMap((each) => [each, each + 1, each - 1])]);
    case "boolean":
      return [true, false];
    case "constant":
      return [spec.value];
    case "undefined":
      return [undefined];
    case "union":
      return distinct(spec.of.flatMap((each) => pool(each, job, deep + 1)));
    case "array": {
      const of = pool(spec.of, job, deep + 1);
      return [of.slice(0, 3), [], of.slice(0, 1), [...of.slice(1, 4), ...of.slice(0, 1)]];
    }
    case "tuple":
      return [spec.of.map((each) => pool(each, job, deep + 1)[0])];
    case "record":
      return [{ a: pool(spec.of, job, deep + 1)[0] }, {}];
    case "object":
      return objects(spec.fields, job, deep);
    default:
      return [];
  }
}

// With what is needed, and one more at a time of what is not.
function objects(fields, job, deep) {
  const least = {};
  for (const [name, each] of Object.entries(fields)) {
    if (!each.optional) least[name] = pool(each, job, deep + 1)[0];
  }
  const made = [least];
  if (deep > 2) return made;
  for (const [name, each] of Object.entries(fields)) {
    for (const value of pool(each, job, deep + 1).slice(0, 6)) {
      if (value !== undefined) made.push({ ...least, [name]: value });
    }
  }
  return made.slice(0, 40);
}

// Numbers that look random, the same each time.
function* numbers(seed) {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 4294967296;
  }
}

// Single ones: what tests and documents spell out first, then those of the first parameter's type.
export function values(job) {
  const [first] = slots(job.takes, job.calls) ?? [];
  return distinct([...job.calls.map((each) => each[0]), ...(first ? pool(first.spec, job) : [])]);
}

export function* vectors(job) {
  const takes = [...(job.making ?? []), ...job.takes];
  const made = (job.making ?? []).length;
  const owner = made ? (slots(job.making, []) ?? []).map((each) => pool(each.spec, job)[0]) : [];
  if (owner.length < made && !(job.making ?? [])[owner.length]?.optional) return;
  while (owner.length < made) owner.push(undefined);
  for (const each of job.calls) if (each.length <= takes.length - made) yield [...owner, ...each];
  const taken = slots(job.takes, job.calls);
  if (taken === undefined || taken.missing) return;
  const pools = taken.map((each) => pool(each.spec, job).slice(0, WIDEST + 16));
  if (pools.some((each) => !each.length)) return;
  const least = taken.findIndex((each) => each.optional || each.rest);
  for (const size of new Set([least < 0 ? pools.length : least, pools.length])) {
    const some = pools.slice(0, size);
    const first = some.map((each) => each[0]);
    yield [...owner, ...first];
    for (const [at, values] of some.entries()) {
      for (const value of values) yield [...owner, ...first.slice(0, at), value, ...first.slice(at + 1)];
    }
    const random = numbers(size + 1);
    for (let each = 0; each < RANDOM && size > 1; each += 1) {
      yield [...owner, ...some.map((values) => values[Math.floor(random.next().value * values.length)])];
    }
  }
}
