"""What runs are likely to cost and to find: a first guess, and what is learned of it.

A run about a whole repository and one about a file are different things, and so are languages:
each learns from its own, beginning with what is known of the kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.db.runs import Record
from core.db.thoughts import Subject
from workers.languages import language_of
from workers.thoughts import THOUGHTS

FIRST_SECONDS: dict[str, float] = {
    "scan_diff": 1.0,
    "map_repo": 1.0,
    "prioritize": 1.0,
    "smell_hunt": 5.0,
    "hypothesize_bug": 3.0,
    "generate_tests": 12.0,
    "fuzz": 10.0,
    "profile": 15.0,
    "draft_patch": 15.0,
    "verify": 3.0,
    "summarize": 1.0,
}
"""Processor seconds that a run took on small packages (`benchmarks/seeded`), by kind."""

STEERING = frozenset({"scan_diff", "map_repo", "prioritize", "summarize", "draft_patch"})
"""Kinds whose worth is not what they find: others go by what they say."""

PRIOR_RUNS = 5.0
"""What one expects counts for as many runs as this."""
_UNKNOWN_SHARE = 0.1
"""Of a limit, for what nobody measured."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What one repository's runs came to, by kind and the ending of the file's name ('' for what is
    about no file)."""

    records: Mapping[tuple[str, str], Record]

    def of(self, kind: str, subject: Subject, expected: float) -> tuple[float, float]:
        """The chance that a run finds something, and the processor seconds that it takes. The
        chance is the mean of a Beta distribution that begins with what was `expected`."""
        chance, seconds = expected, _first(kind)
        for record in self._known(kind, subject.path):
            chance = smoothed(chance, record.found / max(1, record.runs), record.runs)
            seconds = smoothed(seconds, record.cpu_seconds, record.runs)
        return (expected if kind in STEERING else chance), seconds

    def lasts(self, kind: str) -> float:
        """Seconds that a run takes on the clock, whatever it is about."""
        known = _together([each for (name, _), each in self.records.items() if name == kind])
        unknown = THOUGHTS[kind].LIMITS.wall_seconds * _UNKNOWN_SHARE
        return smoothed(FIRST_SECONDS.get(kind, unknown), known.seconds, known.runs)

    def _known(self, kind: str, path: str) -> list[Record]:
        """What is known of others of its kind, then of those in its language."""
        own = language_of(path) if path else ""
        alike = [
            (language_of(f"a{ending}"), record)
            for (name, ending), record in self.records.items()
            if name == kind and bool(ending) == bool(path)
        ]
        others = _together([record for language, record in alike if language != own])
        return [others, _together([record for language, record in alike if language == own])]


def smoothed(prior: float, seen: float, runs: int) -> float:
    """A mean of what was expected and what was seen; the more runs, the more it is the latter."""
    return (prior * PRIOR_RUNS + seen * runs) / (PRIOR_RUNS + runs)


def _together(records: Sequence[Record]) -> Record:
    runs = sum(each.runs for each in records)
    most = max(1, runs)
    return Record(
        runs,
        sum(each.found for each in records),
        sum(each.seconds * each.runs for each in records) / most,
        sum(each.cpu_seconds * each.runs for each in records) / most,
    )


def _first(kind: str) -> float:
    return FIRST_SECONDS.get(kind, THOUGHTS[kind].LIMITS.cpu_seconds * _UNKNOWN_SHARE)
