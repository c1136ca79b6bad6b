"""Symbols: the definitions of a blob."""

from __future__ import annotations

from core.db import symbol_links
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


async def worth_asking_about(connection: Connection, repository_id: int) -> str | None:
    """A name for an example question: used in most files, defined once, documented, no test. Where
    it is not known yet what is used, the first of them."""
    cursor = await connection.execute(
        "SELECT name FROM symbols s WHERE s.repository_id = %(id)s AND length(name) > 5 "
        "GROUP BY name HAVING count(*) = 1 AND bool_and(length(s.docstring) > 40) "
        "AND bool_and(EXISTS (SELECT FROM files f WHERE f.blob_id = s.blob_id "
        "AND f.path !~* '(^|/|_)(tests?|docs?|examples?|benchmarks?|scripts?)(/|_|[.])')) "
        "ORDER BY name LIMIT 20000",
        {"id": repository_id},
    )
    names = [row[0] for row in await cursor.fetchall()]
    used = await symbol_links.most_used(connection, repository_id, names)
    if used:
        return used[0][0]
    return names[0] if names else None
