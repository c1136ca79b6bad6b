"""Risks: how likely each file and definition is to need mending, and why in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Risk:
    """Of a file (`symbol` is '') or of a definition by its qualified name. `score` lies between 0
    and 1; `reasons` are the weightiest first; `measures` are what it was made of, by name: what is
    not known is not among them."""

    path: str
    symbol: str
    score: float
    reasons: list[str]
    measures: dict[str, float] = field(default_factory=dict)
    commit_sha: str = ""


_COLUMNS = ", ".join(Risk.__dataclass_fields__)


async def replace(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    thought: str,
    risks: Sequence[Risk],
) -> None:
    """In place of all that is known of the repository; `thought` is who worked them out."""
    # One after another: each would keep what the other has put in meanwhile.
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtext('risks'), %s::int)", (repository_id % 2**31,)
    )
    await connection.execute("DELETE FROM risks WHERE repository_id = %s", (repository_id,))
    for start in range(0, len(risks), _BATCH):
        await connection.cursor().executemany(
            f"INSERT INTO risks (installation_id, repository_id, {_COLUMNS}) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    *(installation_id, repository_id, each.path, each.symbol, each.score),
                    *(each.reasons, Jsonb(each.measures), each.commit_sha),
                )
                for each in risks[start : start + _BATCH]
            ],
        )


async def of_repository(
    connection: Connection,
    repository_id: int,
    *,
    path: str = "",
    symbols: bool = True,
    limit: int = 500,
    offset: int = 0,
) -> list[Risk]:
    """The riskiest first; of a file or folder alone where `path` names one; without definitions
    where `symbols` is false."""
    cursor = connection.cursor(row_factory=class_row(Risk))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM risks WHERE repository_id = %(repository)s "
        "AND (%(path)s = '' OR path = %(path)s OR starts_with(path, rtrim(%(path)s, '/') || '/')) "
        "AND (%(symbols)s OR symbol = '') "
        "ORDER BY score DESC, path, symbol LIMIT %(limit)s OFFSET %(offset)s",
        {
            "repository": repository_id,
            "path": path,
            "symbols": symbols,
            "limit": limit,
            "offset": offset,
        },
    )
    return await cursor.fetchall()


async def of_paths(
    connection: Connection, repository_id: int, paths: Sequence[str]
) -> dict[str, float]:
    """The scores of files; those that are not known are not among them."""
    found = await of_places(connection, repository_id, [(path, "") for path in paths])
    return {path: score for (path, _), score in found.items()}


async def of_places(
    connection: Connection, repository_id: int, places: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], float]:
    """The scores of definitions, (path, qualified name), and of files, (path, ''). A definition
    that is not known has its file's."""
    cursor = await connection.execute(
        "SELECT path, symbol, max(score) FROM risks WHERE repository_id = %s "
        "AND md5(path) = ANY(SELECT md5(wanted) FROM unnest(%s::text[]) AS wanted) "
        "GROUP BY path, symbol",
        (repository_id, list({path for path, _ in places})),
    )
    known = {(path, symbol): float(score) for path, symbol, score in await cursor.fetchall()}
    found = {place: known.get(place, known.get((place[0], ""))) for place in places}
    return {place: score for place, score in found.items() if score is not None}
