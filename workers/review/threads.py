"""Threads that Ponder's comments began: what is fixed is resolved, and what is back is opened."""

from __future__ import annotations

from collections.abc import Sequence

from core.db import intents, review_findings
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.review_findings import ReviewFinding
from core.db.work import Work
from core.errors import TryLater
from workers.review import tell


def review_key(repository: Repository, number: int, head: str) -> str:
    """What the review of a head is known by, whose comments begin threads."""
    return f"review:{repository.id}:{number}:{head[:12]}"


async def unsaid(connection: Connection, repository: Repository, number: int, head: str) -> None:
    """What was to be said of another head may not be on GitHub yet, and nobody could resolve its
    threads then. What nobody began to write is taken back, and is said anew where it is still so.
    Raise TryLater where it is just being written."""
    where = (repository.id, number)
    for key in await review_findings.unsaid(connection, *where):
        if key == review_key(repository, number, head):
            continue
        if not await intents.withdraw(connection, key):
            raise TryLater("what the last review found is still being written", seconds=5)
        await review_findings.mark_unshown(connection, *where, key)


async def over(
    connection: Connection, repository: Repository, fixed: ReviewFinding, number: int, head: str
) -> list[Work]:
    """Its thread is told which commit fixed it, and resolved."""
    comment_id = await _thread(connection, fixed)
    if comment_id is None:
        return []
    queued = await intents.intend(
        connection,
        repository,
        key=f"thread:{comment_id}:fixed",
        kind="reply",
        target={"number": number, "root_id": comment_id, "path": fixed.path, "commit": head},
        content={"body": tell.fixed_reply(head)},
    )
    return queued + await _resolved(connection, repository, number, comment_id, resolved=True)


async def back(
    connection: Connection, repository: Repository, found: Sequence[ReviewFinding], head: str
) -> list[Work]:
    """What was fixed and is there again, as after a push that takes it all back: what was said
    stands, so it is said no second time, and the reply that called it fixed says so."""
    queued = []
    for each in found:
        comment_id = await _thread(connection, each)
        reply = await intents.by_key(connection, f"thread:{comment_id}:fixed")
        if comment_id is None or reply is None:
            continue
        queued += await intents.intend(
            connection,
            repository,
            key=reply.key,
            kind="reply",
            target=reply.target,
            content={"body": tell.back_reply(each.fixed_in, head)},
        )
        queued += await _resolved(connection, repository, each.number, comment_id, resolved=False)
    return queued


async def _thread(connection: Connection, each: ReviewFinding) -> int | None:
    """The first comment of it."""
    intent = await intents.by_key(connection, each.review_key) if each.review_key else None
    found = intent.made.get("comments", {}).get(each.comment_key) if intent else None
    return found if isinstance(found, int) else None


async def _resolved(
    connection: Connection,
    repository: Repository,
    number: int,
    comment_id: int,
    *,
    resolved: bool,
) -> list[Work]:
    return await intents.intend(
        connection,
        repository,
        key=f"thread:{comment_id}:resolved",
        kind="resolve",
        target={"number": number, "comment_id": comment_id},
        content={"resolved": resolved},
    )
