"""Laws of functions: each is tried with hundreds of values, and told where it holds for all of them
and says something. Runs in the sandbox."""

from __future__ import annotations

import ast
import copy
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .values import POOLS, Function, documented, literal, named_kind

_RUNS = 300
_SECONDS = 5.0
_MOST_SAMPLES = 6
_LONGEST = 24
_LEAST = 3
"""Different things that come out, so that what is always the same is no law."""
_KINDS = {
    "str": ("text",),
    "bytes": ("bytes",),
    "int": ("integer", "natural"),
    "float": ("number",),
    "bool": ("boolean",),
    "list[str]": ("list text",),
    "list[int]": ("list integer",),
    "list[float]": ("list number",),
    "list": ("list integer", "list text"),
}
_POOLS = {
    "text": POOLS["str"],
    "bytes": POOLS["bytes"],
    "integer": POOLS["int"],
    "natural": [each for each in POOLS["int"] if each >= 0],
    "number": POOLS["float"],
    "boolean": POOLS["bool"],
    "list text": [[], ["a", "b"], ["b", "a", "a"]],
    "list integer": [[], [1, 2, 3], [3, 1, 2, 3]],
    "list number": [[], [1.5, -2.0]],
}
_TYPES = {
    "text": str,
    "bytes": bytes,
    "integer": int,
    "natural": int,
    "number": float,
    "boolean": bool,
}
_MOST_SPELLED = 300
_MOST_PAIRED = 24
_Call = Callable[..., Any]
_Came = tuple[bool, Any, bool]
"""Whether it holds, what came out, and whether that says anything."""

Pair = tuple[Function, Function | None]
"""A function, and the one that leads back."""


class Broken(Exception):
    """A law does not hold."""


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _round_trip(call: _Call, back: _Call, value: Any) -> _Came:
    made = call(value)
    return _same(back(copy.deepcopy(made)), value), made, not _same(made, value)


def _idempotent(call: _Call, _: _Call, value: Any) -> _Came:
    made = call(value)
    fits = type(made) is type(value)
    return fits and _same(call(copy.deepcopy(made)), made), made, not _same(made, value)


def _symmetric(call: _Call, _: _Call, one: Any, other: Any) -> _Came:
    made = call(one, other)
    return made is not None and _same(made, call(other, one)), made, not _same(one, other)


def _total(call: _Call, _: _Call, value: Any) -> _Came:
    made = call(value)
    return made is not None, made, True


_LAWS: dict[str, Callable[..., _Came]] = {
    "round_trip": _round_trip,
    "idempotent": _idempotent,
    "symmetric": _symmetric,
    "total": _total,
}


class Laws:
    """Of one module. `late` is what a call that takes too long raises, by the alarm."""

    def __init__(
        self, explorer: Any, told: dict[str, str], spelled: Sequence[Any], seconds: float
    ) -> None:
        """`spelled` are values that the code, its tests and its documentation write down."""
        self.explorer, self.spelled = explorer, spelled
        self.made = {kind: eval(text, {"st": st}) for kind, text in told.items()}  # noqa: S307 - our own words
        self.until = time.monotonic() + seconds

    def of(self, function: Function, others: Sequence[Function]) -> Iterator[dict[str, Any]]:
        """The strongest that hold."""
        found = False
        for other in others:
            if other.symbol != function.symbol and _kinds(other, 1):
                told = self.held("round_trip", function, other)
                if told:
                    found = True
                    yield told
                    break
        for law in ("idempotent", "symmetric", "total"):
            if law != "total" or not found:
                told = self.held(law, function, None)
                found = found or bool(told)
                if told:
                    yield told

    def held(self, law: str, function: Function, other: Function | None) -> dict[str, Any] | None:
        for kind in _kinds(function, _count(law)):
            if time.monotonic() > self.until:
                return None
            trial = Trial(self, law, (function, other), kind)
            if trial.holds():
                return trial.told()
        return None

    def call(self, function: Function | None) -> _Call:
        return getattr(self.explorer.module, function.symbol) if function else id


