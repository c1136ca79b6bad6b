"""Definitions that a question names, and how well the names of a chunk fit its words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt

import numpy as np

from workers.index.terms import identifier_terms, term_id, terms
from workers.retrieve.query import Question
from workers.retrieve.segment import Floats
from workers.retrieve.snapshot_index import SnapshotIndex

COMMON = 30
"""A name that so many chunks define points nowhere."""

EVERYWHERE = 0.05
"""A name in a larger share of the chunks, such as 'GitHub', may be a word of any sentence."""

LATER = 0.5
"""What a piece of a definition has of the anchor, where it is not the first."""

MENTIONED = 0.25
"""What is left of it in a description: the names in it are mostly those of other things."""


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
        if found := defining(index, dotted.rpartition(".")[2]):
            everywhere = dotted.isalnum() and _is_everywhere(index, dotted)
            weight = _surprise(index, dotted) if everywhere else 1.0
            _anchor(index, dotted, found, weight, scores)
    for word in question.capitalised:
        if found := [c for c in defining(index, word) if _own_name(index.symbol(c)) == word]:
            _anchor(index, word, found, _surprise(index, word), scores)
    scores = np.minimum(scores, 1.0)
    return scores * np.float32(MENTIONED) if question.intent.describes else scores


def _surprise(index: SnapshotIndex, word: str) -> float:
    """0 to 1. A word that is all over the repository, such as its own name, may be meant as it is
    in any sentence."""
    return index.rarity(_frequency(index, word)) / index.rarity(1)


def _is_everywhere(index: SnapshotIndex, word: str) -> bool:
    return _frequency(index, word) > max(COMMON, EVERYWHERE * index.chunk_count)


def _frequency(index: SnapshotIndex, word: str) -> int:
    """How many chunks have a name."""
    return len(index.postings(term_id(identifier_terms(word)[-1])).chunks)


def _anchor(
    index: SnapshotIndex, dotted: str, chunks: Sequence[int], weight: float, scores: Floats
) -> None:
    """A definition in several pieces is one, and starts with the first of them."""
    pieces = [(int(index.file[chunk]), index.symbol(chunk)) for chunk in chunks]
    heads = dict(zip(reversed(pieces), reversed(chunks), strict=True))
    for piece, chunk in zip(pieces, chunks, strict=True):
        share = weight * (1.0 if heads[piece] == chunk else LATER)
        scores[chunk] += share * _sameness(piece[1], dotted) / sqrt(len(heads))


def _own_name(symbol: str) -> str:
    return symbol.rpartition(".")[2]


def _sameness(symbol: str, dotted: str) -> float:
    """1 for the very name, containers included; less if they differ, or the name's case does."""
    same_name = _own_name(symbol) == _own_name(dotted)
    return 0.5 + 0.25 * same_name + 0.25 * f".{symbol}".endswith(f".{dotted}")


def defining(index: SnapshotIndex, name: str) -> list[int]:
    """Chunks that define a name, or are within it; none if it is common."""
    whole = identifier_terms(name)[-1:]
    if not whole:
        return []
    found = index.postings(term_id(whole[0]))
    chunks = found.chunks[found.named]
    exact = [c for c in chunks.tolist() if _own_name(index.symbol(c)) == name]
    chosen = exact or chunks.tolist()
    return chosen if len(chosen) <= COMMON else []
