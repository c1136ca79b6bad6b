"""Definitions that a question names, and how well the names of a chunk fit its words."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

import numpy as np

from workers.index.terms import identifier_terms, term_id, terms
from workers.retrieve.query import Question
from workers.retrieve.segment import Floats
from workers.retrieve.snapshot_index import SnapshotIndex

COMMON = 30
"""A name that so many chunks define points nowhere."""


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
