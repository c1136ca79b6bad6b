"""Packs the terms of many chunks at once: one alone is too small for numpy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from workers.index.terms import FIELDS, POSTING
from workers.index.words import Vocabulary

Texts = tuple[str, ...]
"""What a chunk has in each of FIELDS."""

_TERM, _CHUNK = 3, 35  # bits that a term and a chunk are shifted by; below are the fields

_vocabulary = Vocabulary()


def pack(body: str, symbol: str, comment: str) -> bytes:
    """Postings of one chunk: an array of POSTING sorted by term, frequencies capped at 255."""
    return pack_all([(body, symbol, comment)])[0]


def pack_all(chunks: Sequence[Texts]) -> list[bytes]:
    """Postings of each chunk."""
    texts = [text.encode(errors="replace") for text in chain.from_iterable(chunks)]
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    starts, numbers = _vocabulary.cut(b"\n".join(texts))
    terms, sizes = _vocabulary.terms(numbers)
    cells = np.searchsorted(ends, starts, side="right")
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
