"""The form of the settings of Continual Learning, as what a person says with it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.budget import RESOURCES
from core.learning import DEFAULT_RATES, KINDS, Effective
from core.quiet import DAYS

UNITS: dict[str, tuple[float, str]] = {
    "cpu_seconds": (60.0, "minutes"),
    "model_tokens": (1.0, "tokens"),
    "bytes": (float(1 << 20), "MiB"),
    "github_writes": (1.0, "writes"),
}
"""What one unit of the form is worth, and its name."""

LIMITS = {
    "per_hour": "an hour",
    "burst": "saved up at most",
    "per_day": "a day",
    "per_month": "a month",
}

ABOUT = {
    "map_repo": "maps modules, entry points and owners",
    "prioritize": "weighs risk, and decides what is looked at first",
    "scan_diff": "reads each change, and looks for callers that it breaks",
    "smell_hunt": "runs analysers, and merges what they say",
    "hypothesize_bug": "guesses at broken promises; a guess is never reported by itself",
    "generate_tests": "writes tests for lines that none covers",
    "fuzz": "feeds functions until they break",
    "profile": "measures hot functions, and compares them with earlier commits",
    "draft_patch": "drafts fixes, which wait for you",
    "verify": "runs tests, and settles what they show",
    "summarize": "writes cards of functions and modules",
}
"""What each Thought does, for people."""

_WINDOWS = 6
_LONGEST = 80
_NEVER_QUIET = {"time_zone": "UTC", "night_only": False, "quiet": []}


def label_of(where: str) -> str:
    """The field that a key of `core.learning.problems` is about, for people."""
    top, _, rest = where.partition(".")
    name, _, key = rest.partition(".")
    if top == "cadence":
        return f"When {name.replace('_', ' ')} comes round"
    if top == "budgets" and name in RESOURCES:
        return f"{RESOURCES[name][:1].upper()}{RESOURCES[name][1:]}, {LIMITS.get(key, key)}"
    return {"time_zone": "Time zone", "quiet": "Quiet hours"}.get(name, top.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Window:
    """Quiet hours as the form has them; '' is not filled in."""

    start: str = ""
    end: str = ""
    days: tuple[str, ...] = DAYS


@dataclass(frozen=True, slots=True)
class Filled:
    """What the fields hold. `amounts` are texts by resource and limit, in units of the form; of
    `windows` the last is to be filled in."""

    amounts: Mapping[str, Mapping[str, str]]
    zone: str
    night_only: bool
    windows: Sequence[Window]
    thoughts: frozenset[str]
    cadence: Mapping[str, str]
    dependencies: bool
    draft_pull_requests: bool


def stored(said: Mapping[str, Any], now: Effective) -> Filled:
    """As a person set it, else by default."""
    quiet = said.get("quiet_hours", {})
    found = [
        Window(each["from"], each["to"], tuple(each.get("days", DAYS)))
        for each in quiet.get("quiet", [])
    ]
    return Filled(
        {name: _amounts(name, said.get("budgets", {})) for name in DEFAULT_RATES},
        quiet.get("time_zone", "UTC"),
        bool(quiet.get("night_only")),
        [*found, Window()][:_WINDOWS],
        frozenset(KINDS) if now.thoughts is None else now.thoughts,
        now.cadence,
        now.dependencies,
        now.draft_pull_requests,
    )


def typed(form: Mapping[str, Sequence[str]]) -> Filled:
    """As it was sent: a mistake costs nobody what else they typed."""
    found = [
        Window(each["from"][:_LONGEST], each["to"][:_LONGEST], tuple(each["days"]))
        for each in _quiet_hours(form)["quiet"]
    ]
    return Filled(
        {
            name: {key: _first(form, f"{name}.{key}")[:_LONGEST] for key in LIMITS}
            for name in RESOURCES
        },
        _first(form, "time_zone")[:_LONGEST],
        _first(form, "night_only") == "on",
        [*found, Window()][:_WINDOWS],
        frozenset(form.get("thoughts", [])),
        _cadence(form),
        _first(form, "dependencies") == "on",
        _first(form, "draft_pull_requests") == "on",
    )


def _amounts(name: str, by_person: Mapping[str, Any]) -> dict[str, str]:
    limits = by_person.get(name, {})
    found = {key: limits.get(key, getattr(DEFAULT_RATES[name], key)) for key in LIMITS}
    return {key: "" if n is None else _shown(n / UNITS[name][0]) for key, n in found.items()}


def _shown(amount: float) -> str:
    """Rounded no more than `_same` lets be."""
    return f"{amount:.0f}" if amount == int(amount) or amount >= 1_000 else f"{amount:.1f}"


def said_in(
    form: Mapping[str, Sequence[str]], before: Mapping[str, Any], now: Effective
) -> dict[str, Any]:
    """What the form says, for `core.learning.problems` to judge. What is as it is without a word,
    and nobody said `before`, is left unsaid: what the repository says of it goes on counting."""
    said: dict[str, Any] = {
        "budgets": _budgets(form),
        "dependencies": _first(form, "dependencies") == "on",
        "draft_pull_requests": _first(form, "draft_pull_requests") == "on",
    }
    quiet = _quiet_hours(form)
    if "quiet_hours" in before or quiet != _NEVER_QUIET:
        said["quiet_hours"] = quiet
    chosen = [kind for kind in KINDS if kind in form.get("thoughts", [])]
    if frozenset(chosen) != (now.thoughts if now.thoughts is not None else frozenset(KINDS)):
        said["thoughts"] = chosen
    if (cadence := _cadence(form)) != now.cadence:
        said["cadence"] = cadence
    return said


def _cadence(form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    typed = {kind: _first(form, f"cadence.{kind}").strip()[:_LONGEST] for kind in KINDS}
    return {kind: text for kind, text in typed.items() if text}


def _budgets(form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in RESOURCES:
        limits = {key: _amount(form, name, key) for key in LIMITS}
        default = {key: getattr(DEFAULT_RATES[name], key) for key in LIMITS}
        differs = {key: n for key, n in limits.items() if not _same(n, default[key])}
        if differs:
            found[name] = differs
    return found


def _same(one: Any, other: float | None) -> bool:
    """But for what the form rounds."""
    if isinstance(one, float) and other is not None:
        return math.isclose(one, other, rel_tol=1e-3)
    return bool(one == other)


def _amount(form: Mapping[str, Sequence[str]], name: str, key: str) -> Any:
    """A number; nothing is no cap, and what is no number is left for the judge to name."""
    text = _first(form, f"{name}.{key}").strip()
    if not text:
        return None
    try:
        return float(text) * UNITS[name][0]
    except ValueError:
        return text


def _quiet_hours(form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    found = []
    for n in range(_WINDOWS):
        start, end = _first(form, f"from.{n}").strip(), _first(form, f"to.{n}").strip()
        if start or end:
            days = [day for day in DAYS if day in form.get(f"days.{n}", [])]
            found.append({"from": start, "to": end, "days": days})
    return {
        "time_zone": _first(form, "time_zone").strip() or "UTC",
        "night_only": _first(form, "night_only") == "on",
        "quiet": found,
    }


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(form.get(name, [])), "")
