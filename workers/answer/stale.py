"""Follow cited lines to where they are now, and say so where somebody has changed them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from core.db import answers, blobs, citations
from core.db.citations import Anchor, Moved
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.work import Work
from core.settings import Settings
from workers import git
from workers.answer.source import text_hash
from workers.reports.comment import correct

_SECONDS = 20.0
"""In all, of looking for the commits that changed what was cited."""
_MOST_COMMITS = 50
_SHA = 9
"""Digits of a commit that the comment on GitHub links to."""


async def mark_stale(
    settings: Settings,
    database: Database,
    repository: Repository,
    snapshot_id: int,
    ref: str = "",
) -> list[Work]:
    """Compare citations with the new snapshot of the default branch, or of another ref. Lines that
    only moved are followed; an answer of which one changed is marked, once, and its comment on
    GitHub edited. Return the work of writing that."""
    mirror = git.mirror_path(settings.data_dir / "mirrors", repository.id)
    said: dict[UUID, str] = {}
    async with database.tenant(repository.installation_id) as connection:
        following = _Following(connection, repository, snapshot_id)
        rows = await citations.of_changed_files(connection, repository.id, snapshot_id, ref)
        lost = [row for row in rows if not await following.follow(row)]
        texts = {
            row.answer_id: (row, await following.text(row.blob_id), await following.now(row))
            for row in reversed(lost)  # the first of an answer's citations is told
        }
    commits = _Commits(mirror)
    for answer_id, (row, before, after) in texts.items():
        said[answer_id] = await asyncio.to_thread(commits.told, row, before, after)
    queued: list[Work] = []
    for answer_id, text in said.items():
        async with database.tenant(repository.installation_id) as connection:
            await answers.set_stale(connection, answer_id, text)
            queued += await correct(connection, settings, answer_id)
    return queued


@dataclass
class _Following:
    """Looks for cited lines in a snapshot: in the same file, in the same content under another
    name, and in another file that defines what they were part of."""

    connection: Connection
    repository: Repository
    snapshot_id: int
    _texts: dict[int, str | None] = field(default_factory=dict)

    async def follow(self, row: Moved) -> bool:
        """Whether they are still there; where, is remembered."""
        found = await self._here(row) or await self._renamed(row) or await self._elsewhere(row)
        if found is not None:
            await citations.move(self.connection, row.answer_id, row.ordinal, found)
        return found is not None

    async def now(self, row: Moved) -> str | None:
        return await self.text(row.new_blob_id)

    async def text(self, blob_id: int | None) -> str | None:
        if blob_id is None:
            return None
        if blob_id not in self._texts:
            content = await blobs.text_of(self.connection, blob_id)
            self._texts[blob_id] = content.text if content else None
        return self._texts[blob_id]

    async def _here(self, row: Moved) -> Anchor | None:
        return await self._in(row, row.last_path, row.new_blob_id)

    async def _renamed(self, row: Moved) -> Anchor | None:
        path = await citations.path_of(self.connection, self.snapshot_id, row.blob_id)
        if path is None:
            return None
        return Anchor(path, row.start_line, row.end_line, row.new_commit, row.blob_id)

    async def _elsewhere(self, row: Moved) -> Anchor | None:
        for path, blob_id in await citations.definers(self.connection, self.snapshot_id, row):
            if found := await self._in(row, path, blob_id):
                return found
        return None

    async def _in(self, row: Moved, path: str, blob_id: int | None) -> Anchor | None:
        after, before = await self.text(blob_id), await self.text(row.blob_id)
        if after is None:
            return None
        start = await asyncio.to_thread(_line, row, before, after)
        if start is None:
            return None
        end = start + row.end_line - row.start_line
        return Anchor(path, start, end, row.new_commit, blob_id)


def _line(row: Moved, before: str | None, after: str) -> int | None:
    """Where the cited lines begin now. Lines that were carried about within the file are found by
    what they say, if they say it once: a lone `return` is everywhere."""
    if before is not None:
        start = git.follow(before, after, row.start_line, row.end_line)
        if start is not None:
            return start
        if len(_standing(row, before)) > 1:
            return None
    found = _standing(row, after)
    return found[0] if len(found) == 1 else None


def _standing(row: Moved, text: str) -> list[int]:
    """The lines at which what was cited begins."""
    lines = text.split("\n")
    length = row.end_line - row.start_line + 1
    return [
        start + 1
        for start in range(len(lines) - length + 1)
        if text_hash("\n".join(lines[start : start + length])) == row.text_hash
    ]


@dataclass
class _Commits:
    """Looks for the commit that changed a line, as long as there is time."""

    mirror: Path
    until: float = field(default_factory=lambda: time.monotonic() + _SECONDS)

    def told(self, row: Moved, before: str | None, after: str | None) -> str:
        """Which line, and in which commit, in Markdown."""
        if after is None:
            return f"`{row.last_path}` was removed in `{self._commit(row, before)[:_SHA]}`"
        line = row.start_line
        if before is not None:
            line = git.first_altered(before, after, row.start_line, row.end_line)
        return f"`{row.last_path}:{line}` changed in `{self._commit(row, before)[:_SHA]}`"

    def _commit(self, row: Moved, before: str | None) -> str:
        """The first in which the lines stand no longer; the newest where that cannot be found."""
        if before is None or time.monotonic() > self.until or not self.mirror.exists():
            return row.new_commit
        span = git.Span(row.new_commit, since=row.last_commit)
        try:
            found = git.of_paths(self.mirror, span, [row.last_path], _MOST_COMMITS)
        except git.GitFailed:
            return row.new_commit
        for commit in reversed(found.commits):
            text = git.blob_text(self.mirror, commit.sha, git.raw_path(row.last_path))
            if text is None or git.follow(before, text, row.start_line, row.end_line) is None:
                return commit.sha
        return row.new_commit
