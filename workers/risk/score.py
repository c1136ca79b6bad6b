"""Scores of all files and definitions of a snapshot, with their reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.db.risks import Risk
from workers.risk.attribution import Key
from workers.risk.fit import Fitted
from workers.risk.measures import NAMES, YEAR, Still, row
from workers.risk.model import sigmoid
from workers.risk.past import Touch
from workers.risk.reasons import reasons

SEVERITY = {"low": 0.1, "medium": 0.5, "high": 1.0, "critical": 2.0}
_SMELL, _UNTESTED, _UNCOVERED, _FAILURE = 0.4, 0.3, 0.6, 0.3
"""What the past does not tell, since it was not measured then, is added to the logit: of findings
and failures for each doubling, of code that no test reaches, of the share that no test runs."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a place beside its past. `tests` is how many test files are seen to reach
    it; `covered` the share of its lines that tests run; None: not known. `severity` adds up open
    findings, `failures` counts failures of its tests, `broken` how often continuous integration
    began to fail with a change of it."""

    tests: int | None = None
    covered: float | None = None
    findings: int = 0
    severity: float = 0.0
    failures: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """Files by (path, ''), definitions by (path, qualified name)."""

    past: Mapping[Key, Sequence[Touch]]
    still: Mapping[Key, Still]
    cyclomatic: Mapping[Key, int] = field(default_factory=dict)
    signals: Mapping[Key, Signals] = field(default_factory=dict)
    ranks: Mapping[Key, float] = field(default_factory=dict)


def scored(places: Places, fitted: Fitted, keys: Iterable[Key], commit: str) -> list[Risk]:
    """The riskiest first. Files and definitions are scored apart, each against their like."""
    wanted = list(keys)
    now = max((t[-1].at for t in places.past.values() if t), default=0.0) + 1e-6
    rows = np.array(
        [row(places.past.get(k, ()), now, fitted.half_life, places.still[k]) for k in wanted]
    ).reshape(-1, len(NAMES))
    usual = fitted.scale.apply(rows)
    logits = fitted.model.logits(usual)
    parts = usual * np.array(fitted.model.weights)
    found = []
    for number, key in enumerate(wanted):
        measured = _measured(places, key, now)
        beside = _beside(places.signals.get(key, Signals()))
        adds = dict(zip(NAMES, map(float, parts[number]), strict=True)) | beside
        logit = np.array([logits[number] + sum(beside.values())])
        score = float(sigmoid(logit)[0])
        found.append(Risk(*key, score, reasons(measured, adds), _kept(measured), commit))
    return sorted(found, key=lambda each: (-each.score, each.path, each.symbol))


def _beside(signals: Signals) -> dict[str, float]:
    found = {
        "findings": _SMELL * math.log2(1 + signals.severity),
        "failures": _FAILURE * math.log2(1 + signals.failures),
        "broken": _FAILURE * math.log2(1 + signals.broken),
    }
    if signals.covered is not None:
        found["uncovered"] = _UNCOVERED * (1 - signals.covered)
    elif signals.tests == 0:
        found["tests"] = _UNTESTED
    return found


def _measured(places: Places, key: Key, now: float) -> dict[str, float]:
    """Plain numbers for reasons and for people; what is not known is missing."""
    touches, still = places.past.get(key, ()), places.still[key]
    lately = [t for t in touches if t.at >= now - YEAR]
    signals = places.signals.get(key, Signals())
    found: dict[str, float | None] = {
        "lines": still.lines,
        "changes": len(touches),
        "fixes": sum(t.fix for t in touches),
        "changes_year": len(lately),
        "fixes_year": sum(t.fix for t in lately),
        "churn_year": sum(t.added + t.deleted for t in lately),
        "days": now - touches[-1].at if touches else None,
        "authors": len({t.author for t in touches}),
        "cognitive": still.complexity,
        "cyclomatic": places.cyclomatic.get(key),
        "dependants": still.dependants,
        "rank": places.ranks.get(key),
        "tests": signals.tests,
        "covered": None if signals.covered is None else 100 * signals.covered,
        "findings": signals.findings,
        "failures": signals.failures or None,
        "broken": signals.broken or None,
        "is_file": 1 if not key[1] else None,
    }
    return {name: float(value) for name, value in found.items() if value is not None}


def _kept(measured: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in measured.items() if name != "is_file"}
