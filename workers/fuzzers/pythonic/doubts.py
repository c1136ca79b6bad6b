"""Whether a crash is believed: reasons in words why it may be no bug. None is the strongest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workers.fuzzers.base import Target
from workers.fuzzers.inside.terms import Call, weight

_GUESSED = "name"
_OFTEN = 0.2
_NEVER_MEANT = {"UnboundLocalError", "NameError"}
_LONG = 300
_LARGE = 1_000
_MANY = 10_000
_FAMILIES = {
    "IndexError": {"LookupError"},
    "KeyError": {"LookupError"},
    "ZeroDivisionError": {"ArithmeticError"},
    "OverflowError": {"ArithmeticError"},
    "UnicodeDecodeError": {"UnicodeError", "ValueError"},
    "UnicodeEncodeError": {"UnicodeError", "ValueError"},
    "UnboundLocalError": {"NameError"},
    "RecursionError": {"RuntimeError"},
}


def promised(target: Target, kind: str) -> bool:
    """Whether documents or callers reckon with such an exception."""
    names = {kind} | _FAMILIES.get(kind, set())
    return bool(names & target.promised)


def doubts(told: Mapping[str, Any], crash: Mapping[str, Any], case: Mapping[str, Any]) -> list[str]:
    """`told` is what was counted while the function was fuzzed; `case` are the smallest
    arguments, as terms."""
    found = []
    origins = told["origins"]
    guessed = [name for name in case if origins.get(name, [""])[0] == _GUESSED]
    if guessed:
        found.append(f"what `{guessed[0]}` takes is a guess from its name")
    if not told["seeds"] and not _is_typed(origins):
        found.append("no call of it is known to come back")
    share = _share(told)
    if share > _OFTEN and crash["kind"] not in _NEVER_MEANT:
        found.append(f"{share:.0%} of all inputs end so, as if it had to be")
    if crash["kind"] == "Hang":
        found += _slow(case)
    elif crash["grade"] != "strong":
        found += _weak(crash["kind"], case)
    return found


def _slow(case: Mapping[str, Any]) -> list[str]:
    """Of calls that did not come back, and may only have had much to do."""
    found = []
    if sum(map(weight, case.values())) > _LARGE:
        found.append("the input is large, and the time may grow with it")
    if any(abs(number) > _MANY for number in _numbers(list(case.values()))):
        found.append("a number in the input may say how much there is to do")
    if not any(isinstance(each, str | bytes) for each in case.values()):
        found.append("it does not take text from outside")
    return found


def _numbers(term: Any) -> Iterator[float]:
    """All of a case, however deep."""
    if isinstance(term, int | float):
        yield term
    elif isinstance(term, Call):
        yield from _numbers(term.arguments)
    elif isinstance(term, Mapping):
        yield from _numbers([*term.keys(), *term.values()])
    elif isinstance(term, list | tuple | set | frozenset):
        for each in term:
            yield from _numbers(each)


def _is_typed(origins: Mapping[str, Any]) -> bool:
    return bool(origins) and all(origin == "annotation" for origin, _ in origins.values())


def _share(told: Mapping[str, Any]) -> float:
    odd = sum(each["times"] for each in told["crashes"])
    return float(odd / max(1, told["executions"]))


def _weak(kind: str, case: Mapping[str, Any]) -> list[str]:
    """Of kinds that a precondition may explain, which nobody wrote down."""
    found = []
    if kind.startswith("Unicode") or kind == "OverflowError":
        found.append("the types allow more than the function may want")
    texts = [each for each in case.values() if isinstance(each, str | bytes)]
    if not texts:
        found.append("it does not take text from outside")
    elif not any(text.strip() for text in texts):
        found.append("the input is empty")
    if any(not isinstance(each, str | bytes | bool | None) for each in case.values()):
        found.append("its arguments may depend on each other")
    if kind == "RecursionError" and sum(map(weight, case.values())) > _LONG:
        found.append("the input is nested deeper than people write")
    return found
