"""Tests of JavaScript and TypeScript are run whoever they were written for, and what fails stands
alone."""

from __future__ import annotations

from pathlib import Path

from workers.runners import javascript, typescript
from workers.runners.base import Ended, Suite, Wanted
from workers.sandbox import Limits, Sandbox

FILES = {
    "package.json": '{"name": "cart", "version": "1.0.0"}\n',
    "index.js": (
        "'use strict'\n\nexports.discount = discount\n\nfunction discount (total, percent) {\n"
        "  if (percent > 100) throw new RangeError('too much')\n"
        "  else if (percent === 0)\n"
        "    return total\n"
        "  return total * (100 + percent) / 100\n}\n"
    ),
    "src/name.ts": (
        "export interface Named { name: string }\n\n"
        "export const even = (each: Named): string => each.name.trim()\n"
    ),
    "test/mocha.js": (
        "var assert = require('assert')\nvar fs = require('fs')\nvar cart = require('..')\n\n"
        "describe('discount', function () {\n"
        "  it('takes half', function () {\n    this.timeout(100)\n"
        "    assert.equal(cart.discount(30, 50), 15)\n  })\n"
        "  it('refuses', function (done) {\n"
        "    assert.throws(function () { cart.discount(1, 101) }, /too much/)\n    done()\n  })\n"
        "  it('reads', function () { fs.readFileSync('/etc/shop') })\n"
        "})\n"
    ),
    "test/tape.js": (
        "var test = require('tape')\nvar cart = require('../index')\n\n"
        "test('nothing', function (t) {\n  t.plan(1)\n"
        "  t.test('at all', function (st) { st.equal(cart.discount(3, 0), 3); st.end() })\n})\n"
    ),
    "test/node.test.mjs": (
        "import test from 'node:test'\nimport assert from 'node:assert/strict'\n"
        "import { discount } from '../index.js'\n\n"
        "test('nothing', async (t) => { await t.test('at all', () => "
        "assert.equal(discount(3, 0), 3)) })\n"
    ),
    "test/ava.mjs": "import test from 'ava'\n\ntest('is', t => { t.deepEqual([1], [1]) })\n",
    "test/gone.test.mjs": "import it from 'nobody-has-this'\n\nit('is', () => {})\n",
    "src/name.test.ts": (
        "import { expect, test } from 'vitest'\nimport { even } from './name'\n\n"
        "test('evens out', () => { expect(even({ name: ' Ada ' })).toBe('Ada') })\n"
    ),
}


async def test_tests_for_other_libraries_are_run_with_their_lines(
    sandbox: Sandbox, code: Path
) -> None:
    found = javascript.suite(code, sorted(FILES))
    assert found is not None
    assert found.files == ("index.js", "src/name.ts")
    async with sandbox.workspace(code) as workspace:
        ran = await javascript.run(workspace, found, Wanted(100, trace=True, elsewhere=True))
        assert ran.whole
        assert ran.absent == ("nobody-has-this",)
        ended = {test.id: test for test in ran.tests}
        assert sorted(name for name, test in ended.items() if test.verdict == "passed") == [
            "test/ava.mjs::is",
            "test/mocha.js::discount > refuses",
            "test/node.test.mjs::nothing",
            "test/tape.js::nothing",
        ]
        half = ended["test/mocha.js::discount > takes half"]
        assert half.message == "45 == 15"
        assert not javascript.excuse(found, half)
        assert javascript.excuse(found, ended["test/mocha.js::discount > reads"])
        at = [test.id for test in ran.tests].index(half.id)
        assert sorted(n for n, tests in ran.lines["index.js"].items() if at in tests) == [6, 7, 9]
        assert ran.statements["index.js"] == {3, 6, 7, 8, 9}
        assert workspace.read("index.js") == FILES["index.js"].encode()
        text = (await javascript.reproducers(workspace, code, found, half))[0]
        assert "refuses" not in text
        assert "timeout" not in text
        assert "require('fs')" not in text
        alone = await javascript.alone(workspace, text, 60)
        assert [test.message for test in alone.of("failed")] == ["45 == 15"]
        workspace.write("reproducer.test.js", text)
        plain = await workspace.run(["node", "--test", "reproducer.test.js"], limits=Limits())
        assert "45 == 15" in plain.stdout
        typed = typescript.suite(code, sorted(FILES))
        assert typed is not None
        assert typed.targets == ("src/name.test.ts",)
        ran = await typescript.run(workspace, typed, Wanted(100, trace=True))
        assert [test.verdict for test in ran.tests] == ["passed"]
        assert ran.lines["src/name.ts"] == {3: frozenset({0})}


def test_what_neither_asserts_nor_comes_from_the_code_is_the_tests_own() -> None:
    suite = Suite(("test.js",), ("index.js",), (".",), ())
    test = Ended("test.js::is", "failed", kinds=("TypeError",), message="x is not a function")
    assert javascript.excuse(suite, test)
