"""Why a place is risky, in words with numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

MOST = 5
LEAST = 0.05
"""What adds less to the logit is no reason."""


def reasons(measured: Mapping[str, float], adds: Mapping[str, float]) -> list[str]:
    """The weightiest first. `measured` are plain numbers by name; `adds` is what each thing adds to
    the score, against what is usual in the repository."""
    found: dict[str, None] = {}
    for name, added in sorted(adds.items(), key=lambda each: -each[1]):
        said = _said(name, measured) if added > LEAST else ""
        if said:
            found[said] = None
    return list(found)[:MOST] or [_quiet(measured)]


def _said(name: str, measured: Mapping[str, float]) -> str:
    """'' where there is nothing to say."""
    say = _SAYINGS.get(name)
    return say({key: round(value) for key, value in measured.items()}) if say else ""


def _changed(n: Mapping[str, int]) -> str:
    """Changes and fixes are one sentence, whichever of them weighs."""
    if not n.get("changes"):
        return ""
    span = "in the last year" if n.get("changes_year") else "in all"
    changes = n.get("changes_year") or n["changes"]
    fixes = n.get("fixes_year", 0) if n.get("changes_year") else n.get("fixes", 0)
    mended = f", {fixes} of them {'a fix' if fixes == 1 else 'fixes'}" if fixes else ""
    if changes == fixes == 1:
        mended = ", by a fix"
    return f"changed {_times(changes)} {span}{mended}"


def _fresh(n: Mapping[str, int]) -> str:
    days = n.get("days", -1)
    if days == 0:
        return "changed within a day of the newest commit"
    return f"last changed {_many(days, 'day')} before the newest commit" if days > 0 else ""


def _complex(n: Mapping[str, int]) -> str:
    return f"{_many(n['cognitive'], 'point')} of cognitive complexity" if n.get("cognitive") else ""


def _used(n: Mapping[str, int]) -> str:
    count = n.get("dependants", 0)
    if not count:
        return ""
    what = _many(count, "file") if n.get("is_file") else _many(count, "definition")
    return f"{what} {'depends' if count == 1 else 'depend'} on it"


def _untested(n: Mapping[str, int]) -> str:
    return "no test is seen to reach it" if n.get("tests") == 0 else ""


_SAYINGS: dict[str, Callable[[Mapping[str, int]], str]] = {
    "fixes": _changed,
    "changes": _changed,
    "churn": lambda n: (
        f"{n['churn_year']} lines changed in the last year" if n.get("churn_year", 0) > 1 else ""
    ),
    "freshness": _fresh,
    "authors": lambda n: f"{n['authors']} people changed it" if n.get("authors", 0) > 1 else "",
    "lines": lambda n: f"{n['lines']} lines long" if n.get("lines", 0) > 1 else "",
    "complexity": _complex,
    "dependants": _used,
    "tests": _untested,
    "uncovered": lambda n: f"tests run {n['covered']} % of its lines" if "covered" in n else "",
    "findings": lambda n: f"{_many(n['findings'], 'open finding')}" if n.get("findings") else "",
    "failures": lambda n: (
        f"its tests failed {_times(n['failures'])} lately" if n.get("failures") else ""
    ),
    "broken": lambda n: (
        f"continuous integration failed {_times(n['broken'])} after a change of it"
        if n.get("broken")
        else ""
    ),
}


def _quiet(measured: Mapping[str, float]) -> str:
    changes = round(measured.get("changes", 0))
    said = f"changed {_times(changes)}" if changes else "not changed in the history that is known"
    return f"nothing stands out: {said}, {_many(round(measured.get('lines', 0)), 'line')}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _many(count: int, what: str) -> str:
    return f"{count} {what if count == 1 else what + 's'}"
