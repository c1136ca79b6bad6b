"""The frontier: what Thoughts have looked at, and what came of each kind of them so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Yield:
    """Of one kind in a repository, about files whose names end so ('' for what is about no file, or
    one without an ending): runs that ended well, findings of them that stand or were mended, and
    those that people found useless."""

    kind: str
    ending: str
    runs: int
    useful: int
    useless: int
    cpu_seconds: float


async def looked(connection: Connection, repository_id: int) -> dict[tuple[str, str], datetime]:
    """When each kind looked last at each subject, by its key."""
    cursor = await connection.execute(
        "SELECT kind, subject_key, max(started_at) FROM runs WHERE repository_id = %s "
        "AND status IN ('done', 'nothing', 'known') GROUP BY kind, subject_key",
        (repository_id,),
    )
    return {(kind, key): at for kind, key, at in await cursor.fetchall()}


async def yields(connection: Connection, repository_id: int) -> list[Yield]:
    """By kind and ending. A guess that nobody judged counts as neither useful nor useless."""
    cursor = connection.cursor(row_factory=class_row(Yield))
    await cursor.execute(
        "WITH known AS (SELECT id, kind, status, cpu_seconds, "
        "coalesce(lower(substring(subject->>'path' from '\\.[^./]+$')), '') AS ending "
        "FROM runs WHERE repository_id = %(id)s), "
        "ran AS (SELECT kind, ending, count(*) AS runs, sum(cpu_seconds) AS cpu FROM known "
        "WHERE status = 'done' GROUP BY kind, ending), "
        "found AS (SELECT thought AS kind, coalesce(ending, '') AS ending, "
        "count(*) FILTER (WHERE vote > 0 "
        "OR patch_state = 'taken' OR (vote = 0 AND state IN ('open', 'fixed') "
        "AND evidence <> 'suspected')) AS useful, "
        "count(*) FILTER (WHERE vote < 0 OR state IN ('dismissed', 'false_positive')) AS useless "
        "FROM findings f LEFT JOIN known ON known.id = f.run_id AND known.kind = f.thought "
        "WHERE f.repository_id = %(id)s GROUP BY 1, 2) "
        "SELECT kind, ending, runs::int, coalesce(useful, 0)::int AS useful, "
        "coalesce(useless, 0)::int AS useless, coalesce(cpu, 0)::float8 AS cpu_seconds "
        "FROM ran LEFT JOIN found USING (kind, ending) ORDER BY kind, ending",
        {"id": repository_id},
    )
    return await cursor.fetchall()


async def votes(connection: Connection, repository_id: int) -> dict[str, tuple[int, int]]:
    """What people made of the findings of each kind: how many they found useful, and useless."""
    cursor = await connection.execute(
        "SELECT thought, count(*) FILTER (WHERE vote > 0 OR patch_state = 'taken')::int, "
        "count(*) FILTER (WHERE vote < 0 OR state IN ('dismissed', 'false_positive'))::int "
        "FROM findings WHERE repository_id = %s GROUP BY thought",
        (repository_id,),
    )
    return {kind: (useful, useless) for kind, useful, useless in await cursor.fetchall()}
