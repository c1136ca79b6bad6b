"""Where a change goes: the default branch, or the branch of a pull request. The mirror is brought
up to what GitHub has now."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from core.db.repositories import Repository
from core.db.thoughts import pull_of
from core.github import GitHub, segment
from workers import git
from workers.context import Context
from workers.drafts.writing import Base
from workers.installation import git_credentials

_FORK = "The pull request comes from a fork, where I cannot write: the change is for you to apply."


@dataclass(frozen=True, slots=True)
class Place:
    """`head` is the commit that is looked at. `base` is None where no branch of this repository
    has it: the pull request comes from a fork, or is over."""

    head: str
    base: Base | None
    why_not: str = ""


async def place(context: Context, repository: Repository, ref: str) -> Place:
    mirror = git.mirror_path(context.mirrors, repository.id)
    credentials = await git_credentials(context.github, repository)
    await git.fetch(repository.source, mirror, ref=ref, credentials=credentials)
    if not ref:
        branch = await asyncio.to_thread(git.default_branch, mirror)
        commit = await asyncio.to_thread(git.resolve, mirror, "")
        return Place(commit, Base(branch, commit))
    head = await asyncio.to_thread(git.resolve, mirror, ref)
    assert context.github is not None
    return await _of_pull(context.github, repository, ref, head)


async def _of_pull(github: GitHub, repository: Repository, ref: str, head: str) -> Place:
    acting = github.acting(repository, {"pull_requests": "read"})
    row = await acting.get(f"/pulls/{segment(pull_of(ref))}", "show a pull request")
    source = (row["head"].get("repo") or {}).get("id")
    if row["state"] != "open":
        return Place(head, None, "The pull request is closed.")
    if source != repository.github_id:
        return Place(head, None, _FORK)
    return Place(head, Base(row["head"]["ref"], head))
