"""The chunks of files as columns, and how those of one file are packed to be stored.

A row for each chunk takes three times the room. Here a file's terms are one list that its chunks
point into, and numbers, most of them small, stand a byte plane at a time, which deflates well.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_HEADER = struct.Struct("<6i")
_TERM = 4  # bytes of a posting's term; what follows are its frequencies, a byte each


@dataclass(frozen=True, slots=True)
class ChunkColumns:
    """Chunks by blob and ordinal, one entry each; texts lie one behind the other, with their sizes
    in bytes. `terms` are postings: a little-endian uint32 and a frequency for each field."""

    blob_id: NDArray[np.int64]
    ordinal: NDArray[np.int32]
    start_line: NDArray[np.int32]
    end_line: NDArray[np.int32]
    symbol_sizes: NDArray[np.int32]
    symbols: bytes
    kind_sizes: NDArray[np.int32]
    kinds: bytes
    term_sizes: NDArray[np.int32]
    terms: bytes


class ChunkRow(NamedTuple):
    """One chunk of a file."""

    start_line: int
    end_line: int
    symbol: str
    kind: str
    terms: bytes


def pack(rows: Sequence[ChunkRow], width: int) -> bytes:
    """The chunks of one file, in order; a posting has `width` bytes."""
    return pack_all([rows], width)[0]


def pack_all(files: Sequence[Sequence[ChunkRow]], width: int) -> list[bytes]:
    """The chunks of each file: many files at once cost less than each alone."""
    rows = list(chain.from_iterable(files))
    chunks = np.fromiter(map(len, files), np.int64, len(files))
    counts = _numbers(len(row.terms) // width for row in rows)
    postings = np.frombuffer(b"".join(row.terms for row in rows), np.uint8).reshape(-1, width)
    symbols = [row.symbol.encode(errors="replace") for row in rows]
    kinds = [row.kind.encode() for row in rows]
    held, vocabulary, places = _vocabularies(postings, np.repeat(_owners(chunks), counts), chunks)
    starts = _numbers(row.start_line for row in rows)
    columns = [
        _steps(starts, chunks),
        _numbers(row.end_line for row in rows) - starts,
        _numbers(map(len, symbols)),
        _numbers(map(len, kinds)),
        counts,
        _steps(vocabulary, held),
        _steps(places, counts),
    ]
    extents = zip(_ranges(chunks), _ranges(held), _ranges(_sums_of(counts, chunks)), strict=True)
    numbers = [column.astype("<u4") for column in columns]
    return [
        _packed(
            [*(each[own] for each in numbers[:5]), numbers[5][known], numbers[6][placed]],
            postings[placed, _TERM:],
            symbols[own],
            kinds[own],
        )
        for own, known, placed in extents
    ]


def _packed(
    numbers: Sequence[NDArray[np.uint32]],
    frequencies: NDArray[np.uint8],
    symbols: Sequence[bytes],
    kinds: Sequence[bytes],
) -> bytes:
    sizes = [sum(map(len, texts)) for texts in (symbols, kinds)]
    postings, fields = frequencies.shape
    header = _HEADER.pack(len(symbols), *sizes, len(numbers[5]), postings, _TERM + fields)
    planes = np.concatenate(numbers).view(np.uint8).reshape(-1, 4).T.tobytes()
    return zlib.compress(b"".join((header, planes, frequencies.T.tobytes(), *symbols, *kinds)), 2)


def _vocabularies(
    postings: NDArray[np.uint8], owners: Ints, chunks: Ints
) -> tuple[Ints, Ints, Ints]:
    """How many terms each file has, which, and the place in its file's of each posting's term."""
    terms = np.ascontiguousarray(postings[:, :_TERM]).view("<u4").ravel()
    known, places = np.unique(owners << 32 | terms, return_inverse=True)
    held = np.bincount(known >> 32, minlength=len(chunks))
    return held, known & 0xFFFFFFFF, places - (np.cumsum(held) - held)[owners]


def _numbers(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _owners(sizes: Ints) -> Ints:
    """The number of its segment for each value in it."""
    return np.repeat(np.arange(len(sizes)), sizes)


def _sums_of(values: Ints, sizes: Ints) -> Ints:
    """The sum of each segment."""
    total = np.append(0, np.cumsum(values))
    ends = np.cumsum(sizes)
    sums: Ints = total[ends] - total[ends - sizes]
    return sums


def _ranges(sizes: Ints) -> list[slice]:
    """Where each segment is."""
    ends = np.cumsum(sizes).tolist()
    return [slice(start, end) for start, end in pairwise([0, *ends])]


def _steps(values: Ints, sizes: Ints) -> Ints:
    """The differences within each segment; the first value of a segment as it is."""
    steps = np.diff(values, prepend=0)
    firsts = (np.cumsum(sizes) - sizes)[sizes > 0]
    steps[firsts] = values[firsts]
    return steps


def _sums(steps: Ints, sizes: Ints) -> Ints:
    """What `_steps` was made of."""
    total = np.cumsum(steps)
    before = np.append(0, total)[np.cumsum(sizes) - sizes]
    sums: Ints = total - np.repeat(before, sizes)
    return sums


class _File(NamedTuple):
    """One file's part of each column, still in steps."""

    numbers: NDArray[np.uint32]
    frequencies: NDArray[np.uint8]
    symbols: bytes
    kinds: bytes
    chunks: int
    vocabulary: int
    postings: int


