"""What is worth looking at next: the riskiest places that nobody looked at since they changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.db.frontier import Yield
from core.db.risks import Risk
from core.db.thoughts import Subject

MOST = 40
"""Leads of one run: as many as one Thought may lead to."""
MOST_OF_A_KIND = 16
_BEGIN_RUNS = 5.0
"""As many runs as the first guess of a kind's yield counts for."""

CHANCES = {
    "hypothesize_bug": 0.15,
    "generate_tests": 0.20,
    "fuzz": 0.10,
    "profile": 0.05,
    "smell_hunt": 0.10,
}
"""How often a kind is expected to find something, until it is known of the repository."""


@dataclass(frozen=True, slots=True)
class Lead:
    """`chance` is how likely it is that something is found."""

    kind: str
    subject: Subject
    reason: str
    chance: float


def chances(yields: Sequence[Yield]) -> dict[str, float]:
    """What each kind finds a run: the first guess, and what came of its runs so far; what people
    found useless counts against it."""
    found = dict(CHANCES)
    for each in yields:
        if each.kind in found:
            good = max(each.useful - each.useless, 0) + _BEGIN_RUNS * CHANCES[each.kind]
            found[each.kind] = min(good / (each.runs + _BEGIN_RUNS), 0.9)
    return found


def leads(
    risks: Sequence[Risk],
    changed: Mapping[tuple[str, str], float],
    looked: Mapping[tuple[str, str], float],
    yields: Sequence[Yield],
    *,
    has_model: bool = False,
) -> list[Lead]:
    """`risks` the riskiest first; `changed` says when each place changed last, `looked` when a kind
    looked at a subject's key last: both in days since 1970."""
    expected = chances(yields)
    left = dict.fromkeys(CHANCES, MOST_OF_A_KIND)
    found: list[tuple[float, Lead]] = []
    for risk in risks:
        subject = _subject(risk)
        for kind, share in _wanted(risk, has_model):
            last = looked.get((kind, subject.key))
            if not left[kind] or (
                last is not None and last >= changed.get((risk.path, risk.symbol), 0.0)
            ):
                continue
            left[kind] -= 1
            lead = Lead(kind, subject, _reason(risk, last is not None), expected[kind] * share)
            found.append((risk.score * lead.chance, lead))
    return [lead for _, lead in sorted(found, key=lambda each: -each[0])[:MOST]]


def _subject(risk: Risk) -> Subject:
    if risk.symbol:
        return Subject("symbol", path=risk.path, symbol=risk.symbol)
    return Subject("file", path=risk.path)


def _wanted(risk: Risk, has_model: bool) -> Iterator[tuple[str, float]]:
    """Kinds that fit a place, by what is measured of it, and how much better than others."""
    measured = risk.measures
    if not risk.symbol:
        yield "smell_hunt", 1.0
        # A file's promises are tried together, whichever of its functions made one look.
        yield "generate_tests", 1.5 if measured.get("tests") == 0 else 1.0
        return
    if has_model:
        # Without one, laws are tried and promises read of the whole repository at once.
        yield "hypothesize_bug", 1.0
    if measured.get("cyclomatic", 0) >= 4:
        yield "fuzz", 1.0
    if measured.get("dependants", 0) >= 10:
        yield "profile", 1.0


def _reason(risk: Risk, is_known: bool) -> str:
    since = "changed since it was looked at" if is_known else "not looked at yet"
    return f"one of the riskiest places ({risk.score:.0%}), {since}: {'; '.join(risk.reasons[:2])}"
