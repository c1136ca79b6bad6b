"""Postings by term, made from the postings of chunks. Never more than a block of them is sorted at
a time, so that a million chunks do not need the memory of a million."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.retrieve.strings import Ints, offsets_of, ranges

Floats = NDArray[np.float32]
Allocate = Callable[[str, int, type], NDArray[np.generic]]
"""An array by name, length and type: in memory, or mapped from a file."""

# A chunk's score depends on the chunk and on nothing else, so that an overlay ranks as a full index
# does: lengths are held against these, not against averages of the snapshot.
USUAL_BODY = 120.0
USUAL_NAMES = 6.0
USUAL_COMMENT = 20.0

BODY_WEIGHT, NAMES_WEIGHT, COMMENT_WEIGHT = 1.0, 2.0, 0.5
BODY_LENGTH, NAMES_LENGTH, COMMENT_LENGTH = 0.75, 0.3, 0.3  # how much a long field is held against
SATURATION = 2.0

BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class Postings:
    """Where one term is: chunks, how much it counts in each, and how often each field has it."""

    chunks: Ints
    impact: Floats  # BM25F without the rarity of the term: 0 to 1
    body: NDArray[np.uint8]
    symbol: NDArray[np.uint8]
    comment: NDArray[np.uint8]

    @property
    def frequency(self) -> Floats:
        """Weighted over the fields, as the score of whole files needs it."""
        return self.body + np.float32(NAMES_WEIGHT) * self.symbol

    @property
    def named(self) -> NDArray[np.bool_]:
        """Whether it is in a name that the chunk defines, or is within."""
        return self.symbol > 0


@dataclass(frozen=True, slots=True)
class Inverted:
    """The postings of the nth term of the vocabulary are at `offsets[n]` to `offsets[n + 1]`."""

    vocabulary: NDArray[np.uint32]
    offsets: Ints
    chunks: NDArray[np.int32]
    impact: NDArray[np.float16]
    body: NDArray[np.uint8]
    symbol: NDArray[np.uint8]
    comment: NDArray[np.uint8]

    def of(self, term: int) -> Postings:
        at = int(np.searchsorted(self.vocabulary, np.uint32(term)))
        found = at < len(self.vocabulary) and self.vocabulary[at] == term
        where = slice(self.offsets[at], self.offsets[at + 1]) if found else slice(0, 0)
        return Postings(
            self.chunks[where].astype(np.int64),
            self.impact[where].astype(np.float32),
            self.body[where],
            self.symbol[where],
            self.comment[where],
        )


def in_memory(name: str, length: int, kind: type) -> NDArray[np.generic]:
    return np.zeros(length, dtype=kind)


def invert(packed: NDArray[np.void], offsets: Ints, allocate: Allocate) -> Inverted:
    """`packed` chunk after chunk, the nth at `offsets[n]` to `offsets[n + 1]`."""
    vocabulary, counts = _vocabulary(packed)
    made = Inverted(
        vocabulary,
        offsets_of(counts),
        **{
            name: allocate(f"inverted.{name}", len(packed), kind)
            for name, kind in (
                ("chunks", np.int32),
                ("impact", np.float16),
                ("body", np.uint8),
                ("symbol", np.uint8),
                ("comment", np.uint8),
            )
        },  # type: ignore[arg-type]
    )
    filled = made.offsets[:-1].copy()
    for first, last in _blocks(offsets):
        _scatter(
            made, filled, packed[offsets[first] : offsets[last]], first, offsets[first : last + 1]
        )
    return made


def _vocabulary(packed: NDArray[np.void]) -> tuple[NDArray[np.uint32], Ints]:
    """All terms in order, and how many chunks have each."""
    terms, counts = np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.int64)
    for start in range(0, len(packed), BLOCK):
        each, count = np.unique(packed["term"][start : start + BLOCK], return_counts=True)
        merged = np.union1d(terms, each)
        total = np.zeros(len(merged), dtype=np.int64)
        total[np.searchsorted(merged, terms)] += counts
        total[np.searchsorted(merged, each)] += count
        terms, counts = merged, total
    return terms, counts


def _blocks(offsets: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of chunks that have few enough postings together, or are one."""
    first, count = 0, len(offsets) - 1
    while first < count:
        last = int(np.searchsorted(offsets, offsets[first] + BLOCK, side="right")) - 1
        last = min(count, max(last, first + 1))
        yield first, last
        first = last


def _scatter(
    made: Inverted, filled: Ints, packed: NDArray[np.void], first: int, offsets: Ints
) -> None:
    """Put a block's postings behind those of earlier blocks: chunks of a term stay in order."""
    chunk = np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets))
    order = np.argsort(packed["term"], kind="stable")
    terms, counts = np.unique(packed["term"][order], return_counts=True)
    at = np.searchsorted(made.vocabulary, terms)
    places = ranges(filled[at], counts)
    filled[at] += counts
    made.chunks[places] = first + chunk[order]
    made.impact[places] = _impact(packed, chunk, len(offsets) - 1)[order]
    for name in ("body", "symbol", "comment"):
        getattr(made, name)[places] = packed[name][order]


def _impact(packed: NDArray[np.void], chunk: NDArray[np.int32], count: int) -> Floats:
    """BM25F: fields are weighed and held against their length before they saturate together."""
    total = np.zeros(len(packed), dtype=np.float32)
    for field, weight, share, usual in (
        ("body", BODY_WEIGHT, BODY_LENGTH, USUAL_BODY),
        ("symbol", NAMES_WEIGHT, NAMES_LENGTH, USUAL_NAMES),
        ("comment", COMMENT_WEIGHT, COMMENT_LENGTH, USUAL_COMMENT),
    ):
        length = np.bincount(chunk, weights=packed[field], minlength=count)
        norm = (weight / (1 - share + share * length / usual)).astype(np.float32)
        total += packed[field] * norm[chunk]
    return total / (SATURATION + total)
