"""How tests are written in a repository: for which test runner, with which modules, quotes and
semicolons, and where they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from workers.explorers.base import Site
from workers.fuzzers.ecmascript.scan import package, text
from workers.runners.javascripted.layout import TYPED

_REQUIRES = re.compile(r"\brequire\(")
_IMPORTS = re.compile(r"^[^\S\n]*(?:import\b[^(]|export\b)", re.MULTILINE)
_NAMED = re.compile(r"^(?P<stem>.+?)(?P<kind>[.-_](?:test|spec))?\.(?P<ending>[cm]?[jt]sx?)$")
_NEEDED = ("dependencies", "devDependencies")
_SPELLED = re.compile(r"(?:from|import|require\()\s*['\"]\.[^'\"]*\.(js|ts)['\"]")


@dataclass(frozen=True, slots=True)
class Words:
    """Of a library for tests. `imports` are names and modules; `around` is a test, of a title and a
    body; the rest are of a call and what is expected."""

    imports: tuple[tuple[str, str], ...]
    around: str
    same: str
    equal: str
    throws: str
    ends: str = ""


_ARROW = "test({title}, {start}() => {{\n{body}}});\n"
_MOCHA = (
    "describe({title}, function () {{\n  it({does}, {start}function () {{\n{deep}  }});\n}});\n"
)
_TAPE = "test({title}, {start}function (t) {{\n{body}  t.end();\n}});\n"
_AVA = "test({title}, {start}t => {{\n{body}}});\n"
_EXPECT = ("expect({call}).toBe({value})", "expect({call}).toEqual({value})")
_THROWS = "expect(() => {call}).toThrow({why})"
_ASSERT = ("assert.strictEqual({call}, {value})", "assert.deepStrictEqual({call}, {value})")
_STRICT = ("assert.equal({call}, {value})", "assert.deepEqual({call}, {value})")
_REFUSES = "assert.throws(() => {call}, {match})"
LIBRARIES: dict[str, Words] = {
    "vitest": Words((("{ expect, test }", "vitest"),), _ARROW, *_EXPECT, _THROWS),
    "@jest/globals": Words((("{ expect, test }", "@jest/globals"),), _ARROW, *_EXPECT, _THROWS),
    "jest": Words((), _ARROW, *_EXPECT, _THROWS),
    "node:test": Words(
        (("assert", "node:assert/strict"), ("test", "node:test")), _ARROW, *_STRICT, _REFUSES
    ),
    "mocha": Words((("assert", "assert"),), _MOCHA, *_ASSERT, _REFUSES),
    "chai": Words(
        (("{ expect }", "chai"),),
        _MOCHA,
        *("expect({call}).to.equal({value})", "expect({call}).to.deep.equal({value})"),
        "expect(() => {call}).to.throw({why})",
    ),
    "tape": Words(
        (("test", "tape"),),
        _TAPE,
        *("t.equal({call}, {value})", "t.deepEqual({call}, {value})"),
        "t.throws(() => {call}, {match})",
    ),
    "ava": Words(
        (("test", "ava"),),
        _AVA,
        *("t.is({call}, {value})", "t.deepEqual({call}, {value})"),
        "t.throws(() => {call}, {{ {ava} }})",
    ),
    "uvu": Words(
        (("{ test }", "uvu"), ("* as assert", "uvu/assert")),
        _ARROW,
        *("assert.is({call}, {value})", "assert.equal({call}, {value})"),
        "assert.throws(() => {call}, {match})",
        "\ntest.run();\n",
    ),
}
"""By the name of what tests import, or of what runs them."""


@dataclass(frozen=True, slots=True)
class Style:
    """`name` is of the library for tests, `path` where a file of tests belongs, with {} for the
    word that tells it from others. `has_random`: the repository has fast-check, so that a test of
    ours may need it."""

    name: str
    words: Words
    modern: bool
    quote: str
    semicolons: bool
    path: str
    ending: str
    has_random: bool = False

    def quoted(self, told: str) -> str:
        """A text as a literal."""
        whole = json.dumps(told, ensure_ascii=False)
        if self.quote == '"' or "'" in told:
            return whole
        return "'" + whole[1:-1].replace('\\"', '"') + "'"

    def imported(self, names: str, source: str) -> str:
        """A line that imports."""
        if self.modern:
            return f"import {names} from {self.quoted(source)};\n"
        names = names.removeprefix("* as ")
        return f"const {names} = require({self.quoted(source)});\n"

    def ended(self, whole: str) -> str:
        """A file's text, with semicolons or without."""
        return whole if self.semicolons else re.sub(r";$", "", whole, flags=re.MULTILINE)


