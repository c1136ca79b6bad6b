"""The chunks of files as columns, and how those of one file are packed to be stored.

A row for each chunk takes three times the room. Here a file's terms are one list that its chunks
point into, and numbers, most of them small, stand a byte plane at a time, which deflates well.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
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
    symbols = [row.symbol.encode(errors="replace") for row in rows]
    kinds = [row.kind.encode() for row in rows]
    postings = np.frombuffer(b"".join(row.terms for row in rows), np.uint8).reshape(-1, width)
    terms = np.ascontiguousarray(postings[:, :_TERM]).view("<u4").ravel()
    counts = np.fromiter((len(row.terms) // width for row in rows), np.int64, len(rows))
    vocabulary, places = np.unique(terms, return_inverse=True)
    starts = np.fromiter((row.start_line for row in rows), np.int64, len(rows))
    ends = np.fromiter((row.end_line for row in rows), np.int64, len(rows))
    parts = [
        np.diff(starts, prepend=0),
        ends - starts,
        np.fromiter(map(len, symbols), np.int64, len(rows)),
        np.fromiter(map(len, kinds), np.int64, len(rows)),
        counts,
        np.diff(vocabulary.astype(np.int64), prepend=0),
        _steps(places, counts),
    ]
    sizes = (len(rows), *map(sum, (map(len, symbols), map(len, kinds))))
    header = _HEADER.pack(*sizes, len(vocabulary), len(terms), width)
    numbers = np.concatenate(parts).astype("<u4")
    frequencies = postings[:, _TERM:].T.tobytes()
    planes = numbers.view(np.uint8).reshape(-1, 4).T.tobytes()
    return zlib.compress(b"".join((header, planes, frequencies, *symbols, *kinds)), 2)


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
