"""The check of a pull request that changes .github/ponder.yml: is it right, and what would change.
Until it is merged nothing of it counts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from core.db import intents, repo_configs
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip
from core.github import GitHub
from core.repo_config import MISNAMED, PATH, Parsed, parse, settings, shown
from workers import git
from workers.installation import git_credentials
from workers.reports.markdown import code

NAME = "Ponder configuration"


async def check_config(
    github: GitHub,
    database: Database,
    mirror: Path,
    repository: Repository,
    subject: dict[str, Any],
) -> list[Work]:
    """Raise Skip where the pull request does not change the file, or has another head by now."""
    number, head = subject["number"], subject["head"]
    acting = github.acting(repository, {"pull_requests": "read"})
    row = await acting.get(f"/pulls/{number}", "show a pull request")
    credentials = await git_credentials(github, repository)
    ref = f"refs/pull/{number}/head"
    await git.fetch(repository.source, mirror, ref=ref, credentials=credentials)
    before, after = await asyncio.to_thread(_both, mirror, row["base"]["sha"], head)
    async with database.tenant(repository.installation_id) as connection:
        now = await repo_configs.parsed(connection, repository)
        return await intents.intend(
            connection,
            repository,
            key=f"configuration:{repository.id}:{head}",
            kind="check_run",
            target={"sha": head},
            content=_content(now, before, after),
        )


Files = tuple[bytes | None, bytes | None]
"""What stands at PATH and at MISNAMED; None where nothing does."""


def _both(mirror: Path, base: str, head: str) -> tuple[Files, Files]:
    """Where the pull request parted from its base, and at its head. Raise Skip where both are the
    same."""
    parted = git.parted(mirror, base, head) or base
    if not (git.holds(mirror, head) and git.holds(mirror, parted)):
        raise Skip("the pull request has another head by now")
    before, after = _files(mirror, parted), _files(mirror, head)
    if before == after:
        raise Skip(f"the pull request does not change {PATH}")
    return before, after


def _files(mirror: Path, commit: str) -> Files:
    at, misnamed = (git.blob_at(mirror, commit, path) for path in (PATH, MISNAMED))
    return at and at[1], misnamed and misnamed[1]


def _content(now: Parsed, before: Files, after: Files) -> dict[str, Any]:
    """Of the check run, for what is changed."""
    if before[1] != after[1] and after[1] is not None:
        return misnamed()
    if after[0] is None:
        return content(now, Parsed(), title=f"{PATH} is removed")
    return content(now, parse(after[0]))


def misnamed() -> dict[str, Any]:
    """Of the check run for a file that would never be read."""
    said = f"It is not read: name it {PATH}."
    return {
        "name": NAME,
        "status": "completed",
        "conclusion": "failure",
        "title": f"{MISNAMED} is not read",
        "summary": said,
        "annotations": [_annotation(MISNAMED, 1, MISNAMED, said)],
    }


def content(now: Parsed, then: Parsed, *, title: str = f"{PATH} is valid") -> dict[str, Any]:
    """Of the check run. What is wrong makes it fail, at its lines; else it has this title."""
    wrong = then.problems
    said = [f"- line {each.line}: {code(str(each))}" for each in wrong]
    count = f"{len(wrong)} thing{'s' if len(wrong) > 1 else ''} to mend in {PATH}"
    return {
        "name": NAME,
        "status": "completed",
        "conclusion": "failure" if wrong else "success",
        "title": count if wrong else title,
        "summary": "\n".join([*said, *([""] if said else []), *_changes(now, then)]),
        "annotations": [
            _annotation(PATH, each.line, each.key[:200] or PATH, str(each)) for each in wrong
        ],
    }


def _annotation(path: str, line: int, title: str, message: str) -> dict[str, Any]:
    return {
        "path": path,
        "start_line": line,
        "end_line": line,
        "annotation_level": "failure",
        "title": title,
        "message": message,
    }


def _changes(now: Parsed, then: Parsed) -> list[str]:
    before, after = _flat(now), _flat(then)
    rows = [
        f"| {code(key)} | {code(shown(before.get(key, 'default')))} | "
        f"{code(shown(after.get(key, 'default')))} |"
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]
    if not rows:
        return ["Nothing would change once this is merged."]
    return ["Once this is merged:", "", "| setting | now | then |", "|---|---|---|", *rows]


def _flat(parsed: Parsed) -> dict[str, Any]:
    learning = {f"learning.{key}": value for key, value in parsed.config.learning.items()}
    return settings(parsed.config) | learning
