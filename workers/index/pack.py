"""Packs the terms of a file's chunks, all of them at once: one alone is too small for numpy. An
identifier is cut into its terms once for a process, not once for each time it stands somewhere.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from workers.index.terms import FIELDS, POSTING, identifier_terms, identifiers, term_id

Texts = tuple[str, ...]
"""What a chunk has in each of FIELDS."""

_MOST = 200_000  # identifiers that a process remembers
_TERM, _CHUNK = 3, 35  # bits that a term and a chunk are shifted by; below are the fields


class _Vocabulary(dict[str, int]):
    """The number of each identifier seen, and the ids of the terms of each number."""

    def __init__(self) -> None:
        self.ids = array("I")
        self.ends = array("I", [0])

    def __missing__(self, identifier: str) -> int:
        self.ids.extend(term_id(term) for term in identifier_terms(identifier))
        self.ends.append(len(self.ids))
        self[identifier] = number = len(self)
        return number

    def forget(self) -> None:
        self.clear()
        self.ids, self.ends = array("I"), array("I", [0])

    def expand(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The ids of some identifiers' terms, one after the other, and how many each has."""
        ends = np.frombuffer(self.ends, dtype=np.uint32).astype(np.int64)
        starts = ends[numbers]
        sizes = ends[numbers + 1] - starts
        skipped = starts - np.cumsum(sizes) + sizes
        places = np.arange(int(sizes.sum())) + np.repeat(skipped, sizes)
        return np.frombuffer(self.ids, dtype=np.uint32)[places], sizes


_vocabulary = _Vocabulary()


def pack(body: str, symbol: str, comment: str) -> bytes:
    """Postings of one chunk: an array of POSTING sorted by term, frequencies capped at 255."""
    return pack_all([(body, symbol, comment)])[0]


def pack_all(chunks: Sequence[Texts]) -> list[bytes]:
    """Postings of each chunk."""
    if len(_vocabulary) > _MOST:
        _vocabulary.forget()
    found = [identifiers(text) for texts in chunks for text in texts]
    count = sum(map(len, found))
    every = map(_vocabulary.__getitem__, chain.from_iterable(found))
    numbers = np.fromiter(every, np.int64, count)
    terms, sizes = _vocabulary.expand(numbers)
    cells = np.repeat(np.arange(len(found)), list(map(len, found)))
    return _postings(np.repeat(cells, sizes), terms, len(chunks))


def _postings(cells: NDArray[np.int64], terms: NDArray[np.uint32], count: int) -> list[bytes]:
    """`cells` has the chunk and the field of each term: chunk × fields + field."""
    chunk, field = np.divmod(cells, len(FIELDS))
    keys, frequencies = _counted(chunk << _CHUNK | terms.astype(np.int64) << _TERM | field)
    owner = keys >> _TERM
    first = np.append(True, owner[1:] != owner[:-1]) if len(owner) else np.zeros(0, dtype=bool)
    row = np.cumsum(first) - 1
    postings = np.zeros(int(first.sum()), dtype=POSTING)
    postings["term"] = owner[first] & 0xFFFFFFFF
    for number, name in enumerate(FIELDS):
        there = (keys & 7) == number
        postings[name][row[there]] = np.minimum(frequencies[there], 255)
    ends = np.searchsorted(owner[first] >> (_CHUNK - _TERM), np.arange(count + 1))
    packed, size = postings.tobytes(), POSTING.itemsize
    return [packed[start * size : end * size] for start, end in pairwise(ends.tolist())]


def _counted(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different keys, in order, and how often each is there."""
    keys.sort()
    edges = np.flatnonzero(keys[1:] != keys[:-1]) + 1 if len(keys) else np.zeros(0, dtype=np.int64)
    starts = np.append(0, edges) if len(keys) else edges
    return keys[starts], np.diff(np.append(starts, len(keys)))
