"""What is worth looking at next: the riskiest places that nobody looked at since they changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.db.frontier import Yield
from core.db.risks import Risk
from core.db.thoughts import Subject
from workers.languages import language_of

MOST = 40
"""Leads of one run: as many as one Thought may lead to."""
MOST_OF_A_KIND = 16
_LOOKS_AT_ALL = frozenset({"smell_hunt"})
_BEGIN_RUNS = 5.0
"""As many runs as a first guess counts for."""

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


@dataclass(frozen=True, slots=True)
class Chances:
    """What runs find: of each kind, and of each kind in a language."""

    of_kind: Mapping[str, float]
    of_language: Mapping[tuple[str, str], float]

    def of(self, kind: str, path: str) -> float:
        return self.of_language.get((kind, language_of(path)), self.of_kind[kind])


def chances(yields: Sequence[Yield]) -> Chances:
    """The first guess, and what came of the runs so far: those in a language begin with what is
    known of the kind. What people found useless counts against it."""
    whole: dict[str, list[Yield]] = {}
    parts: dict[tuple[str, str], list[Yield]] = {}
    for each in yields:
        if each.kind in CHANCES:
            whole.setdefault(each.kind, []).append(each)
            if each.ending:
                parts.setdefault((each.kind, language_of(f"a{each.ending}")), []).append(each)
    known = dict(CHANCES)
    known |= {kind: _chance(CHANCES[kind], found) for kind, found in whole.items()}
    return Chances(known, {key: _chance(known[key[0]], found) for key, found in parts.items()})


def _chance(guess: float, seen: Sequence[Yield]) -> float:
    useful = sum(each.useful - each.useless for each in seen)
    runs = sum(each.runs for each in seen)
    return min((max(useful, 0) + _BEGIN_RUNS * guess) / (runs + _BEGIN_RUNS), 0.9)


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
            last = _last(looked, kind, subject)
            if not left[kind] or (
                last is not None and last >= changed.get((risk.path, risk.symbol), 0.0)
            ):
                continue
            left[kind] -= 1
            chance = min(expected.of(kind, risk.path) * share, 1.0)
            lead = Lead(kind, subject, _reason(risk, last is not None), chance)
            found.append((risk.score * lead.chance, lead))
    return [lead for _, lead in sorted(found, key=lambda each: -each[0])[:MOST]]


def _last(looked: Mapping[tuple[str, str], float], kind: str, subject: Subject) -> float | None:
    """When a kind looked at a subject last, or at the repository as a whole where that is the
    same."""
    keys = [subject.key, *([Subject().key] if kind in _LOOKS_AT_ALL else [])]
    return max((looked[kind, key] for key in keys if (kind, key) in looked), default=None)


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
