"""Findings: what Thoughts claim, with their evidence. A fingerprint names a finding for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection

Evidence = Literal["suspected", "proven", "reproduced"]
Severity = Literal["low", "medium", "high", "critical"]
State = Literal["open", "fixed", "dismissed", "false_positive"]

EVIDENCE: dict[str, int] = {"suspected": 0, "proven": 1, "reproduced": 2}
"""What counts for more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a Thought found. Lines are 1-based and inclusive; `symbol` is qualified, '' for none.
    `content` is a digest of the code that it is about: dismissed stays dismissed until it changes.
    `reproducer` is the text of a self-contained test that fails at the commit."""

    fingerprint: str
    rule: str
    severity: Severity
    evidence: Evidence
    path: str
    start_line: int
    end_line: int
    message: str
    symbol: str = ""
    explanation: str = ""
    reproducer: str | None = None
    patch: str | None = None
    content: str = ""
    artifacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a Thought has to say of a finding that is there; None leaves a thing as it is. `said` is
    kept with it, in a sentence. `cause` is the fingerprint of the finding that it belongs to, for
    it has the same cause; '' lets it stand for itself again."""

    fingerprint: str
    said: str
    evidence: Evidence | None = None
    state: State | None = None
    reproducer: str | None = None
    patch: str | None = None
    patch_state: Literal["drafted", "verified", "refused"] | None = None
    artifacts: tuple[str, ...] = ()
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """`cause` is the fingerprint of the finding that this one belongs to, '' where it stands for
    itself."""

    id: int
    installation_id: int
    repository_id: int
    run_id: UUID | None
    fingerprint: str
    thought: str
    rule: str
    severity: Severity
    evidence: Evidence
    state: State
    commit_sha: str
    path: str
    start_line: int
    end_line: int
    symbol: str
    message: str
    explanation: str
    reproducer: str | None
    patch: str | None
    patch_state: str
    content: str
    artifacts: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    read_at: datetime | None
    vote: int
    created_at: datetime
    seen_at: datetime
    closed_at: datetime | None
    ref: str = ""
    cause: str = ""


COLUMNS = ", ".join(Finding.__dataclass_fields__)
_STRONGER = (
    "CASE WHEN array_position(ARRAY['suspected', 'proven', 'reproduced'], excluded.evidence) >= "
    "array_position(ARRAY['suspected', 'proven', 'reproduced'], findings.evidence) "
    "THEN excluded.evidence ELSE findings.evidence END"
)
_SAME_CAUSE = (
    "CASE WHEN findings.state = 'open' "
    "AND excluded.reproducer IS NOT DISTINCT FROM findings.reproducer "
    "THEN findings.cause ELSE '' END"
)


async def claim(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    run_id: UUID | None,
    thought: str,
    commit: str,
    claims: Sequence[Claim],
    ref: str = "",
) -> None:
    """Store what was found. What is known keeps the stronger evidence. Who dismissed a finding
    dismissed it, until the code under it changes; one that was fixed opens again. What another test
    shows by now may have another cause. What the head of a pull request has, `ref`, changes nothing
    of what was found elsewhere; what the default branch has is nobody's own any more."""
    await connection.cursor().executemany(
        "INSERT INTO findings (installation_id, repository_id, run_id, thought, commit_sha, "
        "fingerprint, rule, severity, evidence, path, start_line, end_line, symbol, message, "
        "explanation, reproducer, patch, patch_state, content, artifacts, ref) VALUES "
        "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (repository_id, fingerprint) DO UPDATE SET run_id = excluded.run_id, "
        "ref = excluded.ref, "
        "commit_sha = excluded.commit_sha, path = excluded.path, "
        "start_line = excluded.start_line, end_line = excluded.end_line, "
        f"evidence = {_STRONGER}, cause = {_SAME_CAUSE}, "
        "message = excluded.message, seen_at = now(), "
        "reproducer = coalesce(excluded.reproducer, findings.reproducer), "
        "patch = coalesce(excluded.patch, findings.patch), content = excluded.content, "
        "explanation = excluded.explanation, "
        "artifacts = CASE WHEN excluded.artifacts = '[]' THEN findings.artifacts "
        "ELSE excluded.artifacts END, state = CASE "
        "WHEN findings.state IN ('open', 'fixed') THEN 'open' "
        "WHEN findings.content = excluded.content THEN findings.state ELSE 'open' END, "
        "closed_at = CASE WHEN findings.state IN ('dismissed', 'false_positive') "
        "AND findings.content = excluded.content THEN findings.closed_at END "
        "WHERE excluded.ref IN ('', findings.ref)",
        [
            (
                *(installation_id, repository_id, run_id, thought, commit),
                *(each.fingerprint, each.rule, each.severity, each.evidence, each.path),
                *(each.start_line, each.end_line, each.symbol, each.message, each.explanation),
                *(each.reproducer, each.patch, "drafted" if each.patch else "none"),
                *(each.content, Jsonb(_named(run_id, each.artifacts)), ref),
            )
            for each in claims
        ],
    )


