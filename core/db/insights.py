"""Insights: findings as people see them, listed, counted, read and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection
from core.db.findings import Finding, State


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings: any of the values, all where there are none. A kind is a Thought or a rule;
    `path` is a file or a folder; `ref` is of one pull request, '' the default branch."""

    evidence: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    state: tuple[str, ...] = ("open",)
    kind: tuple[str, ...] = ()
    path: str = ""
    unread: bool = False
    ref: str = ""

    @property
    def opinions(self) -> bool:
        """Whether findings that are merely suspected and of low severity are among them: only if
        somebody asked for what is suspected, or for what is low."""
        return "suspected" in self.evidence or "low" in self.severity


class Tally(NamedTuple):
    """How many findings have these values."""

    evidence: str
    severity: str
    state: str
    thought: str
    rule: str
    is_read: bool
    ref: str
    findings: int

    def fits(self, wanted: Wanted) -> bool:
        chosen = (
            (wanted.evidence, (self.evidence,)),
            (wanted.severity, (self.severity,)),
            (wanted.state, (self.state,)),
            (wanted.kind, (self.thought, self.rule)),
            ((wanted.ref,), (self.ref,)),
        )
        if wanted.unread and self.is_read:
            return False
        if (self.evidence, self.severity) == ("suspected", "low") and not wanted.opinions:
            return False
        return all(not some or not set(some).isdisjoint(mine) for some, mine in chosen)


_COLUMNS = ", ".join(Finding.__dataclass_fields__)
_IN_PATH = "(%(path)s = '' OR path = %(path)s OR starts_with(path, rtrim(%(path)s, '/') || '/'))"
_NO_OPINION = "NOT (evidence = 'suspected' AND severity = 'low')"
_CHOSEN = " AND ".join(
    f"(%({name})s::text[] = '{{}}' OR {name} = ANY(%({name})s))"
    for name in ("evidence", "severity", "state")
)


async def listed(
    connection: Connection,
    repository_id: int,
    wanted: Wanted,
    *,
    limit: int,
    offset: int = 0,
    after: int = 0,
) -> list[Finding]:
    """The strongest first: evidence, severity, then those that were found last. `after` leaves out
    what was found before that id was given. What belongs to another finding is told with it."""
    cursor = connection.cursor(row_factory=class_row(Finding))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM findings WHERE repository_id = %(repository)s AND {_CHOSEN} "
        "AND (%(kind)s::text[] = '{}' OR thought = ANY(%(kind)s) OR rule = ANY(%(kind)s)) "
        f"AND {_IN_PATH} AND (read_at IS NULL OR NOT %(unread)s) AND ref = %(ref)s AND cause = '' "
        f"AND (%(opinions)s OR {_NO_OPINION}) AND id > %(after)s "
        "ORDER BY array_position(ARRAY['reproduced', 'proven', 'suspected'], evidence), "
        "array_position(ARRAY['critical', 'high', 'medium', 'low'], severity), "
        "created_at DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s",
        {
            "repository": repository_id,
            "path": wanted.path,
            "unread": wanted.unread,
            "ref": wanted.ref,
            "opinions": wanted.opinions,
            "after": after,
            "limit": limit,
            "offset": offset,
            "evidence": list(wanted.evidence),
            "severity": list(wanted.severity),
            "state": list(wanted.state),
            "kind": list(wanted.kind),
        },
    )
    return await cursor.fetchall()


async def newest(connection: Connection, repository_id: int) -> int:
    """The id of what was found last, 0 where nothing was."""
    cursor = await connection.execute(
        "SELECT coalesce(max(id), 0) FROM findings WHERE repository_id = %s", (repository_id,)
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def tallies(connection: Connection, repository_id: int, path: str = "") -> list[Tally]:
    """All findings of a repository, or of a file or folder of it, counted by their values; those
    that belong to others are not counted."""
    cursor = await connection.execute(
        "SELECT evidence, severity, state, thought, rule, read_at IS NOT NULL, ref, count(*) "
        f"FROM findings WHERE repository_id = %(repository)s AND cause = '' AND {_IN_PATH} "
        "GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7",
        {"repository": repository_id, "path": path},
    )
    return [Tally(*row) for row in await cursor.fetchall()]


async def count_by_path(connection: Connection, repository_id: int) -> dict[str, int]:
    """Open findings by path, opinions left out."""
    cursor = await connection.execute(
        "SELECT path, count(*) FROM findings WHERE repository_id = %s AND state = 'open' "
        f"AND ref = '' AND cause = '' AND {_NO_OPINION} GROUP BY path",
        (repository_id,),
    )
    return dict(await cursor.fetchall())


async def of_run(connection: Connection, repository_id: int, run_id: UUID) -> list[Finding]:
    """What a run saw, or said something about."""
    cursor = connection.cursor(row_factory=class_row(Finding))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM findings WHERE repository_id = %s AND (run_id = %s "
        "OR checks @> %s) ORDER BY path, start_line, id LIMIT 200",
        (repository_id, run_id, Jsonb([{"run_id": str(run_id)}])),
    )
    return await cursor.fetchall()


async def judge(
    connection: Connection, finding: Finding, *, state: State, by: str, reason: str
) -> None:
    """A person's verdict, kept with the reason among what was said of the finding."""
    said = {"open": "Opened again", "dismissed": "Dismissed", "false_positive": "Not a bug"}
    check: dict[str, Any] = {"thought": "", "by": by, "said": said.get(state, state.capitalize())}
    if reason:
        check["said"] += f": {reason}"
    await connection.execute(
        "UPDATE findings SET state = %s, closed_at = CASE WHEN %s = 'open' THEN NULL "
        "ELSE now() END, read_at = coalesce(read_at, now()), "
        "checks = checks || jsonb_build_array(%s || jsonb_build_object('at', now())) "
        "WHERE id = %s",
        (state, state, Jsonb(check), finding.id),
    )


async def vote(connection: Connection, finding: Finding, vote: int) -> None:
    """1: useful, -1: not useful, 0: no opinion."""
    await connection.execute(
        "UPDATE findings SET vote = %s, read_at = coalesce(read_at, now()) WHERE id = %s",
        (vote, finding.id),
    )


async def settle_patch(connection: Connection, finding: Finding, *, state: str, by: str) -> None:
    """A person took the patch, or refused it."""
    check = {"thought": "", "by": by, "said": f"The patch was {state}"}
    await connection.execute(
        "UPDATE findings SET patch_state = %s, "
        "checks = checks || jsonb_build_array(%s || jsonb_build_object('at', now())) "
        "WHERE id = %s",
        (state, Jsonb(check), finding.id),
    )


async def mark_read(
    connection: Connection,
    repository_id: int,
    *,
    read: bool,
    fingerprints: Sequence[str] = (),
    until: datetime | None = None,
) -> int:
    """These findings, or all that were found until a moment; return how many changed."""
    cursor = await connection.execute(
        "UPDATE findings SET read_at = CASE WHEN %(read)s THEN now() END "
        "WHERE repository_id = %(repository)s AND (read_at IS NOT NULL) <> %(read)s "
        "AND (fingerprint = ANY(%(fingerprints)s) OR created_at <= %(until)s)",
        {
            "repository": repository_id,
            "read": read,
            "fingerprints": list(fingerprints),
            "until": until,
        },
    )
    return cursor.rowcount
