// Tests that were written for other libraries, in words of vitest.

import assert from "node:assert";
import { ava, tap, tape, uvu, uvuAssert } from "./asserting.mjs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

// What mocha and jest call a test with: `this`, and a function to call when it is over.
function called(body) {
  if (typeof body !== "function") return body;
  const self = { timeout: () => self, slow: () => self, retries: () => self, currentTest: {}, test: {} };
  if (body.length === 0) return () => body.call(self);
  return () =>
    new Promise((resolve, reject) => {
      const done = (error) => (error ? reject(error instanceof Error ? error : new Error(String(error))) : resolve());
      done.fail = (error) => reject(new Error(String(error ?? "failed")));
      const given = body.call(self, done);
      if (given && typeof given.then === "function") given.then(undefined, reject);
    });
}

function wrapped(real, body) {
  const made = (name, ...rest) => {
    const at = rest.findIndex((each) => typeof each === "function");
    if (at < 0) return real.todo ? real.todo(named(name)) : undefined;
    const options = rest.find((each) => each && typeof each === "object") ?? {};
    const late = typeof rest[at + 1] === "number" ? rest[at + 1] : options.timeout;
    const chosen = options.skip ? real.skip : options.todo ? real.skip : options.only ? real.only : real;
    return chosen(named(name), body(rest[at]), late);
  };
  for (const each of ["each", "for", "runIf", "skipIf", "todo"]) {
    if (real[each]) made[each] = real[each];
  }
  for (const each of ["only", "skip", "concurrent", "sequential", "fails"]) {
    if (real[each]) made[each] = (name, ...rest) => {
      const at = rest.findIndex((one) => typeof one === "function");
      return at < 0 ? real.todo?.(named(name)) : real[each](named(name), body(rest[at]));
    };
    if (made[each] && real[each].each) made[each].each = real[each].each;
  }
  made.serial = made;
  return made;
}

function named(name) {
  return typeof name === "function" ? name.name || "unnamed" : String(name);
}

const grouped = (body) => {
  const self = { timeout: () => self, slow: () => self, retries: () => self };
  return () => body.call(self);
};
const test = wrapped(it, called);
const suite = wrapped(describe, grouped);
const hook = (real) => (...given) => real(called(given.find((each) => typeof each === "function")));
const before = hook(beforeAll), after = hook(afterAll), each = hook(beforeEach), done = hook(afterEach);

export function globals(target, vitest) {
  Object.assign(target, {
    it: test, test, specify: test, xit: test.skip, xtest: test.skip, fit: test.only,
    describe: suite, context: suite, suite, xdescribe: suite.skip, fdescribe: suite.only,
    before, after, beforeAll: before, afterAll: after, beforeEach: each, afterEach: done,
    setup: each, teardown: done, suiteSetup: before, suiteTeardown: after, jest: vitest,
  });
}

const mocha = {
  it: test, test, specify: test, describe: suite, context: suite, before, after, beforeEach: each, afterEach: done,
};
const jest = { ...mocha, beforeAll: before, afterAll: after, expect, jest: vi };

// node:test gives each test a context, in which there may be more tests.
function within(body) {
  if (body.length > 1) return called((finish) => body(context("test"), finish));
  return () => body(context("test"));
}
function context(name) {
  const mine = {
    name, assert, mock, signal: new AbortController().signal, diagnostic() {}, plan() {}, skip() {}, todo() {},
    runOnly() {}, before() {}, beforeEach() {}, afterEach() {}, after() {},
    test: async (inner, ...rest) => {
      const body = rest.find((one) => typeof one === "function") ?? (typeof inner === "function" ? inner : null);
      if (body && !rest.some((one) => one?.skip)) await body(context(named(inner)));
    },
  };
  mine.it = mine.test;
  return mine;
}
const mock = {
  fn: (...given) => {
    const made = vi.fn(...given);
    made.mock.callCount = () => made.mock.calls.length;
    return made;
  },
  method: (object, name, body) => (body ? vi.spyOn(object, name).mockImplementation(body) : vi.spyOn(object, name)),
  restoreAll: () => vi.restoreAllMocks(), reset: () => vi.restoreAllMocks(),
  timers: { enable: () => vi.useFakeTimers(), tick: (ms) => vi.advanceTimersByTime(ms), reset: () => vi.useRealTimers() },
};
const ours = wrapped(it, within);
const named_first = (real) => Object.assign((...given) => (typeof given[0] === "function" ? real(given[0].name || "unnamed", ...given) : real(...given)), real);
const node = Object.assign(named_first(ours), {
  test: named_first(ours), it: named_first(ours), describe: suite, suite, before, after,
  beforeEach: each, afterEach: done, mock,
});
node.default = node;

export const libraries = {
  "node:test": node, mocha, "@jest/globals": jest, tape, tap, ava, uvu, "uvu/assert": uvuAssert,
};
