"""Retrieval logs: what was found for an answer, with the features it was ranked by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Retrieved:
    """`rank` counts from 1; `features` maps a feature's name to its value."""

    rank: int
    path: str
    start_line: int
    end_line: int
    symbol: str
    score: float
    features: dict[str, float]


async def add(
    connection: Connection, installation_id: int, answer_id: UUID, rows: Sequence[Retrieved]
) -> None:
    await connection.cursor().executemany(
        "INSERT INTO retrieval_logs (answer_id, installation_id, rank, path, start_line, end_line, "
        "symbol, score, features) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                answer_id,
                installation_id,
                row.rank,
                row.path,
                row.start_line,
                row.end_line,
                row.symbol,
                row.score,
                Jsonb(row.features),
            )
            for row in rows
        ],
    )


async def of_answer(connection: Connection, answer_id: UUID) -> list[Retrieved]:
    """Best first."""
    cursor = connection.cursor(row_factory=class_row(Retrieved))
    await cursor.execute(
        "SELECT rank, path, start_line, end_line, symbol, score, features FROM retrieval_logs "
        "WHERE answer_id = %s ORDER BY rank",
        (answer_id,),
    )
    return await cursor.fetchall()
