"""What becomes of installations and of their repositories, in whatever order events tell of it."""

from __future__ import annotations

from bot.decision import (
    AskInstallation,
    RefreshInstallation,
    RemoveInstallation,
    RemoveRepositories,
    UpdateRepository,
)
from bot.meeting import connect, meet, purge
from core.db import installations, intents, removed_repositories, repositories, work
from core.db.connect import Connection
from core.db.work import Work
from core.errors import Skip


async def refresh(
    connection: Connection, effect: RefreshInstallation | AskInstallation
) -> list[Work]:
    known = await installations.get(connection, effect.installation_id)
    if known and known.removed_at:
        raise Skip("the installation was removed; GitHub never gives its id again")
    if isinstance(effect, RefreshInstallation):
        await installations.save(
            connection,
            installation_id=effect.installation_id,
            account=effect.account,
            account_type=effect.account_type,
            permissions=effect.permissions,
            suspended=effect.suspended,
        )
    elif known is None:
        raise Skip("nothing is known of this installation")
    queued = [await _ask(connection, effect.installation_id)]
    if known and (await intents.reopen(connection, known.id) or known.suspended_at):
        queued.append(await intents.wake(connection, known.id))
    return queued


async def _ask(connection: Connection, installation_id: int) -> Work:
    """The work of asking GitHub what the installation covers now."""
    return await work.add(
        connection,
        installation_id=installation_id,
        kind="installation",
        queue="background",
        subject={"installation_id": installation_id},
        key=f"installation:{installation_id}",
    )


async def remove(
    connection: Connection, effect: RemoveInstallation | RemoveRepositories
) -> list[Work]:
    """What was never met is remembered all the same: its creation may arrive after its removal."""
    installation_id = effect.installation_id
    await installations.meet(
        connection, installation_id=installation_id, account="", account_type=""
    )
    rows = await repositories.of_installation(connection, installation_id)
    if isinstance(effect, RemoveInstallation):
        await installations.mark_removed(connection, installation_id)
        return await purge(connection, rows)
    await removed_repositories.remember(connection, installation_id, effect.github_ids)
    return await purge(connection, [row for row in rows if row.github_id in effect.github_ids])


async def update(connection: Connection, effect: UpdateRepository) -> list[Work]:
    origin = effect.origin
    if await removed_repositories.has(connection, origin.installation_id, origin.github_id):
        # It may have come back, or this came late: GitHub knows.
        return [await _ask(connection, origin.installation_id)]
    repository, new = await meet(connection, origin)
    await connect(connection, origin)
    if effect.reindex and not new:
        new = [await work.for_repository(connection, "index", repository)]
    # Of two such events the older one may come last.
    return [*new, await _ask(connection, origin.installation_id)]
