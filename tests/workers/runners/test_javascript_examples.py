"""Examples of the documentation of JavaScript are tests: what stands behind an arrow must come."""

from __future__ import annotations

import json
from pathlib import Path

from workers.runners import javascript
from workers.runners.base import Ended, Suite, Wanted
from workers.runners.javascripted import examples
from workers.sandbox import Sandbox

FILES = {
    "package.json": '{"name": "cart", "main": "./src/cart.js", "type": "module"}\n',
    "src/cart.js": (
        "/**\n * Takes off so many percent.\n *\n * @example\n"
        " * const left = discount(30, 50)\n * // => 15\n *\n"
        " * discount(8, 25) //=> 6\n */\n"
        "export function discount(total, percent) {\n"
        "  return total * (100 + percent) / 100\n}\n\n"
        "/**\n * @example\n * pair('a', 1)\n * // => { name: 'a',\n * //      count: 1 }\n"
        " * pair('a', 1).name // => a\n */\n"
        "export function pair(name, count) {\n  return { name, count }\n}\n"
    ),
    "README.md": (
        "# cart\n\n```js\nimport { pair } from 'cart'\n```\n\n"
        "```js\npair('b', 2) // { count: 2, name: 'b' }\n```\n\n"
        "```js\npair(Math.random(), 2) // => { name: 0.5, count: 2 }\n```\n\n"
        "```js\nlet at = 0\npair('c', at++).count // => 7\n```\n\n"
        "```js\npair(unknown).name // => 'x'\n```\n\n"
        "```js\npair(null.name, 1).name // => 'x'\n```\n\n"
        "```js\npair.name = 'twin'\npair.name // => 'pair'\n```\n"
    ),
}


async def test_an_example_that_does_not_hold_fails_alone(sandbox: Sandbox, code: Path) -> None:
    suite = javascript.suite(code, list(FILES))
    assert suite is not None
    assert suite.shown == ("src/cart.js", "README.md")
    async with sandbox.workspace(code) as workspace:
        ran = await javascript.run(workspace, suite, Wanted(60, examples=True, trace=True))
        ended = {test.id: test for test in ran.tests}
        wrong = ended["src/cart.js::example at line 4"]
        (text,) = await javascript.reproducers(workspace, code, suite, wrong)
        alone = await javascript.alone(workspace, text, 30)
    assert {name: test.verdict for name, test in ended.items()} == {
        "src/cart.js::example at line 4": "failed",
        "src/cart.js::example at line 15": "passed",
        "README.md::example at line 8": "passed",
        "README.md::example at line 16": "failed",
        "README.md::example at line 25": "failed",
    }
    assert (wrong.promised, javascript.excuse(suite, wrong)) == (2, "")
    assert javascript.excuse(suite, ended["README.md::example at line 16"])
    assert javascript.excuse(suite, ended["README.md::example at line 25"])
    assert list(ran.tests).index(wrong) in ran.lines["src/cart.js"][11]
    assert 'import { discount } from "./src/cart.js";' in text
    assert "assert.deepEqual(left, 15);" in text
    assert [test.kind for test in alone.of("failed")] == [wrong.kind]


def test_what_is_shown_in_short_says_nothing() -> None:
    suite = Suite((), (), (".",), (), ("README.md",))

    def excused(given: str) -> str:
        said = f"Expected values to be loosely deep-equal:\n\n{given}\n\nshould loosely deep-equal"
        test = Ended(
            "README.md::example at line 1", "failed", kinds=("AssertionError",), message=said
        )
        return javascript.excuse(suite, test)

    assert excused("Set(1) {\n  1\n}")
    assert excused("Point {\n  x: 1\n}")
    assert excused("[Function (anonymous)]")
    assert excused("[\n  <1 empty item>\n]")
    assert not excused("'Point'")
    assert not excused("{\n  x: 1\n}")


def test_what_the_sandbox_says_of_examples_is_read_with_care() -> None:
    good = {"id": "README.md::example at line 1", "place": "ponder-example-0.test.mjs"}
    good |= {"promised": 1, "text": "x"}  # type: ignore[dict-item]
    bad = [
        {"id": "/etc/passwd::example at line 1"},
        {"id": "README.md::evil"},
        {"place": "../../ponder-example-0.test.mjs"},
        {"promised": "1"},
    ]
    rows = [{**good, **each} for each in bad]
    assert examples.read(json.dumps(rows).encode(), frozenset({"README.md"})) == []
    assert len(examples.read(json.dumps([good]).encode(), frozenset({"README.md"}))) == 1
    assert examples.read(b"[[[", frozenset()) == []
