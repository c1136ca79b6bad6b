"""What sets Thoughts off: a pull request's new head, and what continuous integration says."""

from __future__ import annotations

from bot.decision import Note, Origin, Think
from core.db import check_results, learning, repositories, snapshots, thoughts, work
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.thoughts import Subject
from core.db.work import Work
from core.errors import Skip


async def trigger(connection: Connection, effect: Think | Note) -> list[Work]:
    """Raise Skip, before anything is written, where nobody wants it thought about."""
    if isinstance(effect, Think):
        return [await _think(connection, effect)]
    await _note(connection, effect)
    return []


async def known_repository(connection: Connection, origin: Origin) -> Repository:
    """Raise Skip where it was never met, or is gone."""
    known = await repositories.known(connection, origin.github_id)
    if known is None or known.removed_at or known.installation_id != origin.installation_id:
        raise Skip("nothing of this repository is indexed")
    return known


async def _think(connection: Connection, effect: Think) -> Work:
    """The newest head wins: an older one that still waits is the same work."""
    known = await known_repository(connection, effect.origin)
    said = await learning.get(connection, known.id)
    if said is None or not said.on:
        raise Skip("Continual Learning is off for this repository")
    return await work.add(
        connection,
        installation_id=known.installation_id,
        kind="head",
        queue="indexing",
        subject={"repository_id": known.id, "ref": effect.ref, "base": effect.base},
        key=f"head:{known.id}:{effect.ref}",
    )


async def _note(connection: Connection, effect: Note) -> None:
    """Risk counts it. What failed at the indexed commit is looked into where that is wanted: its
    tests are run, in the sandbox."""
    there = await check_results.say(
        connection,
        effect.origin.installation_id,
        effect.origin.github_id,
        commit=effect.commit,
        name=effect.name,
        failed=effect.failed,
    )
    if not there:
        raise Skip("nothing of this repository is indexed")
    if not effect.failed:
        return
    known = await known_repository(connection, effect.origin)
    said = await learning.get(connection, known.id)
    current = await snapshots.current(connection, known.id)
    is_current = current is not None and current.commit_sha == effect.commit
    if is_current and said is not None and said.on:
        await thoughts.add(
            connection,
            installation_id=known.installation_id,
            repository_id=known.id,
            kind="verify",
            subject=Subject(),
            priority=thoughts.PRIORITY_OF_FAILURES,
            reason=f"continuous integration failed here: {effect.name}",
        )
