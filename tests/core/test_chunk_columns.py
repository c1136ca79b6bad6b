"""What was packed comes back, whatever it was."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.db.chunk_columns import ChunkColumns, ChunkRow, pack, unpack

WIDTH = 7

terms = st.dictionaries(
    st.integers(0, 2**32 - 1), st.binary(min_size=WIDTH - 4, max_size=WIDTH - 4), max_size=6
).map(lambda found: b"".join(each.to_bytes(4, "little") + found[each] for each in sorted(found)))
line = st.integers(1, 2**20)
rows = st.builds(
    lambda lines, symbol, kind, postings: ChunkRow(min(lines), max(lines), symbol, kind, postings),
    st.tuples(line, line),
    st.text(max_size=5),
    st.sampled_from(["function", "block", "section"]),
    terms,
)
files = st.lists(st.lists(rows, max_size=4).map(sorted), max_size=4)


def texts(sizes: Sequence[int], joined: bytes) -> list[bytes]:
    ends = np.cumsum(sizes).tolist()
    return [joined[start:end] for start, end in pairwise([0, *ends])]


def listed(columns: ChunkColumns) -> list[tuple[int, int, ChunkRow]]:
    each = zip(
        columns.blob_id.tolist(),
        columns.ordinal.tolist(),
        columns.start_line.tolist(),
        columns.end_line.tolist(),
        texts(columns.symbol_sizes.tolist(), columns.symbols),
        texts(columns.kind_sizes.tolist(), columns.kinds),
        texts(columns.term_sizes.tolist(), columns.terms),
        strict=True,
    )
    return [
        (blob, ordinal, ChunkRow(start, end, symbol.decode(), kind.decode(), packed))
        for blob, ordinal, start, end, symbol, kind, packed in each
    ]


@given(files)
def test_chunks_come_back_as_they_were_packed(found: list[list[ChunkRow]]) -> None:
    blobs = list(range(10, 10 + len(found)))
    assert listed(unpack(blobs, [pack(each, WIDTH) for each in found])) == [
        (blob, ordinal, row)
        for blob, each in zip(blobs, found, strict=True)
        for ordinal, row in enumerate(each)
    ]


@given(st.lists(rows, max_size=4).map(sorted))
def test_the_same_chunks_are_packed_the_same(found: list[ChunkRow]) -> None:
    assert pack(found, WIDTH) == pack(list(found), WIDTH)
