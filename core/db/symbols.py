"""Symbols: the definitions of a blob."""

from __future__ import annotations

from core.db.connect import Connection
from core.db.staging import stage


async def add(
    connection: Connection, *, installation_id: int, repository_id: int, rows: bytes
) -> None:
    """`rows` in binary COPY format: blob_id, ordinal, name, qualified, kind, start_line, end_line,
    signature, docstring."""
    await stage(
        connection,
        "symbols",
        "blob_id bigint, ordinal int, name text, qualified text, kind text, start_line int, "
        "end_line int, signature text, docstring text",
        rows,
    )
    await connection.execute(
        "INSERT INTO symbols (blob_id, ordinal, installation_id, repository_id, name, qualified, "
        "kind, start_line, end_line, signature, docstring) SELECT blob_id, ordinal, %s, %s, name, "
        "qualified, kind, start_line, end_line, signature, docstring FROM staged_symbols",
        (installation_id, repository_id),
    )
