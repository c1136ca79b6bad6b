"""Calls of a file's functions, as a test of Go that makes them all and says what came of it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from workers.explorers.base import Case, Site
from workers.explorers.golang import laws
from workers.explorers.golang.laws import Tried
from workers.fuzzers.base import Target
from workers.fuzzers.go import harnesses
from workers.fuzzers.golang.declared import declared
from workers.fuzzers.golang.harness import VERSION, Harness, helps
from workers.fuzzers.golang.literals import Value, fitting, literal, spelled
from workers.fuzzers.golang.scan import Scanned, scan
from workers.fuzzers.pythonic import told
from workers.sandbox import files

_INSIDE = Path(__file__).parent / "inside" / "calls_test.go"
_LAWS = _INSIDE.with_name("laws_test.go")
_TEXTS = (b"abc", b"", b"a b", b"1", b"Hello World", b"1.5", b"foo-bar", b" x ")
_NUMBERS = (3, 0, 1, -1, 2, 10, 100)
_MOST_CALLS = 60
_MOST_SPARE = 4
_LONGEST = 100
_LARGEST = 600_000
_KINDS = frozenset("string bool int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64".split())
_TEXTUAL = frozenset({"string", "String()", "error"})
_NUMBER = re.compile(r"[-+.\w]{0,24}")
_KINDS |= {"float32", "float64", "error", "nil", "String()"}


@dataclass(frozen=True, slots=True)
class Call:
    """Of one function, with values for the fuzzer's kinds of arguments."""

    harness: Harness
    given: tuple[Value, ...]

    @property
    def text(self) -> str:
        return self.harness.call([literal(each) for each in self.given])


def functions(site: Site) -> list[Harness]:
    """What can be called of a file, with values that tests spell out."""
    raw = files.read(site.folder, site.path, _LARGEST) or b""
    found = declared(raw.decode(errors="replace"))
    scanned: Scanned = scan(site.folder, site.paths)
    folder = str(PurePosixPath(site.path).parent)
    if found.package == "main" or folder not in scanned.packages:
        return []
    targets = []
    for each in found.functions:
        owner = each.receiver.lstrip("*")
        if each.name[:1].isupper() and each.gives and (not owner or owner[:1].isupper()):
            target = Target(site.path, each.symbol, each.start_line, each.end_line, 0.0)
            scanned.functions[target.name] = each
            targets.append(target)
    made, _ = harnesses(scanned, targets)
    return [each for each in made.values() if len(each.natives) <= 4]


def calls(harness: Harness) -> Iterator[Call]:
    """The best first: what tests spell out, then values of its types and of its own text."""
    seen: set[tuple[Value, ...]] = set()
    for given in (*harness.seeds, *_made(harness)):
        call = Call(harness, given)
        if given not in seen and len(call.text) <= _LONGEST and len(seen) < _MOST_CALLS:
            seen.add(given)
            yield call


def _made(harness: Harness) -> Iterator[tuple[Value, ...]]:
    words = spelled(harness.function.body)
    pools = [_pool(kind, words) for kind in harness.natives]
    start = harness.seeds[0] if harness.seeds else tuple(each[0] for each in pools)
    for at, values in enumerate(pools):
        yield from ((*start[:at], value, *start[at + 1 :]) for value in values)
    chosen = random.Random(len(pools))  # noqa: S311
    texts = harness.seeds[:12]
    for _ in range(40 if len(pools) > 1 else 0):
        near = chosen.choice(texts) if texts else start
        yield tuple(chosen.choice([*pool, near[at]]) for at, pool in enumerate(pools))


def _pool(kind: str, words: Sequence[bytes | int | float]) -> list[Value]:
    if kind in ("string", "[]byte"):
        own = [each for each in words if isinstance(each, bytes) and len(each) <= 20]
        return [Value(kind, each) for each in (*_TEXTS, *own[:12])]
    if kind == "bool":
        return [Value(kind, True), Value(kind, False)]
    numbers = [each for each in words if isinstance(each, int) and abs(each) < 10**6]
    near = [n for each in numbers[:8] for n in (each, each + 1, each - 1)]
    if kind.startswith("float"):
        return [Value(kind, float(each)) for each in (1.5, *_NUMBERS, *near)]
    return [Value(kind, fitting(kind, each)) for each in (*_NUMBERS, *near)]


