"""Repositories that events speak of: met the first time, known, moved, or gone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.decision import Origin
from core.db import installations, removed_repositories, repositories, work
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip


async def known_repository(connection: Connection, origin: Origin) -> Repository:
    """Raise Skip where it was never met, or is gone."""
    known = await repositories.known(connection, origin.github_id)
    if known is None or known.removed_at or known.installation_id != origin.installation_id:
        raise Skip("nothing of this repository is indexed")
    return known


async def meet(connection: Connection, origin: Origin) -> tuple[Repository, list[Work]]:
    """The event's repository. One that is met for the first time, because events come in any
    order, is connected and indexed; one that was removed stays so."""
    known = await repositories.known(connection, origin.github_id)
    if known and known.installation_id == origin.installation_id:
        if known.removed_at:
            raise Skip("the repository was removed from the installation")
        return known, []
    installation = await installations.get(connection, origin.installation_id)
    if installation and installation.removed_at:
        raise Skip("the installation was removed")
    if await removed_repositories.has(connection, origin.installation_id, origin.github_id):
        raise Skip("the repository was removed from the installation")
    # Where it moved from another tenant, nothing of what was learned there is inherited.
    queued = await purge(connection, [known]) if known else []
    repository = await connect(connection, origin)
    return repository, [*queued, await work.for_repository(connection, "index", repository)]


async def connect(connection: Connection, origin: Origin) -> Repository:
    await installations.meet(
        connection,
        installation_id=origin.installation_id,
        account=origin.account,
        account_type=origin.account_type,
    )
    repository = await repositories.connect_github(
        connection,
        installation_id=origin.installation_id,
        github_id=origin.github_id,
        name=origin.name,
        source=origin.source,
        private=origin.private,
    )
    await repositories.set_archived(connection, repository.id, archived=origin.archived)
    return repository


async def purge(connection: Connection, rows: Sequence[Repository]) -> list[Work]:
    """Out of sight at once; rows, mirror and artifacts go in the background."""
    await repositories.mark_removed(connection, *(row.id for row in rows))
    return await work.add_all(connection, [work.about_repository("purge", row) for row in rows])