def _inflate(packed: bytes) -> _File:
    raw = zlib.decompress(packed)
    chunks, symbols, kinds, vocabulary, postings, width = _HEADER.unpack_from(raw)
    count = 5 * chunks + vocabulary + postings
    planes = np.frombuffer(raw, np.uint8, 4 * count, _HEADER.size).reshape(4, count)
    at = _HEADER.size + 4 * count
    fields = width - _TERM
    frequencies = np.frombuffer(raw, np.uint8, fields * postings, at).reshape(fields, postings)
    at += fields * postings
    return _File(
        np.ascontiguousarray(planes.T).view("<u4").ravel(),
        frequencies.T,
        raw[at : at + symbols],
        raw[at + symbols : at + symbols + kinds],
        chunks,
        vocabulary,
        postings,
    )


def unpack(blob_ids: Sequence[int], packed: Sequence[bytes]) -> ChunkColumns:
    """The chunks of some files, in the order that they are given in."""
    files = [_inflate(each) for each in packed]
    chunks = np.array([file.chunks for file in files], dtype=np.int64)
    columns = [_column(files, number) for number in range(5)]
    starts = _sums(columns[0], chunks)
    counts = columns[4]
    terms = _terms(files, counts)
    width = terms.shape[1]
    return ChunkColumns(
        blob_id=np.repeat(np.array(blob_ids, dtype=np.int64), chunks),
        ordinal=(np.arange(len(starts)) - np.repeat(np.cumsum(chunks) - chunks, chunks)).astype(
            np.int32
        ),
        start_line=starts.astype(np.int32),
        end_line=(starts + columns[1]).astype(np.int32),
        symbol_sizes=columns[2].astype(np.int32),
        symbols=b"".join(file.symbols for file in files),
        kind_sizes=columns[3].astype(np.int32),
        kinds=b"".join(file.kinds for file in files),
        term_sizes=(counts * width).astype(np.int32),
        terms=terms.tobytes(),
    )


def _column(files: Sequence[_File], number: int) -> Ints:
    """One of the five that have an entry for each chunk."""
    parts = [file.numbers[number * file.chunks : (number + 1) * file.chunks] for file in files]
    return _joined(parts)


def _joined(parts: Sequence[NDArray[np.uint32]]) -> Ints:
    joined: Ints = np.concatenate([np.zeros(0, np.uint32), *parts]).astype(np.int64)
    return joined


def _terms(files: Sequence[_File], counts: Ints) -> NDArray[np.uint8]:
    """Postings × bytes."""
    held = np.array([file.vocabulary for file in files], dtype=np.int64)
    postings = np.array([file.postings for file in files], dtype=np.int64)
    known = [file.numbers[5 * file.chunks :][: file.vocabulary] for file in files]
    vocabulary = _sums(_joined(known), held).astype("<u4")
    places = _joined([file.numbers[5 * file.chunks + file.vocabulary :] for file in files])
    places = _sums(places, counts) + np.repeat(np.cumsum(held) - held, postings)
    terms = vocabulary[places].view(np.uint8).reshape(-1, _TERM)
    if not files:
        return terms
    return np.hstack([terms, np.concatenate([file.frequencies for file in files])])
