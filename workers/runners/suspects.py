"""Which code is to blame for failing tests: what they ran, and tests that pass did not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from workers.runners.base import Place, Ran


@dataclass(frozen=True, slots=True)
class Suspect:
    """A definition, the lines within it that are blamed most, and how much, between 0 and 1."""

    place: Place
    start_line: int
    end_line: int
    score: float
    failing: frozenset[int]


def suspects(
    ran: Ran, failing: Collection[int], places: Mapping[str, Sequence[Place]]
) -> list[Suspect]:
    """The worst first. `failing` are indexes of tests in the run; those that are not are taken for
    passing."""
    fails = frozenset(failing)
    found: dict[Place, list[tuple[float, int, frozenset[int]]]] = {}
    for path, lines in ran.lines.items():
        for line, tests in lines.items():
            guilty = tests & fails
            place = _within(places.get(path, ()), line)
            if guilty and place is not None:
                score = _blame(len(guilty), len(fails - guilty), len(tests - guilty))
                found.setdefault(place, []).append((score, line, guilty))
    told = [_suspect(place, scored) for place, scored in found.items()]
    return sorted(told, key=_order)


def _order(suspect: Suspect) -> tuple[float, bool, int, str, str]:
    """What is printed when a test fails (`__repr__`) is a witness before it is a suspect."""
    name = suspect.place.symbol.rpartition(".")[2]
    printing = name in ("__repr__", "__str__")
    return (
        -suspect.score,
        printing,
        _size(suspect.place),
        suspect.place.path,
        suspect.place.symbol,
    )


def _blame(guilty: int, others: int, passing: int) -> float:
    """D* (Wong, 2014) on a scale to 1: what all failing tests ran counts for more than what passing
    tests left out."""
    return guilty**2 / (guilty**2 + others + passing)


def _suspect(place: Place, scored: Sequence[tuple[float, int, frozenset[int]]]) -> Suspect:
    worst = max(score for score, _, _ in scored)
    lines = [line for score, line, _ in scored if score == worst]
    guilty = frozenset().union(*(tests for score, _, tests in scored if score == worst))
    return Suspect(place, min(lines), max(lines), worst, guilty)


def _within(places: Sequence[Place], line: int) -> Place | None:
    """The innermost definition around a line."""
    around = [each for each in places if each.start_line < line <= each.end_line]
    return min(around, key=_size, default=None)


def _size(place: Place) -> int:
    return place.end_line - place.start_line