def text(site: Site, made: Sequence[Call], tried: Sequence[Tried]) -> dict[str, str]:
    """Test files beside the file, by their names. The file itself counts its blocks in a variable
    of the package."""
    package = made[0].harness.package.called
    imports = frozenset[str]().union(*(each.harness.imports for each in made))
    listed = "".join(f'\t"{name}"\n' for name in sorted(imports))
    rows = "".join(_row(at, each) for at, each in enumerate(made))
    body = (
        f"{VERSION}package {package}_test\n\nimport (\n{listed}\n"
        f'\t{package} "{made[0].harness.importing}"\n)\n\n'
        f"var ponderCount = {package}.PonderCover.Count[:]\n\n"
        f"var ponderPos = {package}.PonderCover.Pos[:]\n\n"
        f"{helps('made(')}{helps('pointer(')}var ponderCalls = []ponderCall{{\n{rows}}}\n"
    )
    named = {"ponder_table_test.go": body, "ponder_calls_test.go": _driver(_INSIDE, package)}
    if tried:
        importing = made[0].harness.importing
        named["ponder_held_test.go"] = VERSION + laws.text(package, importing, tried)
        named["ponder_laws_test.go"] = _driver(_LAWS, package)
    return named


def _driver(path: Path, package: str) -> str:
    source = path.read_text(encoding="utf-8")
    return VERSION + source.replace("package ponder_test", f"package {package}_test", 1)


def _row(at: int, call: Call) -> str:
    names = [f"r{number}" for number in range(len(call.harness.function.gives))]
    listed = ", ".join(names)
    return f"\t{{{at}, func() []any {{ {listed} := {call.text}; return []any{{{listed}}} }}}},\n"


def cases_of(
    raw: bytes, made: Sequence[Call], known: frozenset[int], statements: frozenset[int]
) -> list[Case]:
    """What was written in the sandbox is hostile: numbers, names of types, and texts."""
    tried: dict[str, list[Case]] = {}
    for line in told.lines(raw):
        at, results = line.get("Id"), line.get("Results")
        if isinstance(at, int) and 0 <= at < len(made) and isinstance(results, list):
            case = _case(made[at], results, _numbers(line.get("Lines")) & statements)
            if case is not None:
                tried.setdefault(case.symbol, []).append(case)
    return [case for cases in tried.values() for case in _chosen(cases, set(known))]


def held(raw: bytes, tried: Sequence[Tried], statements: frozenset[int]) -> list[Case]:
    """Laws that hold, no more than one of a function: the first of them is the strongest."""
    found: dict[str, Case] = {}
    for line in told.lines(raw):
        at = line.get("Law")
        if isinstance(at, int) and 0 <= at < len(tried):
            case = replace(tried[at].case, lines=_numbers(line.get("Lines")) & statements)
            found.setdefault(case.symbol, case)
    return list(found.values())


def _numbers(blocks: object) -> frozenset[int]:
    found: set[int] = set()
    for block in blocks if isinstance(blocks, list) else ():
        match block:
            case [int(first), int(last)] if 0 < first <= last < first + 2_000:
                found |= set(range(first, last + 1))
    return frozenset(found)


def _case(call: Call, results: list[Any], lines: frozenset[int]) -> Case | None:
    values = [each for each in results if isinstance(each, dict) and _is_plain(each)]
    if len(values) != len(call.harness.function.gives) or len(values) > 3:
        return None
    failed = values[-1]["Type"] == "error"
    function = call.harness.function
    return Case(
        function.symbol,
        "",
        json.dumps([_written(each) for each in call.given]),
        "" if failed else json.dumps(values),
        "error" if failed else "",
        "",
        tuple(name for name, _ in function.takes),
        lines,
        False,
    )


def _written(value: Value) -> str:
    """As people write it: of its type by where it stands."""
    told = literal(value)
    inner = told.removeprefix(f"{value.kind}(").removesuffix(")")
    return inner if _NUMBER.fullmatch(inner) else told


def _is_plain(value: Mapping[str, Any], deep: int = 0) -> bool:
    kind, items, told = value.get("Type"), value.get("Items"), value.get("Value")
    if not isinstance(kind, str) or not isinstance(told, str):
        return False
    if kind not in _TEXTUAL and not _NUMBER.fullmatch(told):
        return False
    if items is None:
        return kind in _KINDS or (kind in ("[]string", "[]int") and deep == 0)
    inner = kind.removeprefix("[]")
    plain = inner in _KINDS - {"error", "nil", "String()"} and deep == 0 and isinstance(items, list)
    return plain and all(isinstance(each, dict) and _is_plain(each, 1) for each in items)


def _chosen(cases: Sequence[Case], known: set[int]) -> Iterator[Case]:
    """Those that run lines which nothing ran before them; then some that give something else."""
    results: set[str] = set()
    late: list[Case] = []
    for case in cases:
        if case.lines - known:
            known |= case.lines
            results.add(case.value + case.raises)
            yield case
        elif case.value and case.value not in results:
            results.add(case.value)
            late.append(replace(case, spare=True))
    yield from late[:_MOST_SPARE]
