"""What is known of a repository's index, for pages and for the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.db import snapshots
from core.db.connect import Connection
from core.db.repositories import Repository

STAGES = {
    "clone": "Fetching from git",
    "unpack": "Unpacking what git sent",
    "walk": "Listing files",
    "parse": "Reading code",
    "copy": "Storing",
    "history": "Reading history",
    "link": "Linking names",
    "embed": "Learning meanings",
}


@dataclass(frozen=True, slots=True)
class Status:
    """`state` is waiting, indexing, ready or failed. A repository that is being brought up to
    date, or whose last index failed, still answers from its commit when it has one."""

    repository: Repository
    commit: str
    files: int
    indexed_at: datetime | None

    @property
    def state(self) -> str:
        if self.repository.progress:
            return "indexing"
        if self.repository.error:
            return "failed"
        return "ready" if self.commit else "waiting"

    @property
    def answers(self) -> bool:
        return bool(self.commit)

    @property
    def stage(self) -> str:
        stage = str(self.repository.progress.get("stage", ""))
        return STAGES.get(stage, stage.capitalize())

    @property
    def done(self) -> int:
        return int(self.repository.progress.get("done") or 0)

    @property
    def total(self) -> int:
        return int(self.repository.progress.get("total") or 0)

    def as_json(self) -> dict[str, Any]:
        repository = self.repository
        return {
            "repo_id": repository.id,
            "name": repository.name,
            "default_branch": repository.default_branch,
            "private": repository.private,
            "state": self.state,
            "answers": self.answers,
            "commit": self.commit or None,
            "files": self.files,
            "indexed_at": self.indexed_at.isoformat() if self.indexed_at else None,
            "progress": (
                {"stage": str(repository.progress["stage"]), "done": self.done, "total": self.total}
                if repository.progress.get("stage")
                else None
            ),
            "error": repository.error,
        }


class Statuses:
    """A snapshot never changes, so its files are counted once."""

    def __init__(self) -> None:
        self._files: dict[int, int] = {}

    async def of(self, connection: Connection, repository: Repository) -> Status:
        snapshot_id = repository.snapshot_id
        snapshot = await snapshots.get(connection, snapshot_id) if snapshot_id else None
        if snapshot is None:
            return Status(repository, "", 0, None)
        if snapshot.id not in self._files:
            self._files[snapshot.id] = await snapshots.count_files(connection, snapshot.id)
        return Status(
            repository, snapshot.commit_sha, self._files[snapshot.id], snapshot.created_at
        )
