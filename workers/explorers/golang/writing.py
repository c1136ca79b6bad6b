"""Tests of Go, written from calls and what came of them, as gofmt would have them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from workers.explorers.base import Case, Law
from workers.explorers.golang import laws
from workers.fuzzers.golang.declared import group
from workers.fuzzers.golang.harness import Harness

_MOST = 8
_ANY = re.compile(r"\bany\((test\.\w+|\"(?:[^\"\\]|\\.)*\")\)")
_INNER = re.compile(r"\b(?:made|pointer)\(")
_WORDS = frozenset("type func map range return var const package default case go select".split())
_TYPES = {"String()": "string", "[]uint8": "[]byte"}
_LETTERS = "abcdefgh"


def file_of(harnesses: Mapping[str, Harness], cases: Sequence[Case], others: str) -> str:
    """Grouped by what is called: what it gives, then what it refuses. `others` are tests that stand
    beside it: names that they have are not taken again."""
    groups: dict[tuple[str, Law | None, str, tuple[str, ...]], list[Case]] = {}
    for case in cases:
        if case.symbol in harnesses:
            groups.setdefault((case.symbol, case.law, case.raises, _shape(case)), []).append(case)
    taken = set(re.findall(r"^func (\w+)\(", others, re.MULTILINE))
    tests = []
    for listed in groups.values():
        first = listed[0]
        name = _free(laws.title(first) if first.law else _named(first), taken)
        taken.add(name)
        if first.law:
            tests.append(laws.test(first, name, harnesses))
        else:
            tests.append(_test(harnesses[first.symbol], name, listed[:_MOST]))
    if not tests:
        return ""
    body = "\n".join(tests)
    owner = harnesses[cases[0].symbol]
    return f"package {owner.package.called}_test\n\n{_imports(owner, body)}{body}"


def _shape(case: Case) -> tuple[str, ...]:
    return tuple(each["Type"] for each in json.loads(case.value)) if case.value else ()


def _named(case: Case) -> str:
    name = f"Test{case.symbol.replace('.', '_')}"
    return f"{name}_Refuses" if case.raises else name


def _free(name: str, taken: set[str]) -> str:
    """Go refuses two of the same name in one package."""
    tries = (name, f"{name}Cases", *(f"{name}{number}" for number in range(2, 50)))
    return next(each for each in tries if each not in taken)


def _imports(first: Harness, body: str) -> str:
    """Those that the text uses."""
    known = {"testing", "reflect", *first.imports}
    named = (
        "strings bytes bufio errors io context time net/url regexp encoding/json net math/big "
        "crypto/sha256 math testing/quick"
    ).split()
    used = [
        each
        for each in sorted(known | set(named))
        if re.search(rf"(?<![\w.\"]){re.escape(each.rpartition('/')[2])}\.\w", body)
    ]
    listed = "".join(f'\t"{each}"\n' for each in used)
    called, place = first.package.called, first.importing
    alias = "" if place.rpartition("/")[2] == called else f"{called} "
    return f'import (\n{listed}\n\t{alias}"{place}"\n)\n\n'


def _test(harness: Harness, name: str, cases: Sequence[Case]) -> str:
    fields = _fields(harness)
    if len(cases) == 1:
        lines = _checked(harness, json.loads(cases[0].given), cases[0], [])
        return f"func {name}(t *testing.T) {{\n{_indented(lines, 1)}}}\n"
    wants = _wants(cases[0])
    declared = [*zip(fields, harness.natives, strict=True), *wants]
    wide = max(len(each) for each, _ in declared)
    struct = "".join(f"\t\t{each.ljust(wide)} {kind}\n" for each, kind in declared)
    rows = "".join(f"\t\t{{{', '.join(_row(case))}}},\n" for case in cases)
    lines = _checked(harness, [f"test.{each}" for each in fields], cases[0], fields)
    return (
        f"func {name}(t *testing.T) {{\n\ttests := []struct {{\n{struct}\t}}{{\n{rows}\t}}\n"
        f"\tfor _, test := range tests {{\n{_indented(lines, 2)}\t}}\n}}\n"
    )


def _indented(lines: Sequence[str], deep: int) -> str:
    return "".join(f"{chr(9) * deep}{line}\n" for line in lines)


def _fields(harness: Harness) -> list[str]:
    """Names for the arguments: the parameters' where each is one."""
    by = len(harness.receiver.natives) if harness.receiver else 0
    takes = [name for name, _ in harness.function.takes]
    rest = len(harness.natives) - by
    plain = [each for each in takes if each.isidentifier() and each not in (*_WORDS, "_", "want")]
    names = plain if len(plain) == rest == len(set(plain)) else list(_LETTERS[:rest])
    owner = ["receiver"] if by == 1 else [f"receiver{at}" for at in range(1, by + 1)]
    return [*owner, *names]


def _wants(case: Case) -> list[tuple[str, str]]:
    """Names and types of what is expected."""
    kinds = [each["Type"] for each in _told(case)]
    names = ["want"] if len(kinds) == 1 else [f"want{at}" for at in range(1, len(kinds) + 1)]
    return list(zip(names, (_TYPES.get(k, k) for k in kinds), strict=True))


def _told(case: Case) -> list[dict[str, Any]]:
    """Results that are compared: what is nil is none."""
    return [each for each in json.loads(case.value or "[]") if each["Type"] != "nil"]


