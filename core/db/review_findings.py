"""What was found in pull requests: apart from the findings of the default branch, and kept from
one head to the next, so that nothing is said twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg.rows import class_row

from core.db.connect import Connection
from core.db.findings import Claim, Evidence, Severity, State
from core.db.repositories import Repository


@dataclass(frozen=True, slots=True)
class ReviewFinding:
    """`head` is the commit where it was seen last, `review_key` the intent of the review that has
    its inline comment, '' for none, `fixed_in` the commit that no longer has it."""

    installation_id: int
    repository_id: int
    number: int
    fingerprint: str
    state: State
    rule: str
    severity: Severity
    evidence: Evidence
    path: str
    start_line: int
    end_line: int
    symbol: str
    message: str
    explanation: str
    patch: str | None
    reproducer: str | None
    content: str
    head: str
    review_key: str
    fixed_in: str
    created_at: datetime
    closed_at: datetime | None

    @property
    def comment_key(self) -> str:
        return comment_key(self.number, self.fingerprint)

    @property
    def claim(self) -> Claim:
        """As it was claimed."""
        names = Claim.__dataclass_fields__.keys() & self.__dataclass_fields__.keys()
        return Claim(**{name: getattr(self, name) for name in names})


_COLUMNS = ", ".join(ReviewFinding.__dataclass_fields__)


def comment_key(number: int, fingerprint: str) -> str:
    """What its inline comment is known by."""
    return f"finding:{number}:{fingerprint}"


async def remember(
    connection: Connection,
    repository: Repository,
    number: int,
    head: str,
    claims: Sequence[Claim],
) -> None:
    """Store what a head has. What was fixed is open again; what was dismissed stays so, as long as
    the code under it is the same."""
    await connection.cursor().executemany(
        "INSERT INTO review_findings (installation_id, repository_id, number, head, fingerprint, "
        "rule, severity, evidence, path, start_line, end_line, symbol, message, explanation, "
        "patch, reproducer, content) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (repository_id, number, fingerprint) DO UPDATE SET head = excluded.head, "
        "severity = excluded.severity, evidence = excluded.evidence, path = excluded.path, "
        "start_line = excluded.start_line, end_line = excluded.end_line, "
        "message = excluded.message, explanation = excluded.explanation, patch = excluded.patch, "
        "reproducer = coalesce(excluded.reproducer, review_findings.reproducer), "
        "content = excluded.content, fixed_in = '', state = CASE "
        "WHEN review_findings.state IN ('dismissed', 'false_positive') "
        "AND review_findings.content = excluded.content THEN review_findings.state "
        "ELSE 'open' END",
        [
            (
                *(repository.installation_id, repository.id, number, head, each.fingerprint),
                *(each.rule, each.severity, each.evidence, each.path, each.start_line),
                *(each.end_line, each.symbol, each.message, each.explanation, each.patch),
                *(each.reproducer, each.content),
            )
            for each in claims
        ],
    )


async def of_pull(connection: Connection, repository_id: int, number: int) -> list[ReviewFinding]:
    """All of a pull request, whatever became of them."""
    cursor = connection.cursor(row_factory=class_row(ReviewFinding))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM review_findings WHERE repository_id = %s AND number = %s "
        "ORDER BY path, start_line, fingerprint",
        (repository_id, number),
    )
    return await cursor.fetchall()


async def of_comment(
    connection: Connection, repository_id: int, comment_id: int
) -> ReviewFinding | None:
    """What an inline comment of ours is about."""
    cursor = connection.cursor(row_factory=class_row(ReviewFinding))
    columns = ", ".join(f"f.{name}" for name in ReviewFinding.__dataclass_fields__)
    await cursor.execute(
        f"SELECT {columns} FROM review_findings f JOIN intents i ON i.key = f.review_key "
        "WHERE f.repository_id = %s AND f.review_key <> '' AND (i.made->'comments'->>"
        "('finding:' || f.number || ':' || f.fingerprint))::bigint = %s",
        (repository_id, comment_id),
    )
    return await cursor.fetchone()


async def dismissed(
    connection: Connection, repository_id: int, fingerprints: Sequence[str]
) -> set[tuple[str, str]]:
    """(fingerprint, content) that somebody dismissed, here or on the default branch: the same code
    is not spoken of again."""
    cursor = await connection.execute(
        "SELECT fingerprint, content FROM review_findings WHERE repository_id = %(repository)s "
        "AND fingerprint = ANY(%(names)s) AND state IN ('dismissed', 'false_positive') "
        "UNION SELECT fingerprint, content FROM findings WHERE repository_id = %(repository)s "
        "AND fingerprint = ANY(%(names)s) AND state IN ('dismissed', 'false_positive')",
        {"repository": repository_id, "names": list(fingerprints)},
    )
    return {(name, content) for name, content in await cursor.fetchall()}


async def dismiss(
    connection: Connection,
    repository_id: int,
    fingerprint: str,
    state: Literal["dismissed", "false_positive"] = "dismissed",
) -> bool:
    """In every pull request of the repository; whether there was one."""
    cursor = await connection.execute(
        "UPDATE review_findings SET state = %s, closed_at = now() "
        "WHERE repository_id = %s AND fingerprint = %s",
        (state, repository_id, fingerprint),
    )
    return cursor.rowcount > 0


async def reopen(connection: Connection, repository_id: int, fingerprint: str) -> None:
    """What was dismissed stands again, in every pull request of the repository."""
    await connection.execute(
        "UPDATE review_findings SET state = 'open', closed_at = NULL WHERE repository_id = %s "
        "AND fingerprint = %s AND state IN ('dismissed', 'false_positive')",
        (repository_id, fingerprint),
    )


async def mark_fixed(
    connection: Connection, repository_id: int, number: int, fingerprints: Sequence[str], head: str
) -> None:
    await connection.execute(
        "UPDATE review_findings SET state = 'fixed', fixed_in = %s, closed_at = now() "
        "WHERE repository_id = %s AND number = %s AND fingerprint = ANY(%s)",
        (head, repository_id, number, list(fingerprints)),
    )


async def unsaid(connection: Connection, repository_id: int, number: int) -> list[str]:
    """The reviews of a pull request, by their keys, whose comments are not on GitHub yet."""
    cursor = await connection.execute(
        "SELECT DISTINCT i.key FROM review_findings f JOIN intents i ON i.key = f.review_key "
        "WHERE f.repository_id = %s AND f.number = %s AND i.state = 'open' AND i.written = 0",
        (repository_id, number),
    )
    return [key for (key,) in await cursor.fetchall()]


async def mark_unshown(connection: Connection, repository_id: int, number: int, key: str) -> None:
    """That review will not have their comments."""
    await connection.execute(
        "UPDATE review_findings SET review_key = '' "
        "WHERE repository_id = %s AND number = %s AND review_key = %s",
        (repository_id, number, key),
    )


async def mark_shown(
    connection: Connection, repository_id: int, number: int, fingerprints: Sequence[str], key: str
) -> None:
    """The review that has their inline comments."""
    await connection.execute(
        "UPDATE review_findings SET review_key = %s "
        "WHERE repository_id = %s AND number = %s AND fingerprint = ANY(%s)",
        (key, repository_id, number, list(fingerprints)),
    )
