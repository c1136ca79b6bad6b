"""Rows in PostgreSQL's binary COPY format, made where the parsing is done: in the children.

The parent writes their bytes to the database as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from core.db import chunk_columns
from core.db.blobs import compress
from core.db.chunk_columns import ChunkRow
from workers.index.blob import Blob, Chunk, Symbol
from workers.index.packed import FileLinks, hashes, pack
from workers.index.terms import POSTING

_LENGTH = struct.Struct("!i")
_INT4 = struct.Struct("!ii")
_TWO_INT4 = struct.Struct("!iiii")
_INT8 = struct.Struct("!iq")
_BOOL = struct.Struct("!i?")


def blob_row(blob_id: int, sha: str, language: str, size: int, blob: Blob) -> bytes:
    """id, sha, language, lines, size, has_error, text"""
    return b"".join((
        b"\0\7", _INT8.pack(8, blob_id), _text(sha), _text(language), _INT4.pack(4, blob.lines),
        _INT4.pack(4, size), _BOOL.pack(1, blob.has_error), _bytes(compress(blob.text)),
    ))  # fmt: skip


def chunk_rows(blob_ids: Sequence[int], blobs: Sequence[Sequence[Chunk]]) -> bytes:
    """blob_id, chunks, packed: a row a blob"""
    rows = [[ChunkRow(*chunk) for chunk in chunks] for chunks in blobs]
    packed = chunk_columns.pack_all(rows, POSTING.itemsize)
    return b"".join(
        b"\0\3" + _INT8.pack(8, blob_id) + _INT4.pack(4, len(chunks)) + _bytes(each)
        for blob_id, chunks, each in zip(blob_ids, blobs, packed, strict=True)
    )


def symbol_rows(blob_id: int, symbols: Iterable[Symbol]) -> bytes:
    """blob_id, ordinal, name, qualified, kind, start_line, end_line, signature, docstring"""
    owner = b"\0\x09" + _INT8.pack(8, blob_id)
    return b"".join(
        part
        for ordinal, symbol in enumerate(symbols)
        for part in (
            owner, _INT4.pack(4, ordinal), _text(symbol.name), _text(symbol.qualified),
            _text(symbol.kind), _TWO_INT4.pack(4, symbol.start_line, 4, symbol.end_line),
            _text(symbol.signature), _text(symbol.docstring),
        )
    )  # fmt: skip


def link_row(blob_id: int, links: FileLinks) -> bytes:
    """blob_id, defined, used, links. A file that says nothing has a row too: it was looked at."""
    return b"".join((
        b"\0\4", _INT8.pack(8, blob_id), _bytes(hashes(each.name for each in links.symbols)),
        _bytes(hashes(each.name for each in links.references)), _bytes(pack(links)),
    ))  # fmt: skip


def _text(value: str) -> bytes:
    """PostgreSQL's text holds every character but NUL."""
    encoded = value.replace("\0", "\ufffd").encode(errors="replace")
    return _LENGTH.pack(len(encoded)) + encoded


def _bytes(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value
