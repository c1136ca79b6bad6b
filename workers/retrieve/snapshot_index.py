"""What a search sees of a snapshot: a full segment and, over it, what an overlay changed.

An overlay shares the arrays of its base: chunks of changed paths are struck out, new ones follow.
Searching it gives exactly what searching a full index of the same files gives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from workers.index.blob import Blob
from workers.retrieve.kinds import flags_of
from workers.retrieve.segment import (
    ChunkRow,
    FileRow,
    Floats,
    Ints,
    Postings,
    Segment,
    build,
    first_of_blobs,
)

Bools = NDArray[np.bool_]


@dataclass
class SnapshotIndex:
    """Chunks and files are numbered through both segments; struck-out ones keep their number."""

    segments: tuple[Segment, ...]
    alive_files: Bools
    _known: dict[int, Postings] = field(default_factory=dict, repr=False)

    @classmethod
    def full(cls, files: Sequence[FileRow], rows: Iterable[ChunkRow]) -> SnapshotIndex:
        return cls((build(files, rows),), np.ones(len(files), dtype=np.bool_))

    @classmethod
    def from_blobs(cls, blobs: Iterable[tuple[str, int, Blob]]) -> SnapshotIndex:
        """Of parsed files: path, blob id, content. For measuring without a database."""
        listed = list(blobs)
        return cls.full(
            [FileRow(path, blob_id, blob.language) for path, blob_id, blob in listed],
            [
                row
                for blob_id, blob in {b: c for _, b, c in listed}.items()
                for row in rows_of(blob_id, blob)
            ],
        )

    def overlay(
        self, removed: Collection[str], files: Sequence[FileRow], rows: Iterable[ChunkRow]
    ) -> SnapshotIndex:
        """This index, which must be a full one, without the paths `removed` and those of `files`,
        and with `files`."""
        (base,) = self.segments
        gone = {*removed, *(file.path for file in files)}
        alive = np.array([file.path not in gone for file in base.files], dtype=np.bool_)
        added = build(files, rows)
        return SnapshotIndex((base, added), np.append(alive, np.ones(len(files), dtype=np.bool_)))

    @property
    def nbytes(self) -> int:
        """Of what this index does not share with its base."""
        return self.segments[-1].nbytes + 24 * len(self.file)

    @cached_property
    def files(self) -> tuple[FileRow, ...]:
        return tuple(file for segment in self.segments for file in segment.files)

    @cached_property
    def rows(self) -> tuple[ChunkRow, ...]:
        if len(self.segments) == 1:
            return self.segments[0].rows
        return tuple(row for segment in self.segments for row in segment.rows)

    @cached_property
    def file(self) -> Ints:
        """The file of each chunk."""
        offsets = np.cumsum([0, *(len(segment.files) for segment in self.segments[:-1])])
        return np.concatenate([s.file + o for s, o in zip(self.segments, offsets, strict=True)])

    @cached_property
    def lines(self) -> Ints:
        return np.concatenate([segment.lines for segment in self.segments])

    @cached_property
    def alive(self) -> Bools:
        return self.alive_files[self.file]

    @cached_property
    def chunk_count(self) -> int:
        return int(self.alive.sum())

    @cached_property
    def file_count(self) -> int:
        return int(self.alive_files.sum())

    @cached_property
    def file_lengths(self) -> Floats:
        return np.concatenate([segment.file_length for segment in self.segments])

    @cached_property
    def path_lengths(self) -> Floats:
        return np.concatenate([segment.path_lengths for segment in self.segments])

    @cached_property
    def flags(self) -> Ints:
        """Of each file: see kinds.py."""
        return np.array([flags_of(file.path) for file in self.files], dtype=np.int64)

    @cached_property
    def kinds(self) -> NDArray[np.object_]:
        return np.array([row.kind for row in self.rows], dtype=object)

    @cached_property
    def _starts(self) -> dict[int, list[int]]:
        starts: dict[int, list[int]] = {}
        offset = 0
        for segment in self.segments:
            for blob_id, numbers in first_of_blobs(segment).items():
                starts.setdefault(blob_id, []).extend(offset + number for number in numbers)
            offset += len(segment.rows)
        return starts

    def chunks_of(self, blob_id: int, ordinal: int) -> list[int]:
        """The numbers of a stored chunk: several paths may have its blob, and none may."""
        found = (start + ordinal for start in self._starts.get(blob_id, ()))
        return [chunk for chunk in found if chunk < len(self.rows) and self.alive[chunk]]

    @cached_property
    def blob_ids(self) -> frozenset[int]:
        return frozenset(
            file.blob_id for file, alive in zip(self.files, self.alive_files, strict=True) if alive
        )

    def postings(self, term: int) -> Postings:
        if len(self.segments) == 1:
            return self.segments[0].postings(term)
        base, added = (segment.postings(term) for segment in self.segments)
        kept = self.alive[base.chunks]
        return Postings(
            np.concatenate([base.chunks[kept], added.chunks + len(self.segments[0].rows)]),
            np.concatenate([base.impact[kept], added.impact]),
            np.concatenate([base.frequency[kept], added.frequency]),
            np.concatenate([base.named[kept], added.named]),
        )

    def definers(self, term: int) -> list[int]:
        """Chunks whose name has several parts and, as a whole, is this term."""
        found, offset = [], 0
        for segment in self.segments:
            found += [offset + number for number in segment.definers.get(term, ())]
            offset += len(segment.rows)
        return [chunk for chunk in found if self.alive[chunk]]

    def all_definers(self, terms: NDArray[np.uint32]) -> list[list[int]]:
        """For each of the terms that is such a name, the chunks that have it."""
        names = {term for segment in self.segments for term in segment.among_defined(terms)}
        return [self.definers(term) for term in sorted(names)]

    def files_with_path_term(self, term: int) -> Ints:
        """Files whose path has the term, once for each time."""
        offset, found = 0, []
        for segment in self.segments:
            found += [offset + number for number in segment.paths.get(term, ())]
            offset += len(segment.files)
        numbers = np.array(found, dtype=np.int64)
        return numbers[self.alive_files[numbers]]

    def rarity(self, frequency: int) -> float:
        """The weight of a term that so many chunks have."""
        return rarity(frequency, self.chunk_count)


def rarity(frequency: int, count: int) -> float:
    return log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def rows_of(blob_id: int, blob: Blob) -> list[ChunkRow]:
    return [
        ChunkRow(blob_id, number, c.start_line, c.end_line, c.symbol, c.kind, c.terms)
        for number, c in enumerate(blob.chunks)
    ]