class Trial:
    """Of one law with values of one kind."""

    def __init__(self, laws: Laws, law: str, calls: Pair, kind: str) -> None:
        function, other = calls
        self.laws, self.law, self.kind = laws, law, kind
        self.count = _count(law)
        self.symbol, self.back = function.symbol, other.symbol if other else ""
        self.calls = laws.call(function), laws.call(other)
        self.rows: list[tuple[tuple[Any, ...], Any]] = []
        self.types: set[str] = set()
        self.telling: set[str] = set()

    def holds(self) -> bool:
        """Few values first: most that is no law is seen to be none by them."""
        few = [*_POOLS[self.kind], *(each for each in self.laws.spelled if _is(self.kind, each))]
        pairs: list[tuple[Any, ...]] = [(each,) for each in few[:_MOST_SPELLED]]
        if self.count == 2:
            pairs = [(one, other) for one in few[:_MOST_PAIRED] for other in few[:_MOST_PAIRED]]
        signal.setitimer(signal.ITIMER_REAL, _SECONDS)
        try:
            for row in pairs:
                self.tried(row)
            self.at_random()
        except BaseException:  # noqa: BLE001 - whatever the repository raises, and the alarm
            return False
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        alike = self.law != "total" or len(self.types) == 1
        return alike and len(self.telling) >= _LEAST

    def at_random(self) -> None:
        made = self.laws.made[self.kind]

        @settings(
            max_examples=_RUNS,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.tuples(*[made] * self.count))
        def check(row: tuple[Any, ...]) -> None:
            self.tried(row)

        check()

    def tried(self, row: tuple[Any, ...]) -> None:
        call, back = self.calls
        holds, made, telling = _LAWS[self.law](call, back, *copy.deepcopy(row))
        if not holds:
            raise Broken
        self.types.add(type(made).__name__)
        if telling:
            self.telling.add(repr(made)[:200])
        self.rows.append((row, made))

    def told(self) -> dict[str, Any]:
        rows, lines = self.samples()
        return {
            "law": self.law,
            "symbol": self.symbol,
            "back": self.back,
            "kinds": [self.kind] * self.count,
            "given": repr(rows),
            "value": next(iter(self.types)),
            "lines": sorted(lines),
        }

    def samples(self) -> tuple[list[tuple[Any, ...]], set[int]]:
        """Values that tell the most: of each something else comes, or it runs other lines."""
        kept: list[tuple[Any, ...]] = []
        lines: set[int] = set()
        seen: set[str] = set()
        for row, made in self.rows:
            if len(kept) == _MOST_SAMPLES or not all(0 < len(literal(e)) <= _LONGEST for e in row):
                continue
            ran = self.ran(row)
            if repr(made) not in seen or ran - lines:
                kept.append(row)
                seen.add(repr(made))
                lines |= ran
        return kept, lines & self.laws.explorer.statements

    def ran(self, row: tuple[Any, ...]) -> set[int]:
        lines: set[int] = set()
        signal.setitimer(signal.ITIMER_REAL, 1)
        sys.settrace(self.laws.explorer.tracer(lines))
        try:
            _LAWS[self.law](*self.calls, *copy.deepcopy(row))
        except BaseException:  # noqa: BLE001 - it held a moment ago, and is left out
            return set()
        finally:
            sys.settrace(None)
            signal.setitimer(signal.ITIMER_REAL, 0)
        return lines


def _is(kind: str, value: Any) -> bool:
    """Whether a value is of a kind."""
    inner = kind.removeprefix("list ")
    if inner != kind:
        return isinstance(value, list) and all(_is(inner, each) for each in value)
    fits = type(value) is _TYPES[kind]
    return fits and (kind != "natural" or value >= 0)


def spelled(tree: ast.Module, seeds: dict[str, list[str]]) -> list[Any]:
    """Each once: what tests call functions with, then constants, which documentation has, too."""
    found = [each for texts in seeds.values() for text in texts for each in ast.literal_eval(text)]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found += [e for row in documented(Function("", node, None, yields=False)) for e in row]
        elif isinstance(node, ast.Constant):
            found.append(node.value)
    short = {literal(each): each for each in found}
    return [value for text, value in short.items() if text]


def _count(law: str) -> int:
    """Of arguments."""
    return 2 if law == "symmetric" else 1


def _kinds(function: Function, count: int) -> Sequence[str]:
    """What its first parameters take, all of one kind; () where that is not known, or where it
    takes something else."""
    parameters = function.parameters
    plain = function.owner is None and not function.yields and not function.body.args.vararg
    needed = len(parameters) - function.optional
    if not plain or len(parameters) < count or needed > count or (count > 1 and needed < count):
        return ()
    kinds = {_kind(each) for each in parameters[:count]}
    return _KINDS.get(kinds.pop(), ()) if len(kinds) == 1 else ()


def _kind(parameter: ast.arg) -> str:
    if parameter.annotation is None:
        return named_kind(parameter.arg)
    return ast.unparse(parameter.annotation).strip("'\"").lower()
