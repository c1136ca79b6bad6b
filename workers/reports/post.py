"""Write one intent to GitHub, so that a reader sees it exactly once whatever crashes when."""

from __future__ import annotations

from datetime import UTC, timedelta

from core import log
from core.db import intents, repositories
from core.db.connect import Connection, Database
from core.db.intents import Intent
from core.db.repositories import Repository
from core.errors import Skip, TryLater
from core.github import GitHub

_CLOCKS = timedelta(minutes=5)
"""How far apart GitHub's clock and ours may be."""

_log = log.get(__name__)


async def post(*, github: GitHub, database: Database, intent_id: int) -> None:
    """Raise TryLater where it may work later, and UserError where a person must act first.

    That it begins is committed before GitHub is asked to write: from then on GitHub may have it,
    and whoever is not the first to begin looks for it before writing. The row is locked meanwhile,
    so that there is one writer at a time.
    """
    async with database.system() as connection:
        intent = await intents.get(connection, intent_id)
        if intent is None or intent.state != "open":
            return
        before = await _held(connection, intent_id)
        began = await intents.mark_tried(connection, intent_id)
    async with database.tenant(intent.installation_id) as connection:
        held = await _held(connection, intent_id)
        first = before.tried_at is None and held.tried_at == began
        if held.state == "open":
            await _write(connection, github, held, again=not first)


async def _held(connection: Connection, intent_id: int) -> Intent:
    held = await intents.lock(connection, intent_id)
    if held is None:
        raise TryLater("another worker is writing this to GitHub", 5)
    return held


async def _write(connection: Connection, github: GitHub, intent: Intent, *, again: bool) -> None:
    try:
        repository = await repositories.get(connection, intent.repository_id)
        if repository is None:
            raise Skip("the repository was removed")
        found = await _found(github, repository, intent) if again else None
        github_id = found or await _written(github, repository, intent)
    except Skip as reason:
        # Gone, or refused for good: a person deleted the comment, locked the thread, or took
        # a permission away.
        _log.info("intent.failed", intent_id=intent.id, reason=str(reason))
        await intents.fail(connection, intent.id, str(reason))
        return
    await intents.finish(connection, intent.id, github_id)


async def _written(github: GitHub, repository: Repository, intent: Intent) -> int:
    target = intent.target
    if intent.kind == "reaction":
        return await github.react(
            repository,
            kind=target["kind"],
            comment_id=target["comment_id"],
            content=intent.body,
        )
    body = f"{intent.body}\n\n{marker(intent)}"
    if target["kind"] == "pulls":
        return await github.reply_to_review_comment(
            repository,
            target["number"],
            root_id=target["root_id"],
            path=target["path"],
            commit=target["commit"],
            body=body,
        )
    return await github.create_issue_comment(repository, target["number"], body)


async def _found(github: GitHub, repository: Repository, intent: Intent) -> int | None:
    """What an earlier try wrote. Adding a reaction again changes nothing, so none is looked for."""
    if intent.kind == "reaction":
        return None
    author = f"{(await github.app()).slug}[bot]"
    since = intent.created_at.astimezone(UTC) - _CLOCKS
    comments = await github.comments(
        repository,
        kind=intent.target["kind"],
        number=intent.target["number"],
        since=f"{since:%Y-%m-%dT%H:%M:%SZ}",
    )
    for comment in comments:
        # Ours alone, and at the end: others may quote a marker.
        if comment.author == author and comment.body.rstrip().endswith(marker(intent)):
            return comment.id
    return None


def marker(intent: Intent) -> str:
    """What a reader does not see, and a later try finds."""
    return f"<!-- ponder:{intent.key} -->"
