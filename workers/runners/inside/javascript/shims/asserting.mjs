// tape, tap, ava and uvu: a test gets an object with the assertions. Names of all four in one.

import assert from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { it } from "vitest";

function thrown(body, wanted) {
  const more = typeof wanted === "string" ? [] : [wanted].filter((each) => each !== undefined);
  if (more.length && typeof more[0] === "object" && !(more[0] instanceof RegExp)) return avaThrown(body, more[0]);
  assert.throws(body, ...more);
}

function avaThrown(body, { instanceOf, message, name, code }) {
  let error;
  try {
    body();
  } catch (caught) {
    error = caught;
  }
  assert.ok(error, "it did not throw");
  told(error, { instanceOf, message, name, code });
  return error;
}

function told(error, { instanceOf, message, name, code } = {}) {
  if (instanceOf) assert.ok(error instanceof instanceOf);
  if (message instanceof RegExp) assert.match(error.message, message);
  else if (typeof message === "string") assert.strictEqual(error.message, message);
  if (name) assert.strictEqual(error.name, name);
  if (code) assert.strictEqual(error.code, code);
}

async function rejected(given, wanted) {
  try {
    await (typeof given === "function" ? given() : given);
  } catch (error) {
    if (wanted && typeof wanted === "object" && !(wanted instanceof RegExp)) told(error, wanted);
    return error;
  }
  return assert.fail("it did not reject");
}

const same = (one, other, said) => assert.deepStrictEqual(one, other, text(said));
const is = (one, other, said) => {
  if (!Object.is(one, other)) assert.strictEqual(one, other, text(said));
};
const isNot = (one, other, said) => assert.notStrictEqual(one, other, text(said));
const differs = (one, other, said) => assert.ok(!isDeepStrictEqual(one, other), text(said) ?? "they are the same");
const loosely = (one, other, said) => assert.deepEqual(one, other, text(said));
const yes = (value, said) => assert.ok(value, text(said));
const no = (value, said) => assert.ok(!value, text(said) ?? `${value} is not falsy`);
const text = (said) => (typeof said === "string" ? said : undefined);

const shared = {
  ok: yes, true: (v, s) => assert.ok(v === true || (v && s !== undefined), text(s)), assert: yes, truthy: yes,
  notOk: no, false: no, falsy: no, fail: (said) => assert.fail(text(said) ?? "failed"), pass() {}, comment() {}, diagnostic() {},
  is, equal: is, equals: is, strictEqual: is, strictEquals: is, isEqual: is,
  not: isNot, notEqual: isNot, notEquals: isNot, notStrictEqual: isNot, isNot,
  same, deepEqual: same, deepEquals: same, isEquivalent: same, strictSame: same, strictDeepEqual: same,
  notSame: differs, notDeepEqual: differs, notStrictSame: differs,
  looseEqual: (a, b, s) => assert.equal(a, b, text(s)), deepLooseEqual: loosely,
  throws: thrown, notThrows: (body) => body(), doesNotThrow: (body) => body(), rejects: rejected, throwsAsync: rejected,
  resolves: (given) => (typeof given === "function" ? given() : given), notThrowsAsync: (given) => (typeof given === "function" ? given() : given),
  match: (value, pattern, said) => (typeof pattern === "string" ? assert.ok(String(value).includes(pattern), text(said)) : pattern instanceof RegExp ? assert.match(value, pattern, text(said)) : assert.partialDeepStrictEqual?.(value, pattern)),
  notMatch: (value, pattern, said) => assert.doesNotMatch(value, pattern, text(said)),
  regex: (value, pattern, said) => assert.match(value, pattern, text(said)),
  notRegex: (value, pattern, said) => assert.doesNotMatch(value, pattern, text(said)),
  error: (error, said) => assert.ok(!error, text(said) ?? String(error)), ifError: (error) => assert.ifError(error),
  type: (value, kind) => (typeof kind === "string" ? assert.strictEqual(typeof value, kind) : assert.ok(value instanceof kind)),
  instance: (value, kind) => assert.ok(value instanceof kind), unreachable: () => assert.fail("it came here"),
  log() {}, timeout() {}, timeoutAfter() {}, teardown() {}, context: {},
};

// A test is over when what it planned was said, when it says so, or when it returns.
function ran(body, { waits }) {
  return () =>
    new Promise((resolve, reject) => {
      const inner = [];
      const mine = { ...shared };
      let planned = -1, said = 0, ended = false;
      const over = () => Promise.all(inner).then(resolve, reject);
      for (const [name, real] of Object.entries(shared)) {
        if (typeof real !== "function") continue;
        mine[name] = (...given) => {
          const count = () => (said += 1) === planned && waits && over();
          try {
            const made = real(...given);
            count();
            return made;
          } catch (error) {
            reject(error);
            throw error;
          }
        };
      }
      mine.plan = (number) => (planned = number) === 0 && over();
      mine.end = () => ((ended = true), over());
      mine.test = (name, ...rest) => {
        const each = rest.find((one) => typeof one === "function");
        const made = each ? Promise.all(inner).then(ran(each, { waits })) : Promise.resolve();
        made.catch(reject);
        inner.push(made);
        return made;
      };
      mine.test.skip = () => {};
      mine.teardown = mine.after = () => {};
      let given;
      try {
        given = body(mine, () => over());
      } catch (error) {
        return reject(error);
      }
      if (given && typeof given.then === "function") given.then(over, reject);
      else if (!waits || (planned < 0 && body.length === 0)) over();
      else if (!ended && inner.length) over();
    });
}

function library(options) {
  const made = (name, ...rest) => {
    const body = [name, ...rest].find((each) => typeof each === "function");
    const skipped = rest.some((each) => each?.skip || each?.todo);
    if (!body) return it.todo(String(name));
    return (skipped ? it.skip : it)(typeof name === "string" ? name : "unnamed", ran(body, options));
  };
  const only = (real) => (name, ...rest) => {
    const body = [name, ...rest].find((each) => typeof each === "function");
    return body ? real(String(name), ran(body, options)) : undefined;
  };
  Object.assign(made, {
    test: made, serial: made, skip: only(it.skip), only: only(it.only), failing: only(it.fails),
    todo: (name) => it.todo(String(name)), onFinish() {}, onFailure() {}, run() {}, plan() {}, end() {}, teardown() {},
    before() {}, after() {}, beforeEach() {}, afterEach() {}, comment() {}, setTimeout() {},
  });
  return made;
}

export const tape = library({ waits: true });
export const ava = library({ waits: false });
export const tap = Object.assign(library({ waits: true }), shared);
tap.test = tap;
for (const each of [tape, ava, tap]) each.default = each;

const plain = library({ waits: false });
export const uvu = { test: plain, suite: () => library({ waits: false }) };
export const uvuAssert = { ...shared, equal: same, not: Object.assign(no, { equal: differs, ok: no, match: shared.notMatch, throws: shared.notThrows }) };
