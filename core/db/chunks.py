"""Chunks: ranges of lines of a blob, cut at symbol boundaries, with their packed terms."""

from __future__ import annotations

from core.db.connect import Connection
from core.db.staging import stage


async def add(connection: Connection, *, installation_id: int, rows: bytes) -> None:
    """`rows` in binary COPY format: blob_id, ordinal, start_line, end_line, symbol, kind, terms."""
    await stage(
        connection,
        "chunks",
        "blob_id bigint, ordinal int, start_line int, end_line int, symbol text, kind text, "
        "terms bytea",
        rows,
    )
    await connection.execute(
        "INSERT INTO chunks (blob_id, ordinal, installation_id, start_line, end_line, symbol, "
        "kind, terms) SELECT blob_id, ordinal, %s, start_line, end_line, symbol, kind, terms "
        "FROM staged_chunks",
        (installation_id,),
    )
