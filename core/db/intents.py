"""Intents: how what Ponder writes on GitHub should look. A key names each thing that a reader sees;
the writer (workers/reports/writing) makes it once, and edits it where its content changed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db import audit_log, work
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work

_KEY = re.compile(r"(?!.*--)[\w:./@+-]{1,200}")


@dataclass(frozen=True, slots=True)
class Intent:
    """`revision` counts changes of `content`, `written` is the one that GitHub has (0: none).
    `tried_at` is when a writer last began: from then on GitHub may have it already. `made` is what
    the kind's module keeps for itself and others, such as the ids of a review's comments."""

    id: int
    installation_id: int
    repository_id: int
    key: str
    kind: str
    target: dict[str, Any]
    content: dict[str, Any]
    urgent: bool
    revision: int
    written: int
    state: str
    tried_at: datetime | None
    attempts: int
    github_id: int | None
    node_id: str | None
    made: dict[str, Any]
    error: str | None
    created_at: datetime
    opened_at: datetime


_COLUMNS = ", ".join(Intent.__dataclass_fields__)
# In a repository that is paused people are answered, and a check comes to its conclusion.
_MAY = (
    "(i.urgent OR i.kind = 'check_run' OR NOT EXISTS "
    "(SELECT FROM repositories r WHERE r.id = i.repository_id AND r.paused_by <> ''))"
)


@dataclass(frozen=True, slots=True)
class New:
    """How a thing should look, as `intend` takes it."""

    repository: Repository
    key: str
    kind: str
    target: dict[str, Any]
    content: dict[str, Any]
    urgent: bool = False

    @property
    def lane(self) -> str:
        return f"{self.repository.id}:{self.target.get('number', self.key)}"


async def intend(
    connection: Connection,
    repository: Repository,
    *,
    key: str,
    kind: str,
    target: dict[str, Any],
    content: dict[str, Any],
    urgent: bool = False,
) -> list[Work]:
    """Say how a thing should look; return the work to wake once this is committed.

    Equal content, and what a person deleted, change nothing: the list is empty then. `urgent` is
    what a person waits for. Things of the same number in `target` are written in the order in which
    they were meant.
    """
    new = New(repository, key, kind, target, content, urgent=urgent)
    return await work.add_all(connection, await intend_all(connection, [new]))


async def intend_all(connection: Connection, things: Sequence[New]) -> list[work.New]:
    """Like `intend`, of many; the work, one row for each installation, is still to be queued."""
    last = {each.key: each for each in things}
    for key in last:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} cannot be an intent's key: it stands in an HTML comment")
    if not last:
        return []
    cursor = await connection.execute(
        "INSERT INTO intents "
        "(installation_id, repository_id, key, kind, target, content, lane, urgent) "
        "SELECT n, r, y, k, t::jsonb, c::jsonb, l, u FROM unnest(%b::bigint[], %b::bigint[], "
        "%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bool[]) "
        "i (n, r, y, k, t, c, l, u) ORDER BY y ON CONFLICT (key) DO UPDATE SET "
        "target = excluded.target, content = excluded.content, urgent = excluded.urgent, "
        "revision = intents.revision + 1, state = 'open', error = NULL, attempts = 0, "
        "opened_at = CASE intents.state WHEN 'open' THEN intents.opened_at ELSE now() END, "
        "next_at = CASE intents.state WHEN 'open' THEN intents.next_at ELSE now() END "
        "WHERE intents.content <> excluded.content AND intents.state <> 'gone' "
        "AND intents.repository_id = excluded.repository_id RETURNING installation_id",
        (
            [each.repository.installation_id for each in last.values()],
            [each.repository.id for each in last.values()],
            list(last),
            [each.kind for each in last.values()],
            [json.dumps(each.target) for each in last.values()],
            [json.dumps(each.content) for each in last.values()],
            [each.lane for each in last.values()],
            [each.urgent for each in last.values()],
        ),
    )
    changed = sorted({installation_id for (installation_id,) in await cursor.fetchall()})
    return [_writing(each) for each in changed]


async def wake(connection: Connection, installation_id: int) -> Work:
    """Work that writes what is due. Without a key: transactions that intend something at once must
    not wait for one another, and whoever finds that another writes already is done at once."""
    (row,) = await work.add_all(connection, [_writing(installation_id)])
    return row


def _writing(installation_id: int) -> work.New:
    return work.New(installation_id, "post", "interactive", {})


async def withdraw(connection: Connection, *keys: str) -> bool:
    """Take back what nobody began to write; whether any was so. It may be meant again."""
    cursor = await connection.execute(
        "DELETE FROM intents WHERE key = ANY(%s) AND state = 'open' AND written = 0 "
        "AND tried_at IS NULL RETURNING id",
        (list(keys),),
    )
    return await cursor.fetchone() is not None


async def neglected(connection: Connection) -> list[Work]:
    """Work for installations where something could be written and nobody is about to: a limit is
    over, the next try of something is due, or a writer died, whatever its row says."""
    cursor = await connection.execute(
        "SELECT DISTINCT i.installation_id FROM intents i "
        "JOIN installations n ON n.id = i.installation_id "
        "LEFT JOIN writers w ON w.installation_id = i.installation_id "
        "WHERE i.state = 'open' AND i.next_at <= now() "
        f"AND (n.suspended_at IS NULL OR n.removed_at IS NOT NULL) AND {_MAY} "
        "AND (w.next_at IS NULL OR w.next_at <= now()) "
        "AND (w.holder IS NULL OR w.lease_until < now()) "
        "AND NOT EXISTS (SELECT FROM work WHERE kind = 'post' "
        "AND installation_id = i.installation_id AND state = 'queued')"
    )
    return [await wake(connection, row[0]) for row in await cursor.fetchall()]


async def get(connection: Connection, intent_id: int) -> Intent | None:
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(f"SELECT {_COLUMNS} FROM intents WHERE id = %s", (intent_id,))
    return await cursor.fetchone()


async def by_key(connection: Connection, key: str) -> Intent | None:
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(f"SELECT {_COLUMNS} FROM intents WHERE key = %s", (key,))
    return await cursor.fetchone()


async def began_thread(connection: Connection, repository_id: int, comment_id: int) -> bool:
    """Whether a comment beside lines is ours: of a review, or by itself."""
    cursor = await connection.execute(
        "SELECT FROM intents WHERE repository_id = %(repository)s AND (kind = 'reply' "
        "AND github_id = %(comment)s OR kind = 'review' AND EXISTS (SELECT FROM "
        "jsonb_each_text(coalesce(made->'comments', '{}')) c WHERE c.value = %(comment)s::text)) "
        "LIMIT 1",
        {"repository": repository_id, "comment": comment_id},
    )
    return await cursor.fetchone() is not None


async def listed(connection: Connection) -> list[Intent]:
    """All that the transaction may see, in the order in which they were meant."""
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(f"SELECT {_COLUMNS} FROM intents ORDER BY id")
    return await cursor.fetchall()


async def failed(connection: Connection, repository_id: int, *, limit: int = 5) -> list[Intent]:
    """What could not be written within a week, of each reason the newest; the newest first."""
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM (SELECT DISTINCT ON (error) * FROM intents "
        "WHERE repository_id = %s AND state = 'failed' AND opened_at > now() - interval '7 days' "
        "ORDER BY error, opened_at DESC) AS failed ORDER BY opened_at DESC, id DESC LIMIT %s",
        (repository_id, limit),
    )
    return await cursor.fetchall()


async def next_due(connection: Connection, installation_id: int) -> Intent | None:
    """What is to be written next: of each lane the first, and those lanes before others in which a
    person waits for something."""
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM (SELECT *, row_number() OVER "
        "(PARTITION BY lane ORDER BY opened_at, id) AS place, "
        "bool_or(urgent) OVER (PARTITION BY lane) AS lifted "
        f"FROM intents i WHERE installation_id = %s AND state = 'open' AND {_MAY}) AS open "
        "WHERE place = 1 AND next_at <= clock_timestamp() "
        "ORDER BY lifted DESC, opened_at, id LIMIT 1",
        (installation_id,),
    )
    return await cursor.fetchone()


async def mark_tried(connection: Connection, intent_id: int) -> None:
    """Store that a writer begins. Should it die of this, others come first, and what GitHub is
    still busy with has come to its end before it is looked for."""
    await connection.execute(
        "UPDATE intents SET tried_at = clock_timestamp(), attempts = attempts + 1, "
        "next_at = clock_timestamp() + least(600, 15 * 2 ^ attempts) * interval '1 second' "
        "WHERE id = %s",
        (intent_id,),
    )


async def put_back(connection: Connection, intent_id: int, error: str) -> None:
    """As if it had not been tried, but that GitHub may have it."""
    await connection.execute(
        "UPDATE intents SET attempts = greatest(attempts - 1, 0), next_at = now(), error = %s "
        "WHERE id = %s",
        (error, intent_id),
    )


async def remember(
    connection: Connection,
    intent_id: int,
    made: dict[str, Any],
    github_id: int | None = None,
    node_id: str | None = None,
) -> None:
    """Keep half of what is to be done, so that the next try goes on from there."""
    await connection.execute(
        "UPDATE intents SET made = %s, github_id = coalesce(%s, github_id), "
        "node_id = coalesce(%s, node_id) WHERE id = %s",
        (Jsonb(made), github_id, node_id, intent_id),
    )


async def finish(connection: Connection, intent_id: int, revision: int) -> None:
    """GitHub has this revision; if there is a newer one, that is next."""
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(
        "UPDATE intents SET written = %(revision)s, error = NULL, tried_at = NULL, attempts = 0, "
        "written_at = now(), next_at = now(), "
        "state = CASE revision WHEN %(revision)s THEN 'done' ELSE 'open' END "
        f"WHERE id = %(id)s RETURNING {_COLUMNS}",
        {"id": intent_id, "revision": revision},
    )
    if written := await cursor.fetchone():
        await audit_log.add(connection, _line(written))


def _line(written: Intent) -> audit_log.New:
    """What, where and which revision. Texts stay with GitHub and the intent: also the question,
    which is a part of the target of its answer."""
    detail = {
        "key": written.key,
        "revision": written.written,
        "github_id": written.github_id,
        **{name: written.target[name] for name in _PLACES if name in written.target},
    }
    return audit_log.New(
        written.installation_id,
        written.repository_id,
        audit_log.PONDER,
        "written",
        written.kind,
        detail,
    )


_PLACES = ("number", "comment_id", "root_id", "sha", "commit", "sender")


async def retry(connection: Connection, intent_id: int, error: str, seconds: float) -> None:
    await connection.execute(
        "UPDATE intents SET error = %s, next_at = now() + %s * interval '1 second' WHERE id = %s",
        (error, seconds, intent_id),
    )


async def fail(connection: Connection, intent_id: int, error: str) -> None:
    """GitHub would refuse it again. Other content makes it worth another try."""
    await connection.execute(
        "UPDATE intents SET state = 'failed', error = %s WHERE id = %s", (error, intent_id)
    )


async def reopen(connection: Connection, installation_id: int) -> bool:
    """What GitHub refused within a day is tried again, since its owner allowed more; whether there
    is any."""
    cursor = await connection.execute(
        "UPDATE intents SET state = 'open', next_at = now() WHERE installation_id = %s "
        "AND state = 'failed' AND opened_at > now() - interval '1 day' RETURNING id",
        (installation_id,),
    )
    return await cursor.fetchone() is not None


async def mark_gone(connection: Connection, intent_id: int, error: str) -> None:
    """A person deleted it, and does not want it again."""
    await connection.execute(
        "UPDATE intents SET state = 'gone', error = %s WHERE id = %s", (error, intent_id)
    )