def _row(case: Case) -> list[str]:
    return [*json.loads(case.given), *map(_literal, _told(case))]


def _literal(value: Mapping[str, Any]) -> str:
    if value["Type"] == "[]uint8":
        return _bytes([int(each["Value"], 0) for each in value["Items"] or ()])
    if value["Items"] is not None or value["Type"].startswith("[]"):
        return f"{value['Type']}{{{', '.join(map(_literal, value['Items'] or ()))}}}"
    if value["Type"] in ("string", "String()"):
        return json.dumps(value["Value"], ensure_ascii=False)
    number = value["Value"]
    return number if re.fullmatch(r"-?[\w.+-]+", number) else json.dumps(number)


def _bytes(numbers: Sequence[int]) -> str:
    if all(0x20 <= each < 0x7F for each in numbers):
        return f"[]byte({json.dumps(bytes(numbers).decode())})"
    return f"[]byte{{{', '.join(map(str, numbers))}}}"


def _checked(
    harness: Harness, given: Sequence[str], case: Case, fields: Sequence[str]
) -> list[str]:
    """The statements of one call."""
    call, name = harness.call(given), harness.function.name
    before, call = unfolded(call, {harness.package.called, "test", "t", "err", "got"})
    call = _ANY.sub(r"\1", call)
    signs = ", ".join(
        "%#v" if "[]" in kind else "%q" if kind == "string" else "%v" for kind in harness.natives
    )
    about = f"{name}({signs})" if fields else name
    shown = "".join(f", {each}" for each in given) if fields else ""
    return [*before, *_asked(harness, call, case, (about, shown, fields))]


def _asked(
    harness: Harness, call: str, case: Case, words: tuple[str, str, Sequence[str]]
) -> list[str]:
    about, shown, fields = words
    values = json.loads(case.value or "[]")
    if case.raises:
        blanks = "_, " * (len(harness.function.gives) - 1)
        said = f'"{about}: want an error"{shown}'
        return [
            f"if {blanks}err := {call}; err == nil {{",
            f"\tt.Error{'f' if shown else ''}({said})",
            "}",
        ]
    fails = harness.function.gives[-1] == "error"
    told, wants = _told(case), [each for each, _ in _wants(case)]
    gots = ["got"] if len(told) == 1 else [f"got{at}" for at in range(1, len(told) + 1)]
    left = iter(gots)
    names = [next(left) if each["Type"] != "nil" else "_" for each in values]
    if fails:
        names[-1] = "err"
    stops = ["if err != nil {", f'\tt.Fatalf("{about}: %v"{shown}, err)', "}"] if fails else []
    if not told:
        if not fails:
            return []
        blanks = "_, " * (len(values) - 1)
        said = f't.Errorf("{about}: %v"{shown}, err)'
        return [f"if {blanks}err := {call}; err != nil {{", f"\t{said}", "}"]
    lines = [f"{', '.join(names)} := {call}", *stops]
    for got, want, value in zip(gots, wants, told, strict=True):
        expected = f"test.{want}" if fields else _literal(value)
        lines += _compared(got, expected, value["Type"], (about, shown))
    return lines


def _compared(got: str, want: str, kind: str, about: tuple[str, str]) -> list[str]:
    sign = "%q" if kind in ("string", "String()") else "%v"
    got = f"{got}.String()" if kind == "String()" else got
    if kind == "bool" and want in ("true", "false"):
        condition = f"!{got}" if want == "true" else got
    else:
        differs = f"!reflect.DeepEqual({got}, {want})"
        condition = differs if kind.startswith("[]") else f"{got} != {want}"
    said = f't.Errorf("{about[0]} = {sign}, want {sign}"{about[1]}, {got}, {want})'
    return [f"if {condition} {{", f"\t{said}", "}"]


def unfolded(call: str, taken: set[str]) -> tuple[list[str], str]:
    """What a call is made of as statements before it, and the call with their names: where one of
    them fails, the test ends."""
    lines: list[str] = []
    while found := _innermost(call):
        start, opened = found.start(), found.end() - 1
        end = group(call, opened)
        if end < 0:
            break
        inside = call[opened + 1 : end]
        name = _variable(inside, taken)
        taken.add(name)
        if call[start:opened] == "made":
            lines += [f"{name}, err := {inside}", "if err != nil {", "\tt.Fatal(err)", "}"]
            told = name
        else:
            lines.append(f"{name} := {inside}")
            told = name if call[end + 1 : end + 2] == "." else f"&{name}"
        call = call[:start] + told + call[end + 1 :]
    return lines, call


def _innermost(call: str) -> re.Match[str] | None:
    """The first that has no other within."""
    for found in _INNER.finditer(call):
        if not _INNER.search(call, found.end(), group(call, found.end() - 1)):
            return found
    return None


def _variable(expression: str, taken: set[str]) -> str:
    """After what makes it: 'constraint' for NewConstraint."""
    found = re.match(r"(?:\w+\.)?(?:New|Parse|Make|Must)?([A-Z]?\w*)", expression)
    word = found[1] if found else ""
    name = word[:1].lower() + word[1:] if word.isidentifier() else "given"
    tries = (
        name,
        "given",
        f"other{name[:1].upper()}{name[1:]}",
        *(f"given{n}" for n in range(2, 9)),
    )
    return next(each for each in tries if each not in taken and each not in _WORDS)
