"""What holds whatever a function of Go is called with: tried with values at random by a test that
Go's own library for that runs, and written for the same library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workers.explorers.base import Case, Law
from workers.fuzzers.golang.harness import Harness

PLAIN = frozenset(
    "string bool float32 float64 int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64".split()
)
_NAMES = {"string": "text", "bool": "flag"}
_TITLES = {
    "idempotent": "Test{f}_Again",
    "round_trip": "Test{f}_{b}",
    "antisymmetric": "Test{f}_TurnsRound",
    "symmetric": "Test{f}_BothWays",
    "total": "Test{f}_TakesAnything",
}
_MOST = 40


@dataclass(frozen=True, slots=True)
class Tried:
    """A law that a function may keep; `back` leads back, if there is such a function."""

    name: str
    harness: Harness
    back: Harness | None = None

    @property
    def case(self) -> Case:
        back = self.back.function.name if self.back else ""
        law = Law(self.name, back, (), tuple(kind for _, kind in self.harness.function.takes))
        return Case(
            self.harness.function.symbol, "", "[]", "", "", "", (), frozenset(), False, law=law
        )


def candidates(harnesses: Sequence[Harness]) -> list[Tried]:
    """The strongest first: a function alone may hang, or want more memory than there is."""
    known = [each for each in harnesses if _is_plain(each)]
    found = [*_pairs(known), *_alone(known)]
    found += [Tried("total", each) for each in known if _takes_anything(each)]
    return found[:_MOST]


def _is_plain(each: Harness) -> bool:
    """A function of plain values that gives one, and perhaps an error."""
    function = each.function
    takes = [kind for _, kind in function.takes]
    gives = function.gives[:1] == function.gives or (len(function.gives) == 2 and each.fails)
    plain = set(takes) <= PLAIN and set(function.gives[:1]) <= PLAIN
    return (
        not function.receiver and not function.generic and gives and plain and 0 < len(takes) <= 3
    )


def _pairs(known: Sequence[Harness]) -> Iterator[Tried]:
    for one in known:
        for other in known:
            forth, back = one.function, other.function
            fits = [kind for _, kind in back.takes] == [forth.gives[0]]
            if one is not other and fits and [kind for _, kind in forth.takes] == [back.gives[0]]:
                yield Tried("round_trip", one, other)


def _alone(known: Sequence[Harness]) -> Iterator[Tried]:
    for each in known:
        takes, gives = [kind for _, kind in each.function.takes], each.function.gives
        if takes == [gives[0]]:
            yield Tried("idempotent", each)
        if len(takes) == 2 and takes[0] == takes[1] and not each.fails:
            yield Tried("antisymmetric" if gives[0] == "int" else "symmetric", each)
            if gives[0] == "int":
                yield Tried("symmetric", each)


def _takes_anything(each: Harness) -> bool:
    """Numbers may be sizes: what is made of any is no question."""
    takes = {kind for _, kind in each.function.takes}
    return "string" in takes and takes <= {"string", "bool"}


def text(package: str, importing: str, tried: Sequence[Tried]) -> str:
    """A table of laws for the driver."""
    rows = "".join(f"\t{{{at}, {_row(each)}}},\n" for at, each in enumerate(tried))
    return (
        f'package {package}_test\n\nimport (\n\t{package} "{importing}"\n)\n\n'
        f"var ponderLaws = []ponderLaw{{\n{rows}}}\n"
    )


def _row(tried: Tried) -> str:
    """A property that says what came out, and whether that tells anything."""
    names, lines = _statements(tried.case, {each.function.symbol: each for each in _both(tried)})
    tells = {
        "idempotent": f"tell(once, once != {names[0]})",
        "round_trip": f"tell(made, any(made) != any({names[0]}))",
        "total": f"tell({names[0]}, true)",
    }.get(tried.name, "tell(forth, one != other)")
    inner = "; ".join([*lines[:-1], tells, lines[-1]])
    return (
        f"func(tell func(any, bool)) any {{ return {_signature(tried.case, names)} {{ {inner} }} }}"
    )


def _both(tried: Tried) -> list[Harness]:
    return [tried.harness, *([tried.back] if tried.back else [])]


def _signature(case: Case, names: Sequence[str]) -> str:
    assert case.law is not None
    kinds = case.law.kinds
    taken = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    if len(set(kinds)) == 1:
        taken = f"{', '.join(names)} {kinds[0]}"
    return f"func({taken}) bool"


def _names(kinds: Sequence[str]) -> list[str]:
    if len(kinds) == 1:
        return [_NAMES.get(kinds[0], "number")]
    return ["one", "other"] if len(kinds) == 2 else list("abc"[: len(kinds)])


def _statements(case: Case, harnesses: Mapping[str, Harness]) -> tuple[list[str], list[str]]:
    """Names of the arguments, and what is done with them; the last line says whether it holds."""
    assert case.law is not None
    harness, names = harnesses[case.symbol], _names(case.law.kinds)
    given = ", ".join(names)
    call = f"{harness.package.called}.{harness.function.name}"
    back = f"{harness.package.called}.{case.law.back}"
    if case.law.name == "idempotent":
        return names, [
            *_made("once", f"{call}({given})", fails=harness.fails, otherwise="true"),
            *_made("again", f"{call}(once)", fails=harness.fails, otherwise="false"),
            "return again == once",
        ]
    if case.law.name == "round_trip":
        other = harnesses[case.law.back]
        return names, [
            *_made("made", f"{call}({given})", fails=harness.fails, otherwise="true"),
            *_made("back", f"{back}(made)", fails=other.fails, otherwise="false"),
            f"return back == {names[0]}",
        ]
    if case.law.name == "total":
        blanks = ", ".join("_" for _ in harness.function.gives)
        return names, [f"{blanks} = {call}({given})", "return true"]
    lines = [f"forth, back := {call}(one, other), {call}(other, one)"]
    if case.law.name == "symmetric":
        return names, [*lines, "return forth == back"]
    return names, [*lines, "return (forth < 0) == (back > 0) && (forth == 0) == (back == 0)"]


def _made(name: str, call: str, *, fails: bool, otherwise: str) -> list[str]:
    if not fails:
        return [f"{name} := {call}"]
    return [f"{name}, err := {call}", f"if err != nil {{ return {otherwise} }}"]


def title(case: Case) -> str:
    """What its test is called."""
    assert case.law is not None
    return _TITLES[case.law.name].format(f=case.symbol, b=case.law.back)


def test(case: Case, name: str, harnesses: Mapping[str, Harness]) -> str:
    """As gofmt would have it."""
    names, lines = _statements(case, harnesses)
    shown = "".join(f"\t\t{each}\n" for line in lines for each in _folded(line))
    return (
        f"func {name}(t *testing.T) {{\n\tholds := {_signature(case, names)} {{\n{shown}\t}}\n"
        "\tif err := quick.Check(holds, nil); err != nil {\n\t\tt.Error(err)\n\t}\n}\n"
    )


def _folded(line: str) -> list[str]:
    opened, brace, rest = line.partition(" { ")
    return [f"{opened} {{", f"\t{rest.removesuffix(' }')}", "}"] if brace else [line]
