"""The chunks of some files as columns, in the order of path and line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.db.chunk_columns import ChunkColumns
from workers.index.terms import POSTING
from workers.retrieve.strings import Ints, Strings, offsets_of, ranges


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk without its terms."""

    blob_id: int
    ordinal: int
    start_line: int
    end_line: int
    symbol: str
    kind: str


@dataclass(frozen=True, slots=True)
class ChunkRow(Chunk):
    """A chunk as it is stored."""

    terms: bytes


@dataclass(frozen=True, slots=True)
class FileRow:
    path: str
    blob_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry a chunk; `file` counts from the first of the files that were asked for."""

    file: Ints
    ordinal: NDArray[np.int32]
    start_line: NDArray[np.int32]
    end_line: NDArray[np.int32]
    symbols: Strings
    kinds: Strings
    sizes: Ints  # postings of each chunk
    packed: NDArray[np.void]  # of POSTING, chunk after chunk


def of_rows(rows: Iterable[ChunkRow]) -> ChunkColumns:
    listed = sorted(rows, key=lambda row: (row.blob_id, row.ordinal))
    symbols = [row.symbol.encode(errors="surrogatepass") for row in listed]
    kinds = [row.kind.encode() for row in listed]
    return ChunkColumns(
        blob_id=np.array([row.blob_id for row in listed], dtype=np.int64),
        ordinal=np.array([row.ordinal for row in listed], dtype=np.int32),
        start_line=np.array([row.start_line for row in listed], dtype=np.int32),
        end_line=np.array([row.end_line for row in listed], dtype=np.int32),
        symbol_sizes=np.array([len(symbol) for symbol in symbols], dtype=np.int32),
        symbols=b"".join(symbols),
        kind_sizes=np.array([len(kind) for kind in kinds], dtype=np.int32),
        kinds=b"".join(kinds),
        term_sizes=np.array([len(row.terms) for row in listed], dtype=np.int32),
        terms=b"".join(row.terms for row in listed),
    )


def of_files(files: Sequence[FileRow], chunks: ChunkColumns) -> Columns:
    """`chunks` are those of the files' blobs, by blob and ordinal, and may be of others too. Where
    several files have a blob, each has its chunks."""
    blobs, first, counts = np.unique(chunks.blob_id, return_index=True, return_counts=True)
    wanted = np.array([file.blob_id for file in files], dtype=np.int64)
    at = np.minimum(np.searchsorted(blobs, wanted), max(0, len(blobs) - 1))
    found = np.flatnonzero(blobs[at] == wanted) if len(blobs) else np.zeros(0, dtype=np.int64)
    taken = ranges(first[at[found]], counts[at[found]])
    sizes = chunks.term_sizes.astype(np.int64) // POSTING.itemsize
    packed = np.frombuffer(chunks.terms, dtype=POSTING)
    return Columns(
        file=np.repeat(found, counts[at[found]]),
        ordinal=chunks.ordinal[taken],
        start_line=chunks.start_line[taken],
        end_line=chunks.end_line[taken],
        symbols=_strings(chunks.symbol_sizes, chunks.symbols).take(taken),
        kinds=_strings(chunks.kind_sizes, chunks.kinds).take(taken),
        sizes=sizes[taken],
        packed=packed[ranges(offsets_of(sizes)[taken], sizes[taken])],
    )


def _strings(sizes: NDArray[np.int32], text: bytes) -> Strings:
    return Strings(offsets_of(sizes), np.frombuffer(text, dtype=np.uint8))
