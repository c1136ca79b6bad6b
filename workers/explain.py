"""Name in a question what a pull request changes, once its commits are here."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from core.db import answers
from core.db.answers import Answer
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.thoughts import pull_of
from core.github import GitHub
from workers import git
from workers.reports.markdown import code

_MOST = 12


async def name_changes(
    github: GitHub, database: Database, repository: Repository, mirror: Path, asked: Answer
) -> Answer:
    """The question with the paths that differ between where the pull request parted from its base
    and its head. Raise Skip or TryLater where GitHub does not say what that is."""
    acting = github.acting(repository, {"pull_requests": "read"})
    row = await acting.get(f"/pulls/{pull_of(asked.ref)}", "show a pull request")
    paths = await asyncio.to_thread(_paths, mirror, row["base"]["sha"], row["head"]["sha"])
    if not paths:
        return asked
    more = f" and {len(paths) - _MOST} more files" if len(paths) > _MOST else ""
    named = ", ".join(code(path) for path in paths[:_MOST])
    question = f"{asked.target['asked']}\n\n(It changes {named}{more}.)"
    async with database.tenant(repository.installation_id) as connection:
        await answers.reword(connection, asked.id, question)
    return replace(asked, question=question)


def _paths(mirror: Path, base: str, head: str) -> list[str]:
    parted = git.parted(mirror, base, head)
    if parted is None:
        return []
    return [git.text_path(change.path) for change in git.changed(mirror, parted, head)]
