"""What a search sees of a snapshot: a full segment and, over it, what an overlay changed.

An overlay shares the arrays of its base: chunks of changed paths are struck out, new ones follow.
Searching it gives exactly what searching a full index of the same files gives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.index.blob import Blob
from workers.retrieve.columns import Chunk, ChunkRow, FileRow
from workers.retrieve.postings import Floats, Postings
from workers.retrieve.rows import Lazy
from workers.retrieve.segment import Segment, build, name_of
from workers.retrieve.strings import Ints

Bools = NDArray[np.bool_]


@dataclass
class SnapshotIndex:
    """Chunks and files are numbered through both segments; struck-out ones keep their number.
    `name`: of the first segment, where it lies on disk."""

    segments: tuple[Segment, ...]
    alive_files: Bools
    name: str = ""

    @classmethod
    def of(cls, segment: Segment) -> SnapshotIndex:
        return cls((segment,), np.ones(len(segment.blobs), dtype=np.bool_))

    @classmethod
    def full(cls, files: Sequence[FileRow], rows: Iterable[ChunkRow]) -> SnapshotIndex:
        return cls.of(build(files, rows))

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
        return self.with_segment(removed, build(files, rows))

    def with_segment(self, removed: Collection[str], added: Segment) -> SnapshotIndex:
        """The same, of files that are built already."""
        (base,) = self.segments
        alive = np.ones(len(base.blobs) + len(added.blobs), dtype=np.bool_)
        for path in {*removed, *added.paths}:
            number = base.paths.find(path)
            if number is not None:
                alive[number] = False
        return SnapshotIndex((base, added), alive, self.name)

    def shrink(self) -> None:
        """Let go of what is made again when it is asked for. An overlay makes arrays as long as
        those of its base: a thousand overlays must not keep them."""
        for name in _MADE & self.__dict__.keys():
            self.__dict__.pop(name, None)

    @property
    def nbytes(self) -> int:
        """Of what this index does not share with its base."""
        made = sum(_size(self.__dict__[name]) for name in _MADE & self.__dict__.keys())
        return self.segments[-1].nbytes + self.alive_files.nbytes + made

    @cached_property
    def files(self) -> Sequence[FileRow]:
        """Made when they are asked for; where all are needed, `paths` is there."""
        return Lazy([(len(s.blobs), s.file_row) for s in self.segments])

    @cached_property
    def rows(self) -> Sequence[Chunk]:
        """Made when they are asked for: for hits. There are arrays of all but the symbol."""
        return Lazy([(len(s.file), s.row) for s in self.segments])

    @property
    def paths(self) -> list[str]:
        """Of each file."""
        return [path for segment in self.segments for path in segment.path_list()]

    @property
    def languages(self) -> list[str]:
        """Of each file."""
        return [language for segment in self.segments for language in segment.languages]

    @cached_property
    def blobs(self) -> Ints:
        """Of each file."""
        return _joined([segment.blobs for segment in self.segments])

    def symbol(self, chunk: int) -> str:
        segment, number = self._where(chunk)
        return segment.symbols[number]

    def path(self, file: int) -> str:
        base = self.segments[0]
        inside = file < len(base.blobs)
        return base.paths[file] if inside else self.segments[1].paths[file - len(base.blobs)]

    def terms_of(self, chunk: int) -> NDArray[np.void]:
        """The POSTING array of a chunk."""
        segment, number = self._where(chunk)
        return segment.terms_of(number)

    def _where(self, chunk: int) -> tuple[Segment, int]:
        base = self.segments[0]
        inside = chunk < len(base.file)
        return (base, chunk) if inside else (self.segments[1], chunk - len(base.file))

    @cached_property
    def file(self) -> Ints:
        """The file of each chunk."""
        first, *others = self.segments
        return _joined([first.file, *(s.file + len(first.blobs) for s in others)])

    @cached_property
    def start_lines(self) -> NDArray[np.int32]:
        return _joined([segment.start_line for segment in self.segments])

    @cached_property
    def end_lines(self) -> NDArray[np.int32]:
        return _joined([segment.end_line for segment in self.segments])

    @cached_property
    def lines(self) -> NDArray[np.int32]:
        """How many each chunk has."""
        return self.end_lines - self.start_lines + np.int32(1)

    @cached_property
    def alive(self) -> Bools:
        return self.alive_files[self.file]

    @cached_property
    def chunk_count(self) -> int:
        sizes = np.concatenate([np.diff(segment.first) for segment in self.segments])
        return int(sizes[self.alive_files].sum())

    @cached_property
    def file_count(self) -> int:
        return int(self.alive_files.sum())

    @cached_property
    def file_lengths(self) -> Floats:
        return _joined([segment.file_length for segment in self.segments])

    @cached_property
    def path_lengths(self) -> Floats:
        return _joined([segment.path_length for segment in self.segments])

    @cached_property
    def flags(self) -> Ints:
        """Of each file: see kinds.py."""
        return _joined([segment.flags for segment in self.segments])

    @cached_property
    def kind_names(self) -> tuple[str, ...]:
        """What the numbers in `kind_codes` stand for: each segment has its own."""
        return tuple(name for segment in self.segments for name in segment.kinds)

    @cached_property
    def kind_codes(self) -> NDArray[np.uint8]:
        """Of each chunk."""
        first, *others = self.segments
        shift = np.uint8(len(first.kinds))
        return _joined([first.kind, *(segment.kind + shift for segment in others)])

    @cached_property
    def kinds(self) -> NDArray[np.object_]:
        return np.array(self.kind_names or [""], dtype=object)[self.kind_codes]

    @cached_property
    def ordinals(self) -> NDArray[np.int32]:
        return _joined([segment.ordinal for segment in self.segments])

    def keys_of(self, chunks: Ints) -> list[tuple[int, int]]:
        """By which chunks are stored: blob and ordinal of each."""
        blobs = self.blobs[self.file[chunks]].tolist()
        return list(zip(blobs, self.ordinals[chunks].tolist(), strict=True))

    def chunks_of(self, blob_id: int, ordinal: int) -> list[int]:
        """The numbers of a stored chunk: several paths may have its blob, and none may."""
        chunks, _ = self.numbers_of(np.array([blob_id]), np.array([ordinal]))
        found: list[int] = chunks.tolist()
        return found

    def numbers_of(self, blob_ids: Ints, ordinals: Ints) -> tuple[Ints, Ints]:
        """The numbers of stored chunks, and which of them each is."""
        offset_file = offset = 0
        parts, places = [], []
        for segment in self.segments:
            files, which = segment.files_of(blob_ids)
            chunks = segment.first[files] + ordinals[which]
            kept = (chunks < segment.first[files + 1]) & self.alive_files[offset_file + files]
            parts.append(offset + chunks[kept])
            places.append(which[kept])
            offset_file += len(segment.blobs)
            offset += len(segment.file)
        return np.concatenate(parts), np.concatenate(places)

    @cached_property
    def blob_ids(self) -> Ints:
        """In order, each once."""
        return np.unique(self.blobs[self.alive_files])

    def postings(self, term: int) -> Postings:
        if len(self.segments) == 1:
            return self.segments[0].inverted.of(term)
        base, added = (segment.inverted.of(term) for segment in self.segments)
        kept = self.alive[base.chunks]
        return Postings(
            np.concatenate([base.chunks[kept], added.chunks + len(self.segments[0].file)]),
            np.concatenate([base.impact[kept], added.impact]),
            np.concatenate([base.body[kept], added.body]),
            np.concatenate([base.symbol[kept], added.symbol]),
            np.concatenate([base.comment[kept], added.comment]),
        )

    def definers(self, term: int) -> list[int]:
        """Chunks whose name has several parts and, as a whole, is this term."""
        first, *others = self.segments
        shift = len(first.file)
        numbers = _joined(
            [first.definers.get(term), *(s.definers.get(term) + shift for s in others)]
        )
        found: list[int] = numbers[self.alive[numbers]].tolist()
        return found

    def all_definers(self, terms: NDArray[np.uint32], most: int) -> list[list[int]]:
        """For each of the terms that is such a name, the chunks that have it, where there are no
        more than `most`."""
        # Of an overlay, some may be struck out: all have to be looked at.
        looked_at = most if len(self.segments) == 1 else len(self.file)
        names = {t for segment in self.segments for t in segment.definers.among(terms, looked_at)}
        found = [self.definers(term) for term in sorted(names)]
        return [chunks for chunks in found if len(chunks) <= most]

    def files_with_path_term(self, term: int) -> Ints:
        """Files whose path has the term, once for each time."""
        return self._files_of([segment.path_terms.get(term) for segment in self.segments])

    def files_named(self, name: str) -> Ints:
        """Files whose path ends with this name; rarely others too."""
        return self._files_of([segment.names.get(name_of(name)) for segment in self.segments])

    def _files_of(self, found: Sequence[NDArray[np.int32]]) -> Ints:
        first, *others = found
        shift = len(self.segments[0].blobs)
        numbers = _joined([first, *(each + shift for each in others)]).astype(np.int64)
        return numbers[self.alive_files[numbers]]

    def rarity(self, frequency: int) -> float:
        """The weight of a term that so many chunks have."""
        return rarity(frequency, self.chunk_count)


_MADE = frozenset(
    name for name, value in vars(SnapshotIndex).items() if isinstance(value, cached_property)
)


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _size(value: object) -> int:
    return value.nbytes if isinstance(value, np.ndarray) else 0


def rarity(frequency: int, count: int) -> float:
    return log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def rows_of(blob_id: int, blob: Blob) -> list[ChunkRow]:
    return [
        ChunkRow(blob_id, number, c.start_line, c.end_line, c.symbol, c.kind, c.terms)
        for number, c in enumerate(blob.chunks)
    ]
