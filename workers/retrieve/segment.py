"""The chunks of some files as arrays, with their postings by term. Never changed once built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.index.terms import POSTING, identifier_terms, term_id, terms

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

# A chunk's score depends on the chunk and on nothing else, so that an overlay ranks as a full index
# does: lengths are held against these, not against averages of the snapshot.
USUAL_BODY = 120.0
USUAL_NAMES = 6.0
USUAL_COMMENT = 20.0

BODY_WEIGHT, NAMES_WEIGHT, COMMENT_WEIGHT = 1.0, 2.0, 0.5
BODY_LENGTH, NAMES_LENGTH, COMMENT_LENGTH = 0.75, 0.3, 0.3  # how much a long field is held against
SATURATION = 2.0


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk as it is stored."""

    blob_id: int
    ordinal: int
    start_line: int
    end_line: int
    symbol: str
    kind: str
    terms: bytes


@dataclass(frozen=True, slots=True)
class FileRow:
    path: str
    blob_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Postings:
    """Where one term is: chunks, and how much it counts in each."""

    chunks: Ints
    impact: Floats  # BM25F without the rarity of the term: 0 to 1
    frequency: Floats  # weighted over the fields, as the score of whole files needs it
    named: NDArray[np.bool_]  # whether it is in a name that the chunk defines, or is within


@dataclass(frozen=True, slots=True)
class Segment:
    files: tuple[FileRow, ...]
    file: Ints  # of each chunk
    rows: tuple[ChunkRow, ...]
    lines: Ints
    file_length: Floats  # terms in the bodies of each file
    vocabulary: NDArray[np.uint32]
    offsets: Ints
    chunks: NDArray[np.int32]
    impact: Floats
    frequency: Floats
    named: NDArray[np.bool_]
    definers: dict[int, list[int]]  # term of a whole name of several parts → chunks of that name
    defined: NDArray[np.uint32]  # those terms, in order
    paths: dict[int, tuple[int, ...]]  # term → files whose path has it, once for each time
    path_lengths: Floats

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        arrays = (
            self.vocabulary,
            self.offsets,
            self.chunks,
            self.impact,
            self.frequency,
            self.named,
        )
        return sum(array.nbytes for array in arrays) + 600 * len(self.rows) + 400 * len(self.files)

    def among_defined(self, terms: NDArray[np.uint32]) -> list[int]:
        """Those of the terms that are a whole name of several parts."""
        if not len(self.defined):
            return []
        at = np.minimum(np.searchsorted(self.defined, terms), len(self.defined) - 1)
        found: list[int] = terms[self.defined[at] == terms].tolist()
        return found

    def postings(self, term: int) -> Postings:
        at = int(np.searchsorted(self.vocabulary, np.uint32(term)))
        found = at < len(self.vocabulary) and self.vocabulary[at] == term
        where = slice(self.offsets[at], self.offsets[at + 1]) if found else slice(0, 0)
        return Postings(
            self.chunks[where].astype(np.int64),
            self.impact[where],
            self.frequency[where],
            self.named[where],
        )


def build(files: Sequence[FileRow], rows: Iterable[ChunkRow]) -> Segment:
    """`rows` may be in any order; those of blobs that no file has are left out."""
    files = tuple(sorted(files, key=lambda file: file.path))
    by_blob: dict[int, list[ChunkRow]] = {}
    for row in rows:
        by_blob.setdefault(row.blob_id, []).append(row)
    kept = [
        (number, row)
        for number, file in enumerate(files)
        for row in sorted(by_blob.get(file.blob_id, ()), key=lambda row: row.ordinal)
    ]
    return _arrays(files, tuple(row for _, row in kept), _integers(number for number, _ in kept))


def _integers(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _arrays(files: tuple[FileRow, ...], rows: tuple[ChunkRow, ...], file: Ints) -> Segment:
    packed = np.frombuffer(b"".join(row.terms for row in rows), dtype=POSTING)
    sizes = _integers(len(row.terms) // POSTING.itemsize for row in rows)
    chunk = np.repeat(np.arange(len(rows), dtype=np.int32), sizes)
    order = np.argsort(packed["term"], kind="stable")
    frequency, impact = _strength(packed, chunk, len(rows))
    vocabulary, first = np.unique(packed["term"][order], return_index=True)
    bodies = np.bincount(chunk, weights=packed["body"], minlength=len(rows))
    paths, path_lengths = _path_terms(files)
    definers = _definers(rows)
    return Segment(
        files=files,
        file=file,
        rows=rows,
        lines=_integers(row.end_line - row.start_line + 1 for row in rows),
        file_length=_single(np.bincount(file, weights=bodies, minlength=len(files))),
        vocabulary=vocabulary,
        offsets=np.append(first, len(order)).astype(np.int64),
        chunks=chunk[order],
        impact=impact[order],
        frequency=frequency[order],
        named=packed["symbol"][order] > 0,
        definers=definers,
        defined=np.array(sorted(definers), dtype=np.uint32),
        paths=paths,
        path_lengths=path_lengths,
    )


def _strength(
    packed: NDArray[np.void], chunk: NDArray[np.int32], count: int
) -> tuple[Floats, Floats]:
    """BM25F: fields are weighed and held against their length before they saturate together."""
    total = np.zeros(len(packed), dtype=np.float32)
    for field, weight, share, usual in (
        ("body", BODY_WEIGHT, BODY_LENGTH, USUAL_BODY),
        ("symbol", NAMES_WEIGHT, NAMES_LENGTH, USUAL_NAMES),
        ("comment", COMMENT_WEIGHT, COMMENT_LENGTH, USUAL_COMMENT),
    ):
        length = np.bincount(chunk, weights=packed[field], minlength=count)
        norm = _single(weight / (1 - share + share * length / usual))
        total += packed[field] * norm[chunk]
    frequency = _single(packed["body"] + NAMES_WEIGHT * packed["symbol"])
    return frequency, total / (SATURATION + total)


def _definers(rows: Sequence[ChunkRow]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        whole = whole_name(row.symbol)
        if whole is not None:
            found.setdefault(whole, []).append(number)
    return found


def whole_name(symbol: str) -> int | None:
    """The term of a name that has several parts: such a term hardly ever means anything else."""
    parts = identifier_terms(symbol.rpartition(".")[2])
    return term_id(parts[-1]) if len(parts) > 2 else None


def _single(values: NDArray[Any]) -> Floats:
    return values.astype(np.float32)


def _path_terms(files: Sequence[FileRow]) -> tuple[dict[int, tuple[int, ...]], Floats]:
    found: dict[int, list[int]] = {}
    lengths = np.zeros(len(files), dtype=np.float32)
    for number, file in enumerate(files):
        words = terms(file.path)
        lengths[number] = len(words)
        for word in words:
            found.setdefault(term_id(word), []).append(number)
    return {term: tuple(numbers) for term, numbers in found.items()}, lengths


def first_of_blobs(segment: Segment) -> dict[int, list[int]]:
    """Where the chunks of a blob begin: more than once if several paths have the content."""
    starts: dict[int, list[int]] = {}
    if segment.rows:
        edges = [0, *(np.flatnonzero(np.diff(segment.file)) + 1).tolist(), len(segment.rows)]
        for start, _ in pairwise(edges):
            starts.setdefault(segment.rows[start].blob_id, []).append(start)
    return starts