def style(site: Site) -> Style:
    """Of the test that is nearest to a file; of what package.json says where there is none."""
    near = _nearest(site)
    source = text(site.folder, near) if near else text(site.folder, site.path)
    typed = site.path.endswith(TYPED)
    modern = bool(_IMPORTS.search(source)) or (typed and not _REQUIRES.search(source))
    whole = package(site.folder)
    if not near and not typed and not modern:
        modern = site.path.endswith(".mjs")
    doubles, singles = source.count('"'), source.count("'")
    lines = [each.rstrip() for each in source.splitlines() if each.strip()]
    closed = sum(each.endswith(";") for each in lines)
    spelled = _SPELLED.search(source) if near else None
    name = _library(source if near else "", whole, typed=typed)
    return Style(
        name,
        LIBRARIES[name],
        modern,
        "'" if singles > doubles else '"',
        closed * 5 > len(lines),
        _path(site, near, typed=typed),
        _written(site.path, spelled[1] if spelled else "", modern=modern),
        any("fast-check" in (whole.get(each) or ()) for each in _NEEDED),
    )


def _written(path: str, spelled: str, *, modern: bool) -> str:
    """The ending of the file's name as tests write it."""
    suffix = PurePosixPath(path).suffix
    if path.endswith(TYPED):
        return {"js": ".js", "ts": suffix}.get(spelled, "")
    return suffix if modern or suffix != ".js" or spelled == "js" else ""


def _nearest(site: Site) -> str:
    """The test whose name is most like the file's, in the same language if there is one."""
    typed = site.path.endswith(TYPED)
    stem = PurePosixPath(site.path).stem

    def far(path: str) -> tuple[bool, bool, bool, int, str]:
        name = PurePosixPath(path).name
        beside = PurePosixPath(path).parent == PurePosixPath(site.path).parent
        same = path.endswith(TYPED) == typed
        return (not same, stem not in name, not beside, len(path), path)

    known = [each for each in site.paths if each in set(site.suite.targets)]
    return min(known, key=far, default="")


def _library(source: str, whole: Mapping[str, Any], *, typed: bool) -> str:
    """What the test imports; what package.json names where it imports nothing."""
    named = set(re.findall(r"(?:from|require\()\s*[\"']([\w:@/-]+)[\"']", source))
    for name in ("vitest", "@jest/globals", "node:test", "tape", "ava", "uvu", "chai"):
        if name in named:
            return name
    if {"assert", "node:assert", "assert/strict", "node:assert/strict"} & named:
        return "mocha"
    scripts = json.dumps([whole.get("scripts"), whole.get("devDependencies")])
    for name in ("vitest", "jest", "ava", "tape", "uvu", "chai", "mocha"):
        if re.search(rf"\b{name}\b", scripts):
            return name
    if source:
        return "jest"
    return "vitest" if typed else "node:test"


def _path(site: Site, near: str, *, typed: bool) -> str:
    file = PurePosixPath(site.path)
    if not near:
        return str(file.with_name(f"{file.stem}.{{}}.test{file.suffix}"))
    test = PurePosixPath(near)
    found = _NAMED.match(test.name)
    kind = (found["kind"] or "") if found else ".test"
    alone = test.stem in ("test", "tests", "spec") or (not kind and test.parent == file.parent)
    ending = test.suffix if test.suffix in TYPED or not typed else file.suffix
    return str(test.with_name(f"{file.stem}.{{}}{'.test' if alone else kind}{ending}"))
