"""Places that a search found, and how chunks, files and lines of an index become them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.db.symbol_graph import Definition
from workers.retrieve import kinds
from workers.retrieve.exact import Matched, Spans
from workers.retrieve.snapshot_index import Bools, SnapshotIndex

TOGETHER = 3
"""Lines that are so near to each other are one place: their context is the same."""

BEHIND = kinds.TEST | kinds.DOCUMENT | kinds.EXAMPLE | kinds.GENERATED | kinds.CONFIGURATION
"""Flags of files that stand behind others with the same score."""


@dataclass(frozen=True, slots=True)
class Place:
    """Lines that a search found, 1-based and inclusive. `matched` has what a phrase or expression
    fits; `flags` is of the file, see kinds.py."""

    path: str
    start_line: int
    end_line: int
    symbol: str
    kind: str
    language: str
    flags: int
    blob_id: int
    score: float = 0.0
    matched: Matched | None = None

    @property
    def order(self) -> tuple[float, bool, str, int]:
        """Best first; of equals what is aside comes last."""
        return -self.score, bool(self.flags & BEHIND), self.path, self.start_line


@dataclass(frozen=True, slots=True)
class Numbered:
    """A place, and the chunk whose score is its own."""

    chunk: int
    place: Place


@dataclass(frozen=True, slots=True)
class Spots:
    """Makes places of an index."""

    index: SnapshotIndex

    def place(self, chunk: int, start: int, end: int) -> Place:
        """Lines of a chunk's file, described by the chunk."""
        row = self.index.rows[chunk]
        number = int(self.index.file[chunk])
        file = self.index.files[number]
        return Place(
            path=file.path,
            start_line=start,
            end_line=end,
            symbol=row.symbol,
            kind=row.kind,
            language=file.language,
            flags=int(self.index.flags[number]),
            blob_id=file.blob_id,
        )

    def chunk(self, chunk: int) -> Place:
        start, end = int(self.index.start_lines[chunk]), int(self.index.end_lines[chunk])
        return self.place(chunk, start, end)

    def file(self, number: int) -> Numbered:
        """All of a file that has chunks."""
        low, high = self._chunks(number)
        place = self.place(low, 1, int(self.index.end_lines[high - 1]))
        return Numbered(low, replace(place, symbol="", kind="file"))

    def definition(self, file: int, of: Definition) -> Numbered:
        chunk = self._at(file, of.start_line)
        place = self.place(chunk, of.start_line, of.end_line)
        return Numbered(chunk, replace(place, symbol=of.qualified, kind=of.kind))

    def lines(self, file: int, matched: Matched) -> Iterator[Numbered]:
        """Lines near each other in one chunk are one place."""
        if not matched:
            return
        low, high = self._chunks(file)
        starts = self.index.start_lines[low:high].tolist()
        group: dict[int, Spans] = {}
        chunk = -1
        for line, spans in matched.items():
            of_line = low + max(0, bisect_right(starts, line) - 1)
            if group and (of_line != chunk or line - next(reversed(group)) > TOGETHER):
                yield self._group(chunk, group)
                group = {}
            chunk = of_line
            group[line] = spans
        yield self._group(chunk, group)

    def _group(self, chunk: int, lines: Matched) -> Numbered:
        place = self.place(chunk, min(lines), max(lines))
        return Numbered(chunk, replace(place, matched=lines))

    def with_chunks(self, files: Bools) -> list[int]:
        """Numbers of the files of a mask that have any."""
        edges = np.searchsorted(self.index.file, np.arange(len(files) + 1))
        found: list[int] = np.flatnonzero(files & (np.diff(edges) > 0)).tolist()
        return found

    def having(self, blob_ids: Iterable[int], files: Bools) -> list[int]:
        """Numbers of the files of a mask with these contents."""
        wanted = np.isin(self.index.blobs, np.fromiter(blob_ids, dtype=np.int64))
        return self.with_chunks(files & wanted)

    def mask(self, found: Sequence[Numbered]) -> Bools:
        """Over the chunks."""
        chunks = np.zeros(len(self.index.file), dtype=np.bool_)
        chunks[[each.chunk for each in found]] = True
        return chunks

    def _chunks(self, file: int) -> tuple[int, int]:
        """The number of the first chunk of a file, and of the one behind its last."""
        low, high = np.searchsorted(self.index.file, [file, file + 1])
        return int(low), int(high)

    def _at(self, file: int, line: int) -> int:
        """The chunk that a line is in."""
        low, high = self._chunks(file)
        starts = self.index.start_lines[low:high]
        return low + max(0, int(np.searchsorted(starts, line, side="right")) - 1)
