"""Cuts text into words, and numbers them: a process meets a word many times, and cuts it into its
terms once.

A word here is a run of letters, digits, '_', '$' and whatever is not ASCII, so that bytes tell
where it ends. Mostly it is one identifier; terms.py says which are in it when it is first seen.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from workers.index.terms import identifier_ids, identifiers

_MOST = 200_000  # words that a process remembers
_SLOTS = 19  # bits of a key that choose its slot
_LONG = 256  # bytes of a word that numpy reads, eight at a time

_IN_WORDS = np.zeros(256, dtype=bool)
_IN_WORDS[[byte for byte in range(128) if chr(byte).isalnum() or chr(byte) in "_$"]] = True
_IN_WORDS[128:] = True
_KEPT = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)
# Chosen by each process, so that nobody can write two words that have one key in it.
_FACTOR = np.uint64(int.from_bytes(os.urandom(8), "little") | 1)
_FOLD = np.uint64(29)


class Vocabulary:
    """The ids of the terms of each word seen."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._ids = array("I")
        self._ends = array("I", [0])
        self._numbers: dict[int, int] = {}  # by key
        # The last word of each slot, where most are found by numpy alone.
        self._key = np.zeros(1 << _SLOTS, dtype=np.uint64)
        self._number = np.zeros(1 << _SLOTS, dtype=np.int64)

    def cut(self, text: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the words of some UTF-8 start, and their numbers until the next call of this."""
        if len(self._numbers) > _MOST:
            self.forget()
        # Room for a reading of eight bytes; and nothing starts or ends with a word.
        text = b"".join((b"\n", text, b"\n" * 8))
        inside = _IN_WORDS[np.frombuffer(text, dtype=np.uint8)]
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        starts, ends = edges[::2], edges[1::2]
        return starts - 1, self._numbered(text, starts, ends)

    def terms(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The ids of some words' terms, one after the other, and how many each has."""
        ends = np.frombuffer(self._ends, dtype=np.uint32).astype(np.int64)
        starts = ends[numbers]
        sizes = ends[numbers + 1] - starts
        skipped = starts - np.cumsum(sizes) + sizes
        places = np.arange(int(sizes.sum())) + np.repeat(skipped, sizes)
        return np.frombuffer(self._ids, dtype=np.uint32)[places], sizes

    def _numbered(
        self, text: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        keys = _keys(text, starts, ends - starts)
        slots = keys >> np.uint64(64 - _SLOTS)
        numbers: NDArray[np.int64] = self._number[slots]
        others = np.flatnonzero(self._key[slots] != keys)
        if len(others):
            different, first, places = np.unique(
                keys[others], return_index=True, return_inverse=True
            )
            found = others[first]
            words = zip(starts[found].tolist(), ends[found].tolist(), strict=True)
            looked_up = self._look_up(text, different.tolist(), words)
            numbers[others] = np.fromiter(looked_up, np.int64, len(different))[places]
            self._key[slots[others]] = keys[others]
            self._number[slots[others]] = numbers[others]
        return numbers

    def _look_up(
        self, text: bytes, keys: list[int], words: Iterator[tuple[int, int]]
    ) -> Iterator[int]:
        for key, (start, end) in zip(keys, words, strict=True):
            number = self._numbers.get(key)
            yield self._add(key, text[start:end].decode()) if number is None else number

    def _add(self, key: int, word: str) -> int:
        for identifier in identifiers(word):
            self._ids.extend(identifier_ids(identifier))
        self._ends.append(len(self._ids))
        self._numbers[key] = number = len(self._numbers)
        return number


def _keys(text: bytes, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.uint64]:
    """64 bits for each word, from its bytes and their number."""
    eights = np.ndarray(len(text) - 7, "<u8", text, strides=1)
    keys = _mixed(sizes.astype(np.uint64), eights[starts] & _KEPT[np.minimum(sizes, 8)])
    rest = np.flatnonzero(sizes > 8)
    for read in range(8, _LONG, 8):
        if not len(rest):
            return keys
        more = eights[starts[rest] + read] & _KEPT[np.minimum(sizes[rest] - read, 8)]
        keys[rest] = _mixed(keys[rest], more)
        rest = rest[sizes[rest] > read + 8]
    for word in rest.tolist():
        keys[word] = hash(text[starts[word] : starts[word] + sizes[word]]) % (1 << 64)
    return keys


def _mixed(keys: NDArray[np.uint64], more: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed: NDArray[np.uint64] = (keys ^ more) * _FACTOR
    return mixed ^ mixed >> _FOLD
