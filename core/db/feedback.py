"""Feedback: what a person thought of an answer or of a finding. One row for each person and thing,
with what was shown and how likely it was to be: enough to learn from later, without bias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection
from core.db.findings import Finding

Source = Literal["page", "reaction", "reply", "thread", "merge"]
"""The web page; 👍 or 👎; a reply in a review thread; a thread that was resolved; a finding that
was fixed before the merge, which nobody said."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """`vote` is 1, -1, or 0 where it was taken back."""

    answer_id: UUID
    actor: str
    vote: int
    note: str
    correct_citations: list[dict[str, Any]]


class Judged(Protocol):
    """An answer, or else a finding with what a reader sees of it; core.db.shown.Shown is one."""

    @property
    def installation_id(self) -> int: ...
    @property
    def repository_id(self) -> int: ...
    @property
    def answer_id(self) -> UUID | None: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def details(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class OnPage:
    """A finding as the web page shows it."""

    finding: Finding
    answer_id: None = None

    @property
    def installation_id(self) -> int:
        return self.finding.installation_id

    @property
    def repository_id(self) -> int:
        return self.finding.repository_id

    @property
    def fingerprint(self) -> str:
        return self.finding.fingerprint

    @property
    def details(self) -> dict[str, Any]:
        """Under the names that the comments of a review have."""
        names = ("rule", "severity", "evidence", "path", "start_line", "end_line")
        seen = {name: getattr(self.finding, name) for name in names}
        return seen | {"commit": self.finding.commit_sha, "side": "RIGHT"}


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody says. `note` is a word of ours for what was said, never their text;
    `at` None is now."""

    actor: str
    actor_id: int | None
    vote: int
    source: Source
    note: str = ""
    may_write: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A row to learn from. `shown` is what the person saw: of an answer its commit, model and
    citations, of a finding its rule, evidence, commit and place. `propensity` is the chance with
    which `policy_version` would choose it. What was retrieved for an answer, in its order and with
    its features, is in retrieval_logs under `answer_id`."""

    answer_id: UUID | None
    fingerprint: str
    rule: str
    source: Source
    vote: int
    may_write: bool
    policy_version: str
    propensity: float
    shown: dict[str, Any]
    created_at: datetime


class Acceptance(NamedTuple):
    """Of findings shown on GitHub that somebody judged: how many were taken, and how many not."""

    accepted: int
    rejected: int

    @property
    def judged(self) -> int:
        return self.accepted + self.rejected

    def __str__(self) -> str:
        """Such as: 9 of 12 judged findings were accepted (75 %)."""
        share = round(100 * self.accepted / self.judged) if self.judged else 0
        return f"{self.accepted} of {self.judged} judged findings were accepted ({share} %)"


_COLUMNS = ", ".join(Feedback.__dataclass_fields__)
_OF_ANSWER = (
    "SELECT a.installation_id, a.repository_id, a.policy_version, a.propensity, "
    "jsonb_build_object('commit', a.commit_sha, 'model', a.model, 'door', a.door, "
    "'refused', a.refused, 'citations', (SELECT coalesce(jsonb_agg(jsonb_build_object("
    "'path', path, 'start_line', start_line, 'end_line', end_line) ORDER BY ordinal), '[]') "
    "FROM citations WHERE answer_id = a.id)) FROM answers a WHERE a.id = %(answer_id)s"
)
_OF_FINDING = "SELECT %(installation_id)s, %(repository_id)s, '', 1, %(details)s"
_SAID = (
    "actor = excluded.actor, vote = excluded.vote, note = excluded.note, "
    "source = excluded.source, actor_id = excluded.actor_id, may_write = excluded.may_write, "
    "shown = excluded.shown, created_at = excluded.created_at"
)
_NEWER = (
    "(feedback.source = excluded.source AND (feedback.vote, feedback.may_write) "
    "IS DISTINCT FROM (excluded.vote, excluded.may_write) "
    "OR feedback.source <> excluded.source AND feedback.created_at < excluded.created_at)"
)


async def give(
    connection: Connection,
    *,
    installation_id: int,
    answer_id: UUID,
    actor: str,
    vote: int,
    note: str = "",
    correct_citations: list[dict[str, Any]] | None = None,
) -> Feedback:
    """On the web page. The latest word of a person counts."""
    cursor = connection.cursor(row_factory=class_row(Feedback))
    await cursor.execute(
        f"INSERT INTO feedback (installation_id, {_COLUMNS}, repository_id, policy_version, "
        "propensity, shown) SELECT %(installation_id)s, %(answer_id)s, %(actor)s, %(vote)s, "
        "%(note)s, %(correct)s, repository_id, policy_version, propensity, shown "
        f"FROM ({_OF_ANSWER}) AS of_answer "
        "(installation_id, repository_id, policy_version, propensity, shown) "
        "ON CONFLICT (answer_id, actor) DO UPDATE SET vote = excluded.vote, "
        "note = excluded.note, correct_citations = excluded.correct_citations, "
        f"source = 'page', created_at = now() RETURNING {_COLUMNS}",
        {
            "installation_id": installation_id,
            "answer_id": answer_id,
            "actor": actor,
            "vote": vote,
            "note": note,
            "correct": Jsonb(correct_citations or []),
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def hear(connection: Connection, shown: Judged, voice: Voice) -> bool:
    """What somebody said of what was shown; whether it is new. Of two words of one
    person, the later one counts."""
    of = _OF_ANSWER if shown.answer_id else _OF_FINDING
    unique = "(answer_id, actor)" if shown.answer_id else "(repository_id, fingerprint, actor)"
    where = "" if shown.answer_id else " WHERE fingerprint <> ''"
    cursor = await connection.execute(
        "INSERT INTO feedback (installation_id, repository_id, policy_version, propensity, shown, "
        "answer_id, fingerprint, rule, actor, actor_id, vote, note, source, may_write, created_at) "
        f"SELECT of_it.*, %(answer_id)s, %(fingerprint)s, %(rule)s, %(actor)s, %(actor_id)s, "
        "%(vote)s, %(note)s, %(source)s, %(may_write)s, coalesce(%(at)s::timestamptz, now()) "
        f"FROM ({of}) of_it ON CONFLICT {unique}{where} DO UPDATE SET {_SAID} WHERE {_NEWER} "
        "RETURNING TRUE",
        {
            "installation_id": shown.installation_id,
            "repository_id": shown.repository_id,
            "answer_id": shown.answer_id,
            "fingerprint": shown.fingerprint,
            "rule": shown.details.get("rule") or "",
            "details": Jsonb(shown.details),
            "actor": voice.actor,
            "actor_id": voice.actor_id,
            "vote": voice.vote,
            "note": voice.note,
            "source": voice.source,
            "may_write": voice.may_write,
            "at": voice.at,
        },
    )
    return await cursor.fetchone() is not None


async def take_back(
    connection: Connection, shown: Judged, source: Source, *, still: Sequence[str] = ()
) -> list[str]:
    """Votes that came from a source are none any more, but for those of `still`; return whose."""
    cursor = await connection.execute(
        "UPDATE feedback SET vote = 0, created_at = now() WHERE repository_id = %s "
        "AND answer_id IS NOT DISTINCT FROM %s AND fingerprint = %s AND source = %s "
        "AND vote <> 0 AND actor <> ALL(%s) RETURNING actor",
        (shown.repository_id, shown.answer_id, shown.fingerprint, source, list(still)),
    )
    return [row[0] for row in await cursor.fetchall()]


async def known(connection: Connection, shown: Judged, source: Source) -> dict[str, int]:
    """The votes on what was shown that came from a source, by who gave them."""
    cursor = await connection.execute(
        "SELECT actor, vote FROM feedback WHERE repository_id = %s "
        "AND answer_id IS NOT DISTINCT FROM %s AND fingerprint = %s AND source = %s",
        (shown.repository_id, shown.answer_id, shown.fingerprint, source),
    )
    return dict(await cursor.fetchall())


class Vote(NamedTuple):
    actor: str
    vote: int
    may_write: bool


async def votes(connection: Connection, shown: Judged) -> list[Vote]:
    """All that people said of what was shown; what was taken back has a vote of 0."""
    cursor = await connection.execute(
        "SELECT actor, vote, may_write FROM feedback WHERE repository_id = %s "
        "AND answer_id IS NOT DISTINCT FROM %s AND fingerprint = %s AND source <> 'merge'",
        (shown.repository_id, shown.answer_id, shown.fingerprint),
    )
    return [Vote(*row) for row in await cursor.fetchall()]


async def of_answer(connection: Connection, answer_id: UUID, actor: str) -> Feedback | None:
    cursor = connection.cursor(row_factory=class_row(Feedback))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM feedback WHERE answer_id = %s AND actor = %s", (answer_id, actor)
    )
    return await cursor.fetchone()


async def acceptance(connection: Connection, repository_id: int) -> Acceptance:
    """Of the repository's findings that were shown on GitHub. A finding counts once, by what most
    people with write access made of it; that somebody fixed it before the merge counts as one."""
    cursor = await connection.execute(
        "SELECT count(*) FILTER (WHERE said > 0), count(*) FILTER (WHERE said < 0) FROM "
        "(SELECT sum(vote) AS said FROM feedback WHERE repository_id = %s AND fingerprint <> '' "
        "AND may_write AND source <> 'page' GROUP BY fingerprint) AS by_finding",
        (repository_id,),
    )
    row = await cursor.fetchone()
    assert row is not None
    return Acceptance(row[0], row[1])


async def examples(
    connection: Connection, repository_id: int, *, since: datetime, limit: int = 10_000
) -> list[Example]:
    """What can be learned from, the oldest first. Votes that were taken back are left out."""
    columns = ", ".join(Example.__dataclass_fields__)
    cursor = connection.cursor(row_factory=class_row(Example))
    await cursor.execute(
        f"SELECT {columns} FROM feedback WHERE repository_id = %s AND created_at >= %s "
        "AND vote <> 0 ORDER BY created_at, id LIMIT %s",
        (repository_id, since, limit),
    )
    return await cursor.fetchall()
