"""Shown: Ponder's comments on GitHub that show an answer or a finding, for people to judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from core.db import work
from core.db.connect import Connection
from core.db.work import Work

DAYS = 14
"""Reactions that come later are not looked for."""

SOONEST_SECONDS, LATEST_SECONDS = 300, 6 * 3600
"""Between two looks at one comment: the older it is, the longer."""

AGE_SHARE = 0.25
"""Of a comment's age, which is how long the next look waits."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Either an answer or a finding. `place` is 'issues' or 'pulls', where GitHub keeps the
    comment; `details` of a finding are the commit, path and lines beside which it was said."""

    id: int
    installation_id: int
    repository_id: int
    place: str
    comment_id: int
    root_id: int | None
    number: int
    answer_id: UUID | None
    fingerprint: str
    details: dict[str, Any]
    shown_at: datetime
    etag: str


_COLUMNS = ", ".join(Shown.__dataclass_fields__)
_RECENT = f"written_at > now() - interval '{DAYS} days'"
_INTO = (
    "INSERT INTO shown (installation_id, repository_id, place, comment_id, root_id, number, "
    "answer_id, fingerprint, details, shown_at) "
)
_AGAIN = (
    " ON CONFLICT (repository_id, place, comment_id) DO UPDATE SET shown_at = excluded.shown_at, "
    "answer_id = excluded.answer_id, next_at = now() WHERE shown.shown_at < excluded.shown_at"
)
"""What is edited is shown anew."""

_ANSWERS = (
    f"{_INTO} SELECT i.installation_id, i.repository_id, "
    "CASE i.kind WHEN 'reply' THEN 'pulls' ELSE 'issues' END, i.github_id, "
    "(i.target->>'root_id')::bigint, (i.target->>'number')::bigint, a.id, '', '{}', i.written_at "
    "FROM intents i JOIN answers said ON said.id = "
    "CASE WHEN i.key ~ '^answer:[0-9a-f-]{36}$' THEN substring(i.key from 8)::uuid END "
    "JOIN LATERAL (SELECT id, state FROM answers WHERE id = said.id "
    "OR conversation_id = said.conversation_id AND target->>'said_as' = said.id::text "
    "ORDER BY created_at DESC LIMIT 1) a ON TRUE "
    f"WHERE i.installation_id = %s AND i.github_id IS NOT NULL AND i.{_RECENT} "
    f"AND i.kind IN ('comment', 'reply') AND a.state = 'done'{_AGAIN}"
)
_FINDINGS = (
    f"{_INTO} SELECT i.installation_id, i.repository_id, 'pulls', made.value::bigint, "
    "made.value::bigint, (i.target->>'number')::bigint, NULL, substring(made.key from '[^:]+$'), "
    "jsonb_build_object('commit', i.target->'commit', 'path', said->'path', "
    "'start_line', coalesce(said->'start_line', said->'line'), 'end_line', said->'line', "
    "'side', said->'side', 'rule', f.rule, 'severity', f.severity, 'evidence', f.evidence), "
    "i.written_at FROM intents i CROSS JOIN LATERAL jsonb_each_text(i.made->'comments') made "
    "CROSS JOIN LATERAL jsonb_array_elements(i.content->'comments') said "
    "LEFT JOIN review_findings f ON f.repository_id = i.repository_id "
    "AND f.number = (i.target->>'number')::bigint "
    "AND f.fingerprint = substring(made.key from '[^:]+$') "
    f"WHERE i.installation_id = %s AND i.kind = 'review' AND i.{_RECENT} "
    f"AND said->>'key' = made.key AND made.key LIKE 'finding:%%'{_AGAIN}"
)
"""The key of a review's comment names the finding: finding:<repository>:<number>:<fingerprint>."""


async def gather(connection: Connection, installation_id: int) -> None:
    """Take up what the writer has written of late: replies with answers, comments of reviews."""
    for query in (_ANSWERS, _FINDINGS):
        await connection.execute(query, (installation_id,))


async def due(connection: Connection, installation_id: int, limit: int) -> list[Shown]:
    """Whose reactions are to be looked at now, those that have waited longest first."""
    cursor = connection.cursor(row_factory=class_row(Shown))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM shown WHERE installation_id = %s AND next_at <= now() "
        f"AND shown_at > now() - interval '{DAYS} days' ORDER BY next_at, id LIMIT %s",
        (installation_id, limit),
    )
    return await cursor.fetchall()


async def looked(connection: Connection, shown_id: int, etag: str) -> None:
    """The next look is later the older the comment is."""
    await connection.execute(
        "UPDATE shown SET etag = %s, next_at = now() + greatest(%s, least(%s, "
        "%s * extract(epoch FROM now() - shown_at))) * interval '1 second' WHERE id = %s",
        (etag, SOONEST_SECONDS, LATEST_SECONDS, AGE_SHARE, shown_id),
    )


async def forget(connection: Connection, shown_id: int) -> None:
    """The comment was deleted."""
    await connection.execute("DELETE FROM shown WHERE id = %s", (shown_id,))


async def of_thread(connection: Connection, repository_id: int, root_id: int) -> Shown | None:
    """What was shown last in a thread of a review: a finding that began it, or an answer in it."""
    cursor = connection.cursor(row_factory=class_row(Shown))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM shown WHERE repository_id = %s AND place = 'pulls' "
        "AND root_id = %s ORDER BY fingerprint = '', shown_at DESC LIMIT 1",
        (repository_id, root_id),
    )
    return await cursor.fetchone()


async def last_answer(connection: Connection, repository_id: int, number: int) -> Shown | None:
    """The last on the page of an issue or a pull request."""
    cursor = connection.cursor(row_factory=class_row(Shown))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM shown WHERE repository_id = %s AND number = %s "
        "AND place = 'issues' AND answer_id IS NOT NULL ORDER BY comment_id DESC LIMIT 1",
        (repository_id, number),
    )
    return await cursor.fetchone()


async def of_pull_request(connection: Connection, repository_id: int, number: int) -> list[Shown]:
    """The findings that were shown in a pull request."""
    cursor = connection.cursor(row_factory=class_row(Shown))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM shown WHERE repository_id = %s AND number = %s "
        "AND fingerprint <> '' ORDER BY id",
        (repository_id, number),
    )
    return await cursor.fetchall()


async def lookers(connection: Connection) -> list[Work]:
    """Work for each installation that has something to look at: written of late, and due."""
    cursor = await connection.execute(
        "SELECT n.id FROM installations n WHERE n.suspended_at IS NULL AND n.removed_at IS NULL "
        "AND (EXISTS (SELECT FROM shown s WHERE s.installation_id = n.id AND next_at <= now() "
        f"AND shown_at > now() - interval '{DAYS} days') OR EXISTS (SELECT FROM intents i "
        f"WHERE i.installation_id = n.id AND {_RECENT} AND github_id IS NOT NULL "
        "AND (key LIKE 'answer:%' OR made ? 'comments') AND NOT EXISTS (SELECT FROM shown s "
        "WHERE s.installation_id = n.id AND s.shown_at >= i.written_at)))"
    )
    return [
        await work.add(
            connection,
            installation_id=row[0],
            kind="reactions",
            queue="background",
            subject={},
            key=f"reactions:{row[0]}",
        )
        for row in await cursor.fetchall()
    ]


async def prune(connection: Connection) -> None:
    """Forget comments that are too old to be looked at or replied to with effect."""
    await connection.execute("DELETE FROM shown WHERE shown_at < now() - interval '180 days'")
