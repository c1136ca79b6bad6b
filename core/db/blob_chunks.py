"""Chunks: ranges of lines of a blob, cut at symbol boundaries, with their terms. One row a blob."""

from __future__ import annotations

from core.db.connect import Connection
from core.db.staging import stage


async def add(connection: Connection, *, installation_id: int, rows: bytes) -> None:
    """`rows` in binary COPY format: blob_id, chunks, packed."""
    await stage(connection, "blob_chunks", "blob_id bigint, chunks int, packed bytea", rows)
    await connection.execute(
        "INSERT INTO blob_chunks (blob_id, installation_id, chunks, packed) "
        "SELECT blob_id, %s, chunks, packed FROM staged_blob_chunks",
        (installation_id,),
    )
