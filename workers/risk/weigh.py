"""Puts together what is known of every file and function, and weighs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.db.findings import Finding
from core.db.risks import Risk
from core.db.symbol_graph import Definition
from workers.risk.attribution import Key
from workers.risk.complexities import Measured
from workers.risk.fit import Fitted, fit
from workers.risk.measures import Still
from workers.risk.model import Model
from workers.risk.past import Touch
from workers.risk.reach import Reach
from workers.risk.score import SEVERITY, Places, Signals, scored


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside history and code. `covered` is the share of a file's lines that tests
    run, `failures` how many tests of a test file failed: as continuous integration said last;
    `broken` how often it began to fail with a change of a file."""

    findings: Sequence[Finding] = ()
    covered: Mapping[str, float] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    broken: Mapping[str, int] = field(default_factory=dict)


CALLABLE = frozenset({"function", "method"})


@dataclass(frozen=True, slots=True)
class Level:
    """Files or functions, with the model that weighed them."""

    fitted: Fitted
    risks: list[Risk]


def weigh(places: Places, models: Mapping[str, Model], commit: str) -> tuple[Level, Level]:
    """Files and functions. `models` are what was learned before, by 'files' and 'symbols'; without
    them it is learned anew."""
    return _level(places, models.get("files"), commit, False), _level(
        places, models.get("symbols"), commit, True
    )


def _level(places: Places, model: Model | None, commit: str, is_symbols: bool) -> Level:
    keys = [key for key in places.still if bool(key[1]) == is_symbols]
    fitted = fit(places.past, {key: places.still[key] for key in keys})
    if model:
        fitted = replace(fitted, model=model)
    return Level(fitted, scored(places, fitted, keys, commit))


def placed(
    outlines: Mapping[str, Sequence[Definition]],
    measured: Mapping[str, Measured],
    past: Mapping[Key, Sequence[Touch]],
    reach: Reach,
    beside: Beside,
) -> Places:
    """`outlines` have the files that count, by path."""
    of_path: dict[str, list[Finding]] = {}
    for finding in beside.findings:
        of_path.setdefault(finding.path, []).append(finding)
    made = Places(past, {}, {}, {}, reach.ranks)
    still, paths, signals = {}, {}, {}
    for path, outline in outlines.items():
        read = measured.get(path, Measured(max((d.end_line for d in outline), default=0), None))
        for symbol, start, end in _parts(outline, read.lines):
            key = (path, symbol)
            counted = read.complexity.of_lines(start, end) if read.complexity else None
            still[key] = Still(
                end - start + 1,
                counted.cognitive if counted else None,
                reach.dependants.get(key, 0),
            )
            own = [f for f in of_path.get(path, ()) if start <= f.start_line <= end]
            signals[key] = _signals(reach, key, own, beside)
            if counted:
                paths[key] = counted.cyclomatic
    return replace(made, still=still, cyclomatic=paths, signals=signals)


def _parts(outline: Sequence[Definition], lines: int) -> Iterator[tuple[str, int, int]]:
    """The file, and its functions."""
    yield "", 1, max(lines, 1)
    for each in outline:
        if each.kind in CALLABLE:
            yield each.qualified, each.start_line, each.end_line


def _signals(reach: Reach, key: Key, findings: Sequence[Finding], beside: Beside) -> Signals:
    """Coverage and failures are known of files alone."""
    tests: int | None = reach.tests.get(key, 0)
    if not tests and (not reach.has_tests or key in reach.reached):
        tests = None
    severity = sum(SEVERITY[each.severity] for each in findings)
    covered = beside.covered.get(key[0]) if not key[1] else None
    failures = 0
    if not key[1] and beside.failures:
        failures = sum(
            beside.failures.get(test, 0) for test in reach.users_in_tests.get(key[0], ())
        )
    broken = beside.broken.get(key[0], 0) if not key[1] else 0
    return Signals(tests, covered, len(findings), severity, failures, broken)
