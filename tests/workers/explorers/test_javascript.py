"""Tests of JavaScript and TypeScript are written as those that are there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from workers.explorers import javascript, typescript
from workers.explorers.base import Case, Law, Site
from workers.explorers.ecmascript.cases import cases_of
from workers.explorers.ecmascript.style import LIBRARIES
from workers.runners import javascript as scripts
from workers.runners import typescript as typed
from workers.runners.base import Ran
from workers.sandbox import Sandbox, open_sandbox

SHARE = (
    "/**\n * @param {number} amount\n * @param {number} people\n */\n"
    "export function share(amount, people) {\n"
    "  if (people === 0) {\n"
    "    throw new RangeError('nobody is there')\n"
    "  }\n"
    "  return Math.floor(amount / people)\n"
    "}\n"
)
FILES = {
    "package.json": '{"name": "cart", "type": "module"}\n',
    "src/cart.js": SHARE,
    "test/cart.test.js": (
        "import test from 'node:test'\nimport assert from 'node:assert/strict'\n"
        "import { share } from '../src/cart.js'\n\n"
        "test('shares', () => { assert.ok(share) })\n"
    ),
}
WRITTEN = """import assert from 'node:assert/strict'
import test from 'node:test'
import { share } from '../src/cart.js'

test('share', () => {
  assert.equal(share(3, 3), 1)
})

