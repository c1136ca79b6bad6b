"""The past of a repository: its newest commits, and what those of each path add up to.

One pass over the log, and over what a push adds to it afterwards: the two come to the same rows.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.db import commits, file_history
from core.db.commits import Commit
from core.db.connect import Connection, Database
from core.db.file_history import Until
from core.db.repositories import Repository
from workers.git import Logged, Mirror, boundary, log, newest, said, text_path
from workers.index.churn import RULES, count

MAX_COMMITS = 5_000
"""Those before the newest so many are not counted; git still has them."""
SECONDS = 300.0
"""A log that takes longer is read as far as that: the newest commits come first."""

_LONGEST_SUBJECT = 300
_LONGEST_BODY = 500


@dataclass(frozen=True, slots=True)
class _Read:
    """What is to be stored; `anew`: in place of all that is there."""

    anew: bool
    rows: list[Commit]
    until: Until
    committed_at: datetime


async def read(
    database: Database,
    repository: Repository,
    mirror: Path,
    commit: str,
    *,
    limit: int = MAX_COMMITS,
) -> None:
    """Bring history up to the commit: from where the last run ended, or anew where history was
    rewritten or is to be read by other rules."""
    async with database.tenant(repository.installation_id) as connection:
        until = await file_history.read_until(connection, repository.id)
    made = await asyncio.to_thread(_read, mirror, until, commit, limit)
    if made is None:
        return
    async with database.tenant(repository.installation_id) as connection:
        await _store(connection, repository, made, limit)


def _read(mirror: Path, until: Until | None, commit: str, limit: int) -> _Read | None:
    """None: there is nothing to do."""
    with Mirror(mirror) as opened:
        rules = _rules(opened, mirror, commit, limit)
        same = until is not None and until.rules == rules
        since = until.commit if until and same and _leads(opened, until.commit, commit) else None
        committed_at = opened.committed_at(commit)
    if since == commit:
        return None
    shas = newest(mirror, commit, since=since, limit=limit)
    rows = [_row(each) for each in log(mirror, shas, names_of=commit, seconds=SECONDS)]
    return _Read(since is None, rows, Until(commit, rules), committed_at)


def _leads(mirror: Mirror, older: str, newer: str) -> bool:
    return mirror.has_commit(older) and mirror.is_ancestor(older, newer)


def _rules(opened: Mirror, mirror: Path, commit: str, limit: int) -> str:
    """What the rows depend on beside the commit: what authors are called, and where a shallow
    history breaks off, which may be deepened."""
    names = opened.entry(commit, b".mailmap")
    depends = f"{names.sha if names else ''} {boundary(mirror)} {limit}"
    return f"{RULES}/{hashlib.sha256(depends.encode()).hexdigest()[:16]}"


async def _store(connection: Connection, repository: Repository, made: _Read, limit: int) -> None:
    whose = {"installation_id": repository.installation_id, "repository_id": repository.id}
    if made.anew:
        await file_history.forget(connection, repository.id)
        await commits.forget(connection, repository.id)
    await commits.add(connection, **whose, rows=made.rows)
    await file_history.add(connection, **whose, rows=count(made.rows))
    gone = await commits.remove_oldest(connection, repository.id, keep=limit)
    if gone:
        await file_history.subtract(connection, repository.id, count(gone))
    await file_history.set_until(
        connection, **whose, until=made.until, committed_at=made.committed_at
    )


def _row(logged: Logged) -> Commit:
    subject, body = said(logged.message)
    return Commit(
        logged.sha,
        logged.author[:_LONGEST_SUBJECT].replace("\0", ""),
        logged.committed_at,
        subject[:_LONGEST_SUBJECT],
        body[:_LONGEST_BODY],
        min(logged.parents, 99),
        [text_path(each.path) for each in logged.touched],
        _of(logged, "added"),
        _of(logged, "deleted"),
    )


def _of(logged: Logged, name: str) -> list[int]:
    return [getattr(each, name) for each in logged.touched]
