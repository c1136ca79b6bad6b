"""References: which names a symbol uses; with the symbols, the graph of the repository."""

from __future__ import annotations

from core.db.connect import Connection
from core.db.staging import stage


async def add(
    connection: Connection, *, installation_id: int, repository_id: int, rows: bytes
) -> None:
    """`rows` in binary COPY format: blob_id, name, kind, symbol, lines."""
    await stage(
        connection,
        "symbol_references",
        "blob_id bigint, name text, kind text, symbol int, lines int[]",
        rows,
    )
    await connection.execute(
        "INSERT INTO symbol_references (blob_id, installation_id, repository_id, name, kind, "
        "symbol, lines) SELECT blob_id, %s, %s, name, kind, symbol, lines "
        "FROM staged_symbol_references",
        (installation_id, repository_id),
    )