test('share throws', () => {
  assert.throws(() => share(3, 0), /nobody is there/)
})
"""
CASE = Case(
    "share", "[]", "[3, 3]", "1", "", "", ("amount", "people"), frozenset(), False, ("named",)
)


def site(folder: Path, files: Mapping[str, str], path: str) -> Site:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    suite = (typed if path.endswith(".ts") else scripts).suite(folder, sorted(files))
    assert suite is not None
    return Site(folder, sorted(files), suite, path)


async def test_calls_of_a_module_become_tests_that_pass(tmp_path: Path) -> None:
    cart = site(tmp_path / "code", FILES, "src/cart.js")
    sandbox = await open_sandbox(tmp_path / "scratch")
    assert isinstance(sandbox, Sandbox)
    async with sandbox.workspace(cart.folder) as workspace:
        found = await javascript.explored(workspace, cart, Ran((), whole=True), 20)
        assert workspace.read("src/cart.js") == SHARE.encode()
        first = [case for case in found if not case.spare]
        assert javascript.written(cart, first) == WRITTEN
        at = javascript.tried_at(cart)
        ran = await scripts.alone(workspace, WRITTEN, 30, trace=("src/cart.js",), at=at)
    assert at == "test/cart.cases.test.js"
    assert [test.verdict for test in ran.tests] == ["passed", "passed"]
    assert {6, 7, 9} <= set(ran.lines["src/cart.js"])


@pytest.mark.parametrize(
    ("test", "first", "last"),
    [
        ("const t = require('tape');\n", "const test = require('tape');", "  t.end();\n});\n"),
        ("import test from 'ava';\n", "import test from 'ava';", "  t.is(share(3, 3), 1);\n});\n"),
        (
            "var assert = require('assert');\nvar cart = require('..');\n",
            "const assert = require('assert');",
            "    assert.strictEqual(share(3, 3), 1);\n  });\n});\n",
        ),
        (
            "expect(require('../src/cart').share(1, 1)).toBe(1);\n",
            "const { share } = require('../src/cart');",
            "  expect(share(3, 3)).toBe(1);\n});\n",
        ),
        ("import { test } from 'uvu';\n", "import { test } from 'uvu';", "\ntest.run();\n"),
    ],
)
def test_the_library_is_that_of_the_nearest_test(
    tmp_path: Path, test: str, first: str, last: str
) -> None:
    files = {"src/cart.js": SHARE, "test/cart.js": f"{test}test('it', () => {{}});\n"}
    text = javascript.written(site(tmp_path, files, "src/cart.js"), [CASE])
    assert text.startswith(first)
    assert text.endswith(last)


def test_without_a_test_typescript_has_vitest_beside_the_file(tmp_path: Path) -> None:
    cart = site(tmp_path, {"src/cart.ts": "export const share = 1;\n"}, "src/cart.ts")
    text = typescript.written(cart, [CASE])
    assert text.startswith(
        'import { expect, test } from "vitest";\nimport { share } from "./cart";'
    )
    assert typescript.test_path(cart, "cases") == "src/cart.cases.test.ts"


def test_what_the_sandbox_says_is_read_with_care() -> None:
    good = {"symbol": "share", "way": "named", "made": [], "given": [1], "value": 1, "raises": ""}
    good |= {"says": "", "names": ["amount"], "lines": [1]}
    bad: list[dict[str, object]] = [
        {"symbol": "share(); evil"},
        {"way": "eval"},
        {"raises": "Evil(), 1"},
        {"says": "x" * 61},
        {"given": "[1]"},
        {"value": ["x" * 500]},
        {"law": "evil", "kinds": ["text"], "samples": [["a"]]},
        {"law": "total", "kinds": ["evil()"], "samples": [["a"]]},
        {"law": "total", "kinds": ["text"], "samples": [["a", "b"]]},
        {"law": "round_trip", "kinds": ["text"], "samples": [["a"]], "back": "x();"},
        {"law": "round_trip", "kinds": ["text"], "samples": [["a"]], "back": "x", "backWay": "y"},
    ]
    lines = [json.dumps({**good, **each}) for each in bad]
    assert cases_of("\n".join([*lines, "nonsense"]).encode()) == []
    assert len(cases_of(json.dumps(good).encode())) == 1


def test_each_library_can_say_all(tmp_path: Path) -> None:
    for words in LIBRARIES.values():
        assert "{call}" in words.same
        assert "{call}" in words.equal
        assert "{call}" in words.throws


LABEL = (
    "/** @param {string} text */\n"
    "export function encode(text) {\n"
    "  return text.split('').map((each) => each.charCodeAt(0)).join('.')\n"
    "}\n\n"
    "/** @param {string} text */\n"
    "export function decode(text) {\n"
    "  const codes = text === '' ? [] : text.split('.')\n"
    "  return codes.map((each) => String.fromCharCode(each)).join('')\n"
    "}\n\n"
    "/** @param {string} text */\n"
    "export function tidy(text) {\n"
    "  return text.trim().toLowerCase()\n"
    "}\n\n"
    "/**\n * @param {number} one\n * @param {number} other\n */\n"
    "export function far(one, other) {\n"
    "  return Math.abs(one - other)\n"
    "}\n"
)
HELD = {
    "encode": "round_trip text",
    "tidy": "idempotent text",
    "far": "symmetric number,number",
}
RANDOM = """
test('decode gives back what encode was given', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    assert.equal(decode(encode(text)), text)
  }))
})
"""
PLAIN = """
test('decode gives back what encode was given', () => {
  for (const text of ["""


async def test_what_holds_for_all_values_becomes_a_test_that_a_checkout_can_run(
    tmp_path: Path,
) -> None:
    label = site(tmp_path / "code", FILES | {"src/label.js": LABEL}, "src/label.js")
    sandbox = await open_sandbox(tmp_path / "scratch")
    assert isinstance(sandbox, Sandbox)
    async with sandbox.workspace(label.folder) as workspace:
        found = await javascript.explored(workspace, label, Ran((), whole=True), 20)
        laws = [each for each in found if each.law and each.law.name != "total"]
        plain = javascript.written(label, laws)
        (label.folder / "package.json").write_text('{"devDependencies": {"fast-check": "4"}}')
        random = javascript.written(label, laws)
        at = javascript.tried_at(label)
        runs = [await scripts.alone(workspace, text, 30, at=at) for text in (plain, random)]
    told = {each.symbol: f"{each.law.name} {','.join(each.law.kinds)}" for each in laws if each.law}
    assert HELD.items() <= told.items()
    assert PLAIN in plain
    assert "fast-check" not in plain
    assert RANDOM in random
    for ran in runs:
        assert [test.verdict for test in ran.tests] == ["passed"] * len(laws)


def test_that_a_function_takes_a_few_values_is_no_test(tmp_path: Path) -> None:
    law = Law("total", "", (), ("text",))
    case = replace(CASE, given='[["a"], ["b"]]', value='"number"', law=law)
    assert javascript.written(site(tmp_path, FILES, "src/cart.js"), [case]) == ""
    needs = FILES | {"package.json": '{"devDependencies": {"fast-check": "4"}}'}
    text = javascript.written(site(tmp_path, needs, "src/cart.js"), [case])
    assert "fc.property(fc.string(), (text) => {" in text
    assert "assert.equal(typeof share(text), 'number')" in text
