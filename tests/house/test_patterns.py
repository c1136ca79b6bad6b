"""Texts of outsiders meet our regular expressions: none may take forever over any of them."""

from __future__ import annotations

import ast
import re
import re._constants as kinds
import re._parser as parser
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from bot.commands import parse
from core.redact import redact
from tests.house.tree import ROOT
from workers.answer import history_span, reply, safe, scrub, subject, wording
from workers.changes import patterns
from workers.fuzzers.ecmascript import scan as ecmascript
from workers.fuzzers.golang import declared, literals, seeds
from workers.fuzzers.golang import scan as golang
from workers.fuzzers.native import scan as native
from workers.graph import configs
from workers.index import churn, links
from workers.languages.base import comment_text
from workers.linters.proofs import age
from workers.oracles import raises
from workers.runners.javascripted import examples
from workers.runners.javascripted import layout as javascript
from workers.runners.reproducers import go

LONG = 50_000
SECONDS = 10.0
"""Of the processor, far above what any of these takes, and far below what a fault takes."""

_FOLDERS = ("bot", "cli", "core", "web", "workers")
_UNBOUNDED = (kinds.MAX_REPEAT, kinds.MIN_REPEAT)

EVIL: dict[str, tuple[Callable[[str], object], str]] = {
    "commands: greetings": (lambda t: parse(t, "ponder"), "hi " * 10_000 + "/ponder " * 4_000),
    "redact: signs": (redact, "=" * LONG + "\x01"),
    "redact: pairs": (redact, "&a=b" * (LONG // 4) + ")"),
    "redact: addresses": (redact, "://a:" * (LONG // 5)),
    "redact: keys": (redact, "-----BEGIN PRIVATE KEY-----\nA" * (LONG // 20)),
    "scrub: dots": (scrub.without_line_numbers, "M." * (LONG // 2)),
    "scrub: slashes": (scrub.paths_in, "a~/" * (LONG // 3)),
    "scrub: blanks": (scrub.paths_in, "lines" + " " * LONG),
    "since: digits": (history_span._SINCE.search, "since " + "9" * LONG),
    "between: digits": (history_span._BETWEEN.search, "from " + "9" * LONG),
    "subject: dots": (lambda text: subject.PATH.sub("", text), "." * LONG),
    "reply: blank lines": (lambda text: reply._FENCE.sub("", text), "\n" * LONG),
    "reply: quotes": (reply._INLINE.findall, '[1: "' * (LONG // 5)),
    "safe: remarks": (lambda text: safe._TAG.sub("", text), "<!--" * (LONG // 4)),
    "wording: roles": (lambda text: wording._ROLE.sub("", text), ":a:`" + " " * LONG),
    "wording: stars": (lambda text: wording._COMMENT_END.sub("", text), "*" * LONG),
    "wording: blanks": (lambda text: wording._COMMENT_END.sub("", text), " " * LONG),
    "defaults: blanks": (patterns._with_defaults, "a=" + "\t" * LONG),
    "defaults: types": (patterns._with_defaults, "a:" * (LONG // 2)),
    "methods: brackets": (ecmascript._METHOD.match, "\ta" + "e(" * (LONG // 2)),
    "branches: brackets": (golang._BRANCH.findall, "[" * LONG),
    "fields: blanks": (declared._FIELD.match, "\ta" + " a" + " " * LONG + "/"),
    "literals: quotes": (literals._LITERAL.findall, '"\\' * (LONG // 2)),
    "issues: blanks": (churn._CLOSES.search, "resolves" + " " * LONG),
    "python 2: blank lines": (age._PYTHON_2.search, "\n" * LONG),
    "python 2: excepts": (age._PYTHON_2.search, "except" + " " * LONG),
    "names: exports": (ecmascript._NAMED.findall, "export {" * LONG),
    "types: brackets": (declared._TYPE.findall, "type A[\n" * LONG),
    "types: groups": (declared._TYPES.findall, "type (\n" * LONG),
    "types: structs": (declared.declared, "type A struct {\n" * (LONG // 2)),
    "chunks: functions": (seeds._CHUNK.findall, "func \n" * LONG),
    "harness: brackets": (native._HARNESS.search, f"{native.ENTRY}(\n" * LONG),
    "settings: quotes": (configs._json, '"' + '\\"' * LONG + "\\"),
    "settings: remarks": (configs._json, "/*" * (4 * LONG)),
    "tests: dots": (lambda text: javascript._TESTS.search(text.encode()), "it." * LONG),
    "abbreviations: blank lines": (examples._ABBREVIATED.search, "\n" * LONG),
    "reproducer: functions": (lambda text: go._function(text, "T"), "func T(\n" * LONG),
    "reproducer: groups": (go._GROUP.findall, "import (\n" * LONG),
    "reproducer: imports": (lambda text: go._imports(text, text), '"a"\n' * LONG),
    "comments: blanks": (comment_text, "x" + "\t" * LONG + "y"),
    "comments: stars": (comment_text, "x" + "*" * LONG + "y"),
    "links: quotes": (lambda text: links._STRING.findall(text.encode()), '"\\' * LONG),
    "raises: letters": (raises._RAISES.search, "raises " + "A" * LONG),
}


@pytest.mark.parametrize("name", EVIL)
def test_no_long_text_takes_forever(name: str) -> None:
    read, text = EVIL[name]
    began = time.process_time()
    read(text)
    assert time.process_time() - began < SECONDS


def test_no_line_begins_with_blanks_that_reach_over_lines() -> None:
    r"""With MULTILINE, `^\s*` begins at each of many blank lines, and each time reads them all."""
    wrong = [where for where, tree, many in _patterns() if many and _reaches_over(tree)]
    assert wrong == []


def test_nothing_repeated_can_be_read_in_two_ways() -> None:
    r"""`(\\.|.)*` reads n signs in as many ways as two to the n: a text that does not fit in the
    end is tried in all of them."""
    wrong = [where for where, tree, _ in _patterns() if any(_is_twofold(r) for r in _repeats(tree))]
    assert wrong == []


def test_patterns_that_are_wrong_are_known() -> None:
    assert _reaches_over(parser.parse(r"^\s*a"))
    assert _reaches_over(parser.parse(r"^(\s*)a"))
    assert not _reaches_over(parser.parse(r"^[^\S\n]*a"))
    assert any(map(_is_twofold, _repeats(parser.parse(r"(['\"])(?:\\.|(?!\1).)*\1"))))
    assert not any(map(_is_twofold, _repeats(parser.parse(r"(?:\\.|[^\\])*x"))))


@cache
def _patterns() -> list[tuple[str, Any, bool]]:
    """Where each stands whose text is written out, what it is made of, and whether each line has a
    beginning for it. What works inside of a sandbox has its limits there."""
    return [
        pattern
        for folder in _FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "inside" not in path.parts and re.search(r"^import re$", path.read_text(), re.MULTILINE)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and _is_of_re(node.func) and node.args
        for pattern in _pattern(path, node)
    ]


def _is_of_re(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "re"
    )


def _pattern(path: Path, call: ast.Call) -> Iterator[tuple[str, Any, bool]]:
    written, *more = call.args
    if isinstance(written, ast.Constant) and isinstance(written.value, str | bytes):
        text = written.value if isinstance(written.value, str) else written.value.decode("latin1")
        flags = " ".join(map(ast.unparse, [*more, *(k.value for k in call.keywords)]))
        many = bool(re.search(r"\bre\.M(?:ULTILINE)?\b", flags)) or text.startswith("(?m)")
        yield f"{path.relative_to(ROOT)}:{call.lineno}", parser.parse(text), many


def _parts(tree: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Each piece with the one behind it, at any depth."""
    pieces = list(tree)
    for piece, behind in zip_longest(pieces, pieces[1:], fillvalue=(None, None)):
        yield *piece, behind
        for inner in _inside(*piece):
            yield from _parts(inner)


def _inside(kind: Any, value: Any) -> list[Any]:
    if kind is kinds.BRANCH:
        return list(value[1])
    if kind in (kinds.SUBPATTERN, kinds.ASSERT, kinds.ASSERT_NOT):
        return [value[-1]]
    if kind is kinds.ATOMIC_GROUP:
        return [value]
    return [value[2]] if kind in (*_UNBOUNDED, kinds.POSSESSIVE_REPEAT) else []


def _reaches_over(tree: Any) -> bool:
    return any(
        kind is kinds.AT and value is kinds.AT_BEGINNING and _is_blanks(*behind)
        for kind, value, behind in _parts(tree)
    )


def _is_blanks(kind: Any, value: Any) -> bool:
    if kind is kinds.SUBPATTERN:
        return bool(list(value[-1])) and _is_blanks(*value[-1][0])
    blank = [(kinds.IN, [(kinds.CATEGORY, kinds.CATEGORY_SPACE)])]
    return kind in _UNBOUNDED and value[1] is kinds.MAXREPEAT and list(value[2]) == blank


def _repeats(tree: Any) -> Iterator[Any]:
    """What is repeated without an end, and may be read anew."""
    for kind, value, _ in _parts(tree):
        if kind in _UNBOUNDED and value[1] is kinds.MAXREPEAT:
            yield value[2]


def _is_twofold(repeated: Any) -> bool:
    """Whether one way begins with a certain letter, and another is any one letter."""
    pieces = list(repeated)
    if len(pieces) == 1 and pieces[0][0] is kinds.SUBPATTERN:
        pieces = list(pieces[0][1][-1])
    if len(pieces) != 1 or pieces[0][0] is not kinds.BRANCH:
        return False
    ways = [[p for p in way if p[0] is not kinds.ASSERT_NOT] for way in pieces[0][1][1]]
    letters = [way for way in ways if len(way) > 1 and way[0][0] is kinds.LITERAL]
    any_one = [way for way in ways if len(way) == 1 and way[0][0] is kinds.ANY]
    return bool(letters and any_one)
