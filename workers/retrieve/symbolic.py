"""Definitions that a question names, and how well the names of a chunk fit its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import sqrt

import numpy as np

from workers.index.terms import identifier_terms, term_id, terms
from workers.retrieve.query import Question
from workers.retrieve.segment import Floats
from workers.retrieve.snapshot_index import SnapshotIndex

COMMON = 30
"""A name that so many chunks define points nowhere."""

LONGEST_PHRASE = 3
MOST_WORDS = 60
_WORD = re.compile(r"[a-z][a-z0-9]*")


@lru_cache(maxsize=200_000)
def name_terms(symbol: str) -> tuple[frozenset[str], frozenset[str]]:
    """Terms of a symbol's own name, and of what it is in."""
    container, _, name = symbol.rpartition(".")
    return frozenset(terms(name)), frozenset(terms(container))


@lru_cache(maxsize=100_000)
def path_terms(path: str) -> frozenset[str]:
    return frozenset(terms(path))


def anchors(index: SnapshotIndex, question: Question) -> Floats:
    """For each chunk, whether it defines a name that the question has: the rarer, the more."""
    scores = np.zeros(len(index.file), dtype=np.float32)
    for identifier in question.identifiers:
        dotted = identifier.replace("::", ".").replace("#", ".")
        chunks = defining(index, dotted.rpartition(".")[2])
        for chunk in chunks:
            scores[chunk] += _sameness(index.rows[chunk].symbol, dotted) / sqrt(len(chunks))
    return np.minimum(scores, 1.0)


def phrases(index: SnapshotIndex, question: Question, rarities: Mapping[str, float]) -> Floats:
    """For each chunk, how much of the question stands there as one identifier: 'session cookie' as
    sessionCookie or session_cookie."""
    scores = np.zeros(len(index.file), dtype=np.float32)
    for term in sorted(_joined(question.text) - question.own):
        chunks = index.postings(term_id(term)).chunks
        scores[chunks] += np.float32(index.rarity(len(chunks)))
    total = sum(rarities.get(term, 0.0) for term in question.own)
    return np.minimum(1, scores / np.float32(total)) if total else scores * 0


def _joined(text: str) -> set[str]:
    return {spelt for run in _runs(text.lower()) for spelt in ("_".join(run), "".join(run))}


def _runs(text: str) -> Iterator[list[str]]:
    """Two and three words that follow each other, of as many as a question may have."""
    words = _WORD.findall(text)[:MOST_WORDS]
    for length in range(2, LONGEST_PHRASE + 1):
        for start in range(len(words) - length + 1):
            yield words[start : start + length]


def _sameness(symbol: str, dotted: str) -> float:
    """1 for the very name, containers included; less if they differ, or the name's case does."""
    same_name = symbol.rpartition(".")[2] == dotted.rpartition(".")[2]
    return 0.5 + 0.25 * same_name + 0.25 * f".{symbol}".endswith(f".{dotted}")


def defining(index: SnapshotIndex, name: str) -> list[int]:
    """Chunks that define a name, or are within it; none if it is common."""
    whole = identifier_terms(name)[-1:]
    if not whole:
        return []
    found = index.postings(term_id(whole[0]))
    chunks = found.chunks[found.named]
    exact = [c for c in chunks.tolist() if index.rows[c].symbol.rpartition(".")[2] == name]
    chosen = exact or chunks.tolist()
    return chosen if len(chosen) <= COMMON else []
