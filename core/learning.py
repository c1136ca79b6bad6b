"""What is said of Continual Learning: by a person, by .github/ponder.yml, by default; in effect."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core import cron
from core.budget import RESOURCES, Rate
from core.quiet import DAYS, NIGHT_ONLY, Hours, parsed_clock

KINDS: dict[str, str] = {
    "map_repo": "Draws the map: symbols, imports, modules, entry points and owners.",
    "prioritize": "Weighs risk and decides where to look first.",
    "scan_diff": "Reads what changed, and who relies on what it was.",
    "smell_hunt": "Runs analysers and rules over the code.",
    "hypothesize_bug": "Looks for promises that the code may not keep.",
    "generate_tests": "Writes tests that reach what no test reaches.",
    "fuzz": "Feeds functions with inputs that nobody thought of.",
    "profile": "Measures hot functions, and compares them with earlier commits.",
    "draft_patch": "Drafts fixes, which wait for a person.",
    "verify": "Runs tests and reproducers, and raises or lowers evidence.",
    "summarize": "Writes cards of functions and modules, each sentence cited.",
}
"""Thoughts that may be chosen, and what each does, for people; workers have them in THOUGHTS."""

DEFAULT_RATES: dict[str, Rate] = {
    # Half a processor on average, and an hour of one saved up: what is new is looked at quickly.
    "cpu_seconds": Rate(1_800, 3_600, 43_200, 800_000),
    "model_tokens": Rate(50_000, 200_000, 500_000, 5_000_000),
    "bytes": Rate(256 << 20, 1 << 30, 2 << 30, 20 << 30),
    "github_writes": Rate(10, 20, 50, 500),
}
INSTALLATION_FACTOR = 4.0
"""An installation may spend what so many of its repositories may."""

_ALLOWED = ("dependencies", "draft_pull_requests")
"""For a person alone: what a repository's own file allows, whoever can push to it allows."""
_LIMITS = ("per_hour", "burst", "per_day", "per_month")
_MOST_HOURS = 20
_MOST_PATTERNS = 200
_LONGEST_PATTERN = 500
_LARGEST = 1e15

PEOPLE, REPOSITORY, DEFAULT = "set by a person", ".github/ponder.yml", "default"


@dataclass(frozen=True, slots=True)
class Effective:
    """What counts, and for each key where it comes from. `thoughts` None: all kinds. `cadence` says
    when a kind comes round, as cron writes it, where that is not as by default."""

    on: bool
    rates: Mapping[str, Rate]
    zone: ZoneInfo
    quiet: tuple[Hours, ...]
    thoughts: frozenset[str] | None
    exclude: tuple[str, ...]
    dependencies: bool
    draft_pull_requests: bool = False
    cadence: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


def problems(raw: Any) -> list[tuple[str, str]]:
    """What is wrong with the value of `learning`: keys like 'budgets.bytes', and what to mend."""
    if not isinstance(raw, dict):
        return [("", "must be an object")]
    found = [(str(key)[:40], "is no setting of learning") for key in raw if key not in _CHECKS]
    for key, check in _CHECKS.items():
        if key in raw:
            found += [(f"{key}{at}", detail) for at, detail in check(raw[key])]
    return found


def usable(raw: Any) -> dict[str, Any]:
    """The keys of a value that are right, for a file that somebody else wrote."""
    if not isinstance(raw, dict):
        return {}
    return {k: v for k, v in raw.items() if k in _CHECKS and not list(_CHECKS[k](v))}


def effective(
    said: Mapping[str, Any], configured: Mapping[str, Any], *, default: bool
) -> Effective:
    """A person's word counts before the repository's, and that before the default. The repository
    may only lower what is spent: whoever can push must not be able to raise it."""
    sources: dict[str, str] = {}

    def chosen(key: str, fallback: Any) -> Any:
        for where, values in ((PEOPLE, said), (REPOSITORY, configured)):
            if key in values:
                sources[key] = where
                return values[key]
        sources[key] = DEFAULT
        return fallback

    on = bool(chosen("on", default))
    quiet = chosen("quiet_hours", {})
    thoughts = chosen("thoughts", None)
    cadence = chosen("cadence", {})
    for key in _ALLOWED:
        sources[key] = PEOPLE if key in said else DEFAULT
    return Effective(
        on,
        _rates(said.get("budgets", {}), configured.get("budgets", {}), sources),
        ZoneInfo(quiet.get("time_zone", "UTC")),
        _hours(quiet),
        None if thoughts is None else frozenset(thoughts),
        tuple(chosen("exclude", ())),
        bool(said.get("dependencies", False)),
        bool(said.get("draft_pull_requests", False)),
        cadence,
        sources,
    )


def scaled(rates: Mapping[str, Rate], factor: float) -> dict[str, Rate]:
    """The same rates for so many."""

    def times(cap: float | None) -> float | None:
        return None if cap is None else cap * factor

    return {
        name: Rate(r.per_hour * factor, r.burst * factor, times(r.per_day), times(r.per_month))
        for name, r in rates.items()
    }


