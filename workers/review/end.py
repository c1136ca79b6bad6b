"""How reviews end that came to nothing: each with a check run that is concluded and says why."""

from __future__ import annotations

from core.db import intents, repositories, reviews
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.reviews import Review, State
from core.db.work import Work
from workers.review.tell import not_reviewed

GIVEN_UP_SECONDS = 15 * 60.0
TOO_LONG = "it took too long, or was cut off; press Re-run"


async def not_done(
    connection: Connection, repository: Repository, review: Review, state: State, reason: str
) -> list[Work]:
    """Nothing is left to be seen of a check run that nobody has seen."""
    await reviews.end(connection, review.id, state, reason=reason)
    key = reviews.check_key(repository, review.head)
    if not review.head or await _is_unseen(connection, repository, state, key):
        return []
    queued = await reviews.check(connection, repository, review.head, not_reviewed(reason))
    for each in await reviews.of_commit(connection, repository.id, review.head):
        if each.number != review.number and each.state == "done":
            # They share the check, and this one has nothing to say in it.
            queued.append(await reviews.next_run(connection, repository, each.number))
    return queued


async def _is_unseen(
    connection: Connection, repository: Repository, state: State, key: str
) -> bool:
    """Whether nothing has to be said. In a repository that is paused only a check that somebody
    sees running comes to an end, and one that has ended stays as it is."""
    paused = bool(repository.paused_by)
    if (paused or state == "superseded") and await intents.withdraw(connection, key):
        return True
    seen = await intents.by_key(connection, key) if paused else None
    return paused and (seen is None or seen.content.get("status") == "completed")


async def superseded(
    connection: Connection, repository: Repository, number: int, head: str
) -> list[Work]:
    """Of a pull request whatever waits about another head."""
    queued = []
    for each in await reviews.waiting(connection, repository.id, number):
        if each.head and each.head != head:
            reason = f"{head[:9]} took its place"
            queued += await not_done(connection, repository, each, "superseded", reason)
    return queued


async def failed(
    connection: Connection, repository_id: int, number: int, reason: str
) -> list[Work]:
    """The work on a pull request ended in a way that was not meant."""
    repository = await repositories.get(connection, repository_id)
    if repository is None:
        return []
    queued = []
    for each in await reviews.waiting(connection, repository_id, number):
        queued += await not_done(connection, repository, each, "failed", reason)
    return queued


async def sweep(database: Database) -> list[Work]:
    """Conclude what nobody works on any more; returns the work to wake."""
    async with database.system() as connection:
        neglected = await reviews.neglected(connection, seconds=GIVEN_UP_SECONDS)
    queued = []
    for each in neglected:
        async with database.tenant(each.installation_id) as connection:
            queued += await failed(connection, each.repository_id, each.number, TOO_LONG)
    return queued


async def told(database: Database, claimed: Work, message: str) -> list[Work]:
    """Work that failed says so where it would have spoken."""
    subject = claimed.subject
    async with database.tenant(claimed.installation_id) as connection:
        return await failed(connection, subject["repository_id"], subject["number"], message)
