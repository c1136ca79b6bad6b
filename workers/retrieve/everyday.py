"""What people say who know the product and not its parts, and what the trade calls it.

The table beside this module, `everyday.txt`, has an everyday word or phrase a line, then the words
that code and documents have for it. It is general knowledge, written blind: by somebody who had
read no question of the benchmarks and, but for a few lines, not the list that stood here before;
and not changed after it was measured. Nothing in it is about one repository.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import Stemmer

from workers.index.terms import terms

MEANT = 0.5
"""How much a word counts that stands for an everyday one, beside a word of the question."""
PHRASE = 0.8
LONGEST = 6
"""Words of a phrase."""

TABLE = Path(__file__).with_name("everyday.txt")

_WORD = re.compile(r"[\w']+")
_stemmer = Stemmer.Stemmer("english")

Stems = tuple[str, ...]


def meant(text: str, own: Collection[str]) -> dict[str, float]:
    """Terms that the words of a text stand for, with weights; `own` are its terms."""
    found: dict[str, float] = {}
    for stems, others in _said(text, own):
        weight = PHRASE if len(stems) > 1 else MEANT
        found.update({term: max(weight, found.get(term, 0.0)) for term in others})
    return {term: weight for term, weight in found.items() if term not in own}


def _said(text: str, own: Collection[str]) -> Iterator[tuple[Stems, Stems]]:
    """The entries that a text has, longest first: who is signed in has signed nothing."""
    stems, table, at = _stems(text), _table(), 0
    while at < len(stems):
        spans = (stems[at : at + length] for length in range(LONGEST, 0, -1))
        span = next((span for span in spans if span in table), stems[at : at + 1])
        if len(span) > 1 or span[0] in own:
            yield span, table.get(span, ())
        at += len(span)


@cache
def _table() -> dict[Stems, Stems]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" = ") for line in lines if line and not line.startswith("#")]
    return {_stems(everyday): tuple(terms(others)) for everyday, others in pairs}


def _stems(text: str) -> Stems:
    return tuple(_stemmer.stemWords(_WORD.findall(text.lower())))
