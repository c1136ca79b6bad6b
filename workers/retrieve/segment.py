"""The chunks of some files as arrays, with their postings by term. Never changed once built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.index.terms import POSTING, identifier_terms, term_id, terms
from workers.retrieve.columns import Chunk, ChunkRow, Columns, FileRow, of_files, of_rows
from workers.retrieve.kinds import flags_of
from workers.retrieve.postings import Allocate, Floats, Inverted, Postings, in_memory, invert
from workers.retrieve.strings import Ints, Strings, offsets_of

__all__ = ["ChunkRow", "FileRow", "Floats", "Ints", "Postings", "Segment", "build", "whole_name"]


@dataclass(frozen=True, slots=True)
class Groups:
    """Numbers by term: those of the nth term are at `offsets[n]` to `offsets[n + 1]`."""

    terms: NDArray[np.uint32]
    offsets: Ints
    numbers: NDArray[np.int32]

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Groups:
        listed = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
        found, counts = np.unique(listed[:, 0], return_counts=True)
        return cls(found.astype(np.uint32), offsets_of(counts), listed[:, 1].astype(np.int32))

    def get(self, term: int) -> NDArray[np.int32]:
        at = int(np.searchsorted(self.terms, np.uint32(term)))
        if at == len(self.terms) or self.terms[at] != term:
            return self.numbers[:0]
        return self.numbers[self.offsets[at] : self.offsets[at + 1]]

    def among(self, terms: NDArray[np.uint32], most: int) -> list[int]:
        """Those of some terms that have numbers, and not more than `most`."""
        if not len(self.terms):
            return []
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        at = at[self.terms[at] == terms]
        found: list[int] = self.terms[at[self.offsets[at + 1] - self.offsets[at] <= most]].tolist()
        return found


@dataclass(frozen=True, eq=False)
class Segment:
    """Files are in the order of their paths, chunks in that of files and lines."""

    paths: Strings
    languages: Strings
    blobs: Ints  # of each file
    by_blob: Ints  # the numbers of the files, in the order of their blobs
    flags: Ints  # of each file: see kinds.py
    first: Ints  # chunk of each file, and the end of the last one
    file_length: Floats  # terms in the bodies of each file
    path_length: Floats
    path_terms: Groups  # files whose path has the term, once for each time
    names: Groups  # files by the last part of their path, hashed as terms are

    file: Ints  # of each chunk
    ordinal: NDArray[np.int32]
    start_line: NDArray[np.int32]
    end_line: NDArray[np.int32]
    symbols: Strings
    kind: NDArray[np.uint8]  # of each chunk, a number in `kinds`
    kinds: Strings
    definers: Groups  # term of a whole name of several parts → chunks of that name

    packed: NDArray[np.void]  # postings of the nth chunk are at packed_at[n] to packed_at[n + 1]
    packed_at: Ints
    inverted: Inverted

    @cached_property
    def nbytes(self) -> int:
        """About how much memory it takes while it is searched."""
        return sum(array.nbytes for name, array in arrays_of(self).items() if name != "packed")

    def path_list(self) -> list[str]:
        return self._path_list

    @cached_property
    def _path_list(self) -> list[str]:
        return list(self.paths)

    def file_row(self, number: int) -> FileRow:
        return FileRow(self.paths[number], int(self.blobs[number]), self.languages[number])

    def row(self, chunk: int) -> Chunk:
        return Chunk(
            int(self.blobs[self.file[chunk]]),
            int(self.ordinal[chunk]),
            int(self.start_line[chunk]),
            int(self.end_line[chunk]),
            self.symbols[chunk],
            self.kinds[int(self.kind[chunk])],
        )

    def terms_of(self, chunk: int) -> NDArray[np.void]:
        return self.packed[self.packed_at[chunk] : self.packed_at[chunk + 1]]

    def files_of(self, blob_ids: Ints) -> tuple[Ints, Ints]:
        """Files that have one of these blobs, and the place of that blob among `blob_ids`."""
        ordered = self.blobs[self.by_blob]
        low = np.searchsorted(ordered, blob_ids, side="left")
        counts = np.searchsorted(ordered, blob_ids, side="right") - low
        where = np.repeat(np.arange(len(blob_ids)), counts)
        step = np.arange(len(where)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.by_blob[low[where] + step], where


def build(files: Sequence[FileRow], rows: Iterable[ChunkRow]) -> Segment:
    """`rows` may be in any order; those of blobs that no file has are left out."""
    ordered = sorted(files, key=lambda file: file.path)
    return assemble(ordered, [of_files(ordered, of_rows(rows))])


def assemble(
    files: Sequence[FileRow],
    parts: Sequence[Columns],
    *,
    packed: NDArray[np.void] | None = None,
    allocate: Allocate = in_memory,
) -> Segment:
    """`files` by path; `parts` one after the other, their `file` counted through. `packed`: the
    postings of all parts, where they are not in the parts."""
    columns = {
        name: np.concatenate([np.zeros(0, kind), *(getattr(part, name) for part in parts)])
        for name, kind in _COLUMNS.items()
    }
    symbols = Strings.joined(part.symbols for part in parts)
    if packed is None:
        packed = np.concatenate([np.zeros(0, POSTING), *(part.packed for part in parts)])
    packed_at = offsets_of(columns.pop("sizes"))
    kinds, kind = _numbered(name for part in parts for name in part.kinds)
    blobs = np.array([file.blob_id for file in files], dtype=np.int64)
    in_files = np.bincount(columns["file"], minlength=len(files))
    path_terms, path_length = _path_terms(files)
    return Segment(
        paths=Strings.of(file.path for file in files),
        languages=Strings.of(file.language for file in files),
        blobs=blobs,
        by_blob=np.argsort(blobs, kind="stable"),
        flags=np.array([flags_of(file.path) for file in files], dtype=np.int64),
        first=offsets_of(in_files),
        file_length=_lengths(packed, packed_at, offsets_of(in_files)),
        path_length=path_length,
        path_terms=path_terms,
        names=Groups.of((name_of(file.path), n) for n, file in enumerate(files)),
        symbols=symbols,
        kind=kind,
        kinds=kinds,
        definers=_definers(symbols),
        packed=packed,
        packed_at=packed_at,
        inverted=invert(packed, packed_at, allocate),
        **columns,
    )


_COLUMNS = {
    "file": np.int64,
    "ordinal": np.int32,
    "start_line": np.int32,
    "end_line": np.int32,
    "sizes": np.int64,
}


def _numbered(names: Iterable[str]) -> tuple[Strings, NDArray[np.uint8]]:
    """Each different one once, and for each its number."""
    numbers: dict[str, int] = {}
    each = [numbers.setdefault(name, len(numbers)) for name in names]
    return Strings.of(numbers), np.array(each, dtype=np.uint8)


def _lengths(packed: NDArray[np.void], packed_at: Ints, first: Ints) -> Floats:
    """Terms in the bodies of each file."""
    body = np.concatenate([[0], np.cumsum(packed["body"], dtype=np.int64)])
    return np.diff(body[packed_at[first]]).astype(np.float32)


def _definers(symbols: Strings) -> Groups:
    whole = ((whole_name(symbol), number) for number, symbol in enumerate(symbols))
    return Groups.of((name, number) for name, number in whole if name is not None)


def whole_name(symbol: str) -> int | None:
    """The term of a name that has several parts: such a term hardly ever means anything else."""
    parts = identifier_terms(symbol.rpartition(".")[2])
    return term_id(parts[-1]) if len(parts) > 2 else None


def name_of(path: str) -> int:
    return term_id(path.rpartition("/")[2])


def _path_terms(files: Sequence[FileRow]) -> tuple[Groups, Floats]:
    words = [[term_id(word) for word in terms(file.path)] for file in files]
    lengths = np.array([len(each) for each in words], dtype=np.float32)
    return Groups.of((w, number) for number, each in enumerate(words) for w in each), lengths


def arrays_of(made: Any, prefix: str = "") -> dict[str, NDArray[Any]]:
    """The arrays of a segment, and of what is in it, by their dotted names."""
    found: dict[str, NDArray[Any]] = {}
    for field in fields(made):
        value = getattr(made, field.name)
        name = prefix + field.name
        found |= arrays_of(value, f"{name}.") if is_dataclass(value) else {name: value}
    return found


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Segment:
    """The reverse of `arrays_of`."""

    def made(kind: type[Any], prefix: str) -> Any:
        return kind(**{
            field.name: made(_NESTED[field.type], f"{prefix}{field.name}.")
            if field.type in _NESTED
            else arrays[prefix + field.name]
            for field in fields(kind)
        })  # fmt: skip

    segment: Segment = made(Segment, "")
    return segment


_NESTED: dict[Any, type[Any]] = {"Strings": Strings, "Groups": Groups, "Inverted": Inverted}