def _rates(
    said: Mapping[str, Any], configured: Mapping[str, Any], sources: dict[str, str]
) -> dict[str, Rate]:
    made = {}
    for name, rate in DEFAULT_RATES.items():
        by_person, by_file = said.get(name, {}), configured.get(name, {})
        of_person = {key: by_person.get(key, getattr(rate, key)) for key in _LIMITS}
        capped = {key: _least(value, by_file.get(key)) for key, value in of_person.items()}
        per_hour, burst = (capped[key] or 0.0 for key in ("per_hour", "burst"))
        made[name] = Rate(per_hour, burst, capped["per_day"], capped["per_month"])
        lowered = REPOSITORY if capped != of_person else ""
        sources[f"budgets.{name}"] = lowered or (PEOPLE if by_person else DEFAULT)
    return made


def _least(one: float | None, other: float | None) -> float | None:
    both = [value for value in (one, other) if value is not None]
    return min(both) if both else None


def _hours(quiet: Mapping[str, Any]) -> tuple[Hours, ...]:
    made = [NIGHT_ONLY] if quiet.get("night_only") else []
    for each in quiet.get("quiet", []):
        start, end = parsed_clock(each["from"]), parsed_clock(each["to"])
        assert start is not None
        assert end is not None
        days = frozenset(DAYS.index(day) for day in each.get("days", DAYS))
        made.append(Hours(start, end, days))
    return tuple(made)


_Found = list[tuple[str, str]]


def _check_on(value: Any) -> _Found:
    return [] if isinstance(value, bool) else [("", "must be true or false")]


def _check_budgets(value: Any) -> _Found:
    if not isinstance(value, dict):
        return [("", "must be an object")]
    found: _Found = []
    for name, limits in value.items():
        if name not in RESOURCES:
            found.append((f".{str(name)[:40]}", f"is no budget; there are {', '.join(RESOURCES)}"))
        elif not isinstance(limits, dict):
            found.append((f".{name}", f"must be an object with {', '.join(_LIMITS)}"))
        else:
            found += [(f".{name}.{key}", detail) for key, detail in _check_limits(limits)]
    return found


def _check_limits(limits: Mapping[Any, Any]) -> _Found:
    found: _Found = []
    for key, amount in limits.items():
        if key not in _LIMITS:
            found.append((str(key)[:40], f"is no limit; there are {', '.join(_LIMITS)}"))
        elif amount is None and key in ("per_day", "per_month"):
            continue
        elif isinstance(amount, bool) or not isinstance(amount, int | float):
            found.append((key, "must be a number"))
        elif math.isnan(amount) or amount < 0:
            found.append((key, "must be 0 or more"))
        elif amount > _LARGEST:
            found.append((key, "is too large; leave it empty for no limit"))
    return found


def _check_quiet_hours(value: Any) -> _Found:
    if not isinstance(value, dict):
        return [("", "must be an object")]
    found = [
        (f".{str(key)[:40]}", "is no setting of quiet hours")
        for key in value
        if key not in ("time_zone", "night_only", "quiet")
    ]
    if not isinstance(value.get("night_only", False), bool):
        found.append((".night_only", "must be true or false"))
    if not _is_zone(value.get("time_zone", "UTC")):
        found.append((".time_zone", "is no time zone; give a name such as Europe/Berlin"))
    windows = value.get("quiet", [])
    if not isinstance(windows, list) or len(windows) > _MOST_HOURS:
        return [*found, (".quiet", f"must be a list of at most {_MOST_HOURS}")]
    wrong = [(n, "needs from and to as HH:MM, and days of mon … sun") for n in range(len(windows))]
    return found + [(f".quiet.{n}", why) for n, why in wrong if not _is_window(windows[n])]


def _is_zone(name: Any) -> bool:
    try:
        return isinstance(name, str) and bool(name) and ZoneInfo(name) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _is_window(each: Any) -> bool:
    if not isinstance(each, dict) or set(each) - {"from", "to", "days"}:
        return False
    clocks = (each.get("from"), each.get("to"))
    if not all(isinstance(clock, str) and parsed_clock(clock) for clock in clocks):
        return False
    days = each.get("days", list(DAYS))
    return isinstance(days, list) and all(day in DAYS for day in days)


def _check_thoughts(value: Any) -> _Found:
    if isinstance(value, list) and all(isinstance(name, str) and name in KINDS for name in value):
        return []
    return [("", f"must be a list of {', '.join(KINDS)}")]


def _check_exclude(value: Any) -> _Found:
    if (
        isinstance(value, list)
        and len(value) <= _MOST_PATTERNS
        and all(isinstance(each, str) and 0 < len(each) <= _LONGEST_PATTERN for each in value)
    ):
        return []
    return [("", f"must be a list of at most {_MOST_PATTERNS} patterns, as in a .gitignore")]


def _check_cadence(value: Any) -> _Found:
    if not isinstance(value, dict):
        return [("", "must be an object")]
    found: _Found = []
    for kind, text in value.items():
        if kind not in KINDS:
            found.append((f".{str(kind)[:40]}", f"is no Thought; there are {', '.join(KINDS)}"))
        elif not isinstance(text, str) or cron.parsed(text) is None:
            found.append((f".{kind}", "must be as cron writes it, such as '0 3 * * 1-5'"))
    return found


_CHECKS = {
    "on": _check_on,
    "budgets": _check_budgets,
    "quiet_hours": _check_quiet_hours,
    "thoughts": _check_thoughts,
    "exclude": _check_exclude,
    "cadence": _check_cadence,
    "dependencies": _check_on,
    "draft_pull_requests": _check_on,
}

UNSAID = effective({}, {}, default=False)
"""Of a repository that nobody said anything about."""
