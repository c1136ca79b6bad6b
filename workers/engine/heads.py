"""The head of a pull request: indexed as an overlay, and then thought about as a change. What it
has is data from anybody: it is read, and neither run nor believed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from core.db import findings, learning, snapshots, thoughts
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.thoughts import Subject
from workers import git
from workers.engine.priority import Worth
from workers.engine.wish import wish

_WORTH = Worth(0.9, 1.0, 0.8, 5.0)
"""Somebody waits for it, and it can be mended before it hurts."""


async def is_wanted(database: Database, repository: Repository) -> bool:
    """Whether Continual Learning is still on."""
    async with database.tenant(repository.installation_id) as connection:
        said = await learning.get(connection, repository.id)
    return said is not None and said.on


async def consider(
    database: Database, repository: Repository, mirror: Path, *, ref: str, base: str, head: str
) -> None:
    """Queue what is thought about an indexed head. What waits about the head before it goes."""
    async with database.tenant(repository.installation_id) as connection:
        current = await snapshots.current(connection, repository.id)
    if current is None:
        return
    before = await asyncio.to_thread(_before, mirror, [base, current.commit_sha], head)
    async with database.tenant(repository.installation_id) as connection:
        await thoughts.supersede(connection, repository.id, ref=ref, after=head)
        await findings.forget_ref(connection, repository.id, ref, other_than=head)
        if before in (None, head):
            return
        whose = repository.installation_id, repository.id
        subject = Subject("diff", before=before, after=head, ref=ref)
        because = "a pull request has a new head"
        await wish(connection, whose, "scan_diff", _WORTH, because, subject=subject)


def _before(mirror: Path, bases: list[str], head: str) -> str | None:
    """Where the head parted from its base; from the default branch, where the base is not here."""
    found = (git.parted(mirror, base, head) for base in bases)
    return next((each for each in found if each), None)
