"""The past of each path: when it changed last, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from core.db import file_history
from core.db.connect import Database
from core.db.file_history import REPOSITORY, FileHistory
from core.db.repositories import Repository
from workers.git import Mirror, text_path, touched

MAX_COMMITS = 5_000


async def read(database: Database, repository: Repository, mirror: Path, commit: str) -> None:
    """Bring file_history up to the commit: from where the last run ended, or anew where history
    was rewritten."""
    async with database.tenant(repository.installation_id) as connection:
        until = await file_history.read_until(connection, repository.id)
        if until == commit:
            return
        since = await asyncio.to_thread(_since, mirror, until, commit)
        rows = await asyncio.to_thread(_count, mirror, commit, since)
        if since is None:
            await file_history.forget(connection, repository.id)
        await file_history.add(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            rows=rows,
        )


def _since(mirror: Path, until: str | None, commit: str) -> str | None:
    """Where to read on; None: from the beginning, for there is none, or history was rewritten."""
    with Mirror(mirror) as opened:
        known = until is not None and opened.has_commit(until)
        return until if until and known and opened.is_ancestor(until, commit) else None


def _count(mirror: Path, commit: str, since: str | None) -> Sequence[FileHistory]:
    """The log is newest first: the first commit that names a path is its last."""
    rows: dict[str, FileHistory] = {}
    commits = 0
    with Mirror(mirror) as opened:
        newest = opened.committed_at(commit)
    for touch in touched(mirror, commit, since=since, limit=MAX_COMMITS):
        commits += 1
        for path in map(text_path, touch.paths):
            last = rows.get(path) or FileHistory(path, touch.commit, touch.committed_at, 0)
            rows[path] = FileHistory(
                path, last.last_commit, last.last_committed_at, last.commits + 1
            )
    return [*rows.values(), FileHistory(REPOSITORY, commit, newest, commits)]
