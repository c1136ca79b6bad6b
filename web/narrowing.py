"""Narrowing the insights down: what each filter would leave, and the address that sets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from core.db.insights import Tally, Wanted
from core.db.thoughts import pull_of
from web.insights import EVIDENCE, SEVERITY, STATE
from web.page import pull, words

_STATES = {"false_positive": "Not a bug"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter; `url` chooses it, or takes the choice back."""

    name: str
    count: int
    url: str
    chosen: bool


def count(tallies: Iterable[Tally], wanted: Wanted) -> int:
    return sum(each.findings for each in tallies if each.fits(wanted))


def left_out(tallies: list[Tally], wanted: Wanted) -> int:
    """Opinions that would be there if somebody asked for them."""
    if wanted.opinions or wanted.evidence or wanted.severity:
        return 0
    return count(tallies, replace(wanted, evidence=("suspected",), severity=("low",)))


def facets(tallies: list[Tally], wanted: Wanted) -> list[tuple[str, list[Choice]]]:
    """By name; one that would not tell findings apart is left out."""
    made = [
        (name, [_choice(tallies, wanted, back, *each) for each in values])
        for name, back, values in _values(tallies, wanted)
    ]
    kept = [(name, [each for each in some if each.count or each.chosen]) for name, some in made]
    total = count(tallies, wanted)
    return [
        (name, some)
        for name, some in kept
        if any(each.chosen or each.count != total for each in some)
    ]


_Values = list[tuple[str, Wanted]]


def _values(tallies: list[Tally], wanted: Wanted) -> list[tuple[str, Wanted, _Values]]:
    """Of each filter: its name, what is wanted without it, and with each of its values."""
    thoughts, rules = ({each.thought for each in tallies}, {each.rule for each in tallies})
    kinds = [(words(kind), kind) for kind in sorted(thoughts)]
    refs = sorted({each.ref for each in tallies} | {""}, key=lambda ref: (len(ref), ref))
    return [
        (
            "Where",
            replace(wanted, ref=""),
            [(pull(ref).capitalize(), replace(wanted, ref=ref)) for ref in refs],
        ),
        (
            "Evidence",
            replace(wanted, evidence=()),
            [(words(each), replace(wanted, evidence=(each,))) for each in EVIDENCE],
        ),
        (
            "Severity",
            replace(wanted, severity=()),
            [(words(each), replace(wanted, severity=(each,))) for each in SEVERITY],
        ),
        (
            "State",
            replace(wanted, state=("open",)),
            [(_STATES.get(each, words(each)), replace(wanted, state=(each,))) for each in STATE],
        ),
        (
            "Read",
            replace(wanted, unread=False),
            [
                ("All", replace(wanted, unread=False)),
                ("Unread", replace(wanted, unread=True)),
            ],
        ),
        (
            "Found by",
            replace(wanted, kind=()),
            [(name, replace(wanted, kind=(kind,))) for name, kind in kinds],
        ),
        (
            "Rule",
            replace(wanted, kind=()),
            [(rule, replace(wanted, kind=(rule,))) for rule in sorted(rules)],
        ),
    ]


def _choice(
    tallies: list[Tally], wanted: Wanted, back: Wanted, name: str, narrowed: Wanted
) -> Choice:
    """What is so without any choice is no choice that could be taken back."""
    chosen = wanted == narrowed and narrowed != back
    return Choice(name, count(tallies, narrowed), feed_url(back if chosen else narrowed), chosen)


def feed_url(wanted: Wanted, page: int = 1) -> str:
    """The feed with these conditions."""
    query: list[tuple[str, str]] = [
        (name, ",".join(values))
        for name, values in (
            ("evidence", wanted.evidence),
            ("severity", wanted.severity),
            ("kind", wanted.kind),
        )
        if values
    ]
    if wanted.state != ("open",):
        query.append(("state", ",".join(wanted.state) or "all"))
    query += [("path", wanted.path)] * bool(wanted.path) + [("read", "no")] * wanted.unread
    query += [("pull", pull_of(wanted.ref))] * bool(wanted.ref)
    query += [("page", str(page))] * (page > 1)
    return f"?{urlencode(query)}"