async def change(
    connection: Connection,
    *,
    repository_id: int,
    run_id: UUID,
    thought: str,
    changes: Sequence[Change],
    ref: str = "",
) -> None:
    """What a Thought learned about findings that are there, but for their cause; people's verdicts
    stay. Where it looked
    at the head of a pull request, `ref`, what only that has is all that it can speak of."""
    await connection.cursor().executemany(
        "UPDATE findings SET evidence = coalesce(%s, evidence), "
        "state = CASE WHEN state IN ('dismissed', 'false_positive') THEN state "
        "ELSE coalesce(%s, state) END, closed_at = CASE WHEN %s = 'fixed' THEN now() "
        "ELSE closed_at END, reproducer = coalesce(%s, reproducer), patch = coalesce(%s, patch), "
        "patch_state = coalesce(%s, patch_state), artifacts = artifacts || %s, "
        "checks = checks || jsonb_build_object('at', now(), 'thought', %s::text, 'said', "
        "%s::text, 'run_id', %s::text) WHERE repository_id = %s AND fingerprint = %s "
        "AND (%s = '' OR ref = %s)",
        [
            (
                *(each.evidence, each.state, each.state, each.reproducer, each.patch),
                *(each.patch_state, Jsonb(_named(run_id, each.artifacts)), thought, each.said),
                *(str(run_id), repository_id, each.fingerprint, ref, ref),
            )
            for each in changes
        ],
    )


async def mark_fixed(
    connection: Connection,
    *,
    repository_id: int,
    thought: str,
    paths: Sequence[str],
    still: Sequence[str],
) -> None:
    """Open findings of a Thought in paths that it looked at whole, and did not find again."""
    await connection.execute(
        "UPDATE findings SET state = 'fixed', closed_at = now() WHERE repository_id = %s "
        "AND ref = '' AND thought = %s AND state = 'open' AND path = ANY(%s) "
        "AND fingerprint <> ALL(%s)",
        (repository_id, thought, list(paths), list(still)),
    )


async def mark_gone(
    connection: Connection,
    *,
    repository_id: int,
    thought: str,
    tools: Sequence[str],
    still: Sequence[str],
) -> None:
    """Open findings of rules of some tools, which look at everything each time and did not report
    them again."""
    await connection.execute(
        "UPDATE findings SET state = 'fixed', closed_at = now() WHERE repository_id = %s "
        "AND ref = '' AND thought = %s AND state = 'open' AND split_part(rule, '/', 1) = ANY(%s) "
        "AND fingerprint <> ALL(%s)",
        (repository_id, thought, list(tools), list(still)),
    )


async def forget_ref(
    connection: Connection, repository_id: int, ref: str, *, other_than: str = ""
) -> None:
    """What was found in a pull request alone goes: it was closed, or has another head by now. What
    was merged is found again where it went."""
    await connection.execute(
        "DELETE FROM findings WHERE repository_id = %s AND ref = %s AND ref <> '' "
        "AND commit_sha <> %s",
        (repository_id, ref, other_than),
    )


async def known(
    connection: Connection, repository_id: int, fingerprints: Sequence[str]
) -> set[str]:
    """Which of these were found before."""
    cursor = await connection.execute(
        "SELECT fingerprint FROM findings WHERE repository_id = %s AND fingerprint = ANY(%s)",
        (repository_id, list(fingerprints)),
    )
    return {row[0] for row in await cursor.fetchall()}


async def get(connection: Connection, repository_id: int, fingerprint: str) -> Finding | None:
    cursor = connection.cursor(row_factory=class_row(Finding))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM findings WHERE repository_id = %s AND fingerprint = %s",
        (repository_id, fingerprint),
    )
    return await cursor.fetchone()


async def of_repository(
    connection: Connection,
    repository_id: int,
    *,
    filters: Mapping[str, Sequence[str]] | None = None,
    path: str = "",
    limit: int = 500,
    offset: int = 0,
    whole: bool = False,
) -> list[Finding]:
    """Of the default branch, the strongest first: evidence, severity, then the newest. `filters`
    are lists of values for state, severity, evidence, thought and rule; `path` is a file or a
    folder. What belongs to another finding is among them only if `whole`."""
    wanted = filters or {}
    cursor = connection.cursor(row_factory=class_row(Finding))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM findings WHERE repository_id = %(repository)s AND ref = '' "
        "AND (%(state)s::text[] IS NULL OR state = ANY(%(state)s)) "
        "AND (%(severity)s::text[] IS NULL OR severity = ANY(%(severity)s)) "
        "AND (%(evidence)s::text[] IS NULL OR evidence = ANY(%(evidence)s)) "
        "AND (%(thought)s::text[] IS NULL OR thought = ANY(%(thought)s)) "
        "AND (%(rule)s::text[] IS NULL OR rule = ANY(%(rule)s)) "
        "AND (%(path)s = '' OR path = %(path)s OR starts_with(path, rtrim(%(path)s, '/') || '/')) "
        "AND (cause = '' OR %(whole)s) "
        "ORDER BY array_position(ARRAY['reproduced', 'proven', 'suspected'], evidence), "
        "array_position(ARRAY['critical', 'high', 'medium', 'low'], severity), "
        "seen_at DESC, fingerprint LIMIT %(limit)s OFFSET %(offset)s",
        {
            "repository": repository_id,
            "path": path,
            "limit": limit,
            "offset": offset,
            "whole": whole,
            **{
                name: list(wanted[name]) if wanted.get(name) else None
                for name in ("state", "severity", "evidence", "thought", "rule")
            },
        },
    )
    return await cursor.fetchall()


async def of_run(connection: Connection, repository_id: int, run_id: UUID) -> list[str]:
    """Fingerprints of what a run saw, or said something about."""
    cursor = await connection.execute(
        "SELECT fingerprint FROM findings WHERE repository_id = %s AND (run_id = %s "
        "OR checks @> %s) ORDER BY fingerprint",
        (repository_id, run_id, Jsonb([{"run_id": str(run_id)}])),
    )
    return [row[0] for row in await cursor.fetchall()]


def _named(run_id: UUID | None, names: Sequence[str]) -> list[dict[str, str]]:
    return [{"run_id": str(run_id), "name": name} for name in names]
