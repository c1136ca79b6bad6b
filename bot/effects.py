"""Act on a decision: rows in the transaction that stores the delivery, and the work to wake."""

from __future__ import annotations

from typing import Any

from bot.conversation import Conversation, unsay
from bot.decision import (
    AskInstallation,
    Effect,
    Forget,
    Index,
    Judge,
    Note,
    Press,
    RefreshInstallation,
    RemoveInstallation,
    RemoveRepositories,
    Reply,
    Review,
    Several,
    SignOut,
    Think,
    Tick,
    Unsay,
    UpdateRepository,
)
from bot.meeting import connect, meet, purge
from bot.reviewing import set_off
from bot.ticks import tick
from bot.triggers import known_repository
from core.db import installations, removed_repositories, repositories, users, work
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip


async def perform(
    connection: Connection, effect: Effect, *, slug: str, public_url: str
) -> list[Work]:
    """Raise Skip, before anything is written, where there is nothing to do."""
    queued: list[Work] = []
    match effect:
        case RefreshInstallation() | AskInstallation():
            queued = [await _refresh(connection, effect)]
        case RemoveInstallation() | RemoveRepositories():
            queued = await _remove(connection, effect)
        case UpdateRepository():
            queued = await _update(connection, effect)
        case Index():
            repository, queued = await meet(connection, effect.origin)
            queued = queued or [await work.for_repository(connection, "index", repository)]
        case Forget():
            queued = await _forget(connection, effect)
        case Think() | Note() | Review() | Press():
            queued = await set_off(connection, effect)
        case Reply() | Unsay() | Judge() | Tick():
            queued = await _said(connection, effect, slug, public_url)
        case SignOut():
            await users.set_token(connection, effect.user_id, None, None)
        case Several():
            queued = await _each(connection, effect, slug, public_url)
    return queued


async def _each(connection: Connection, effect: Several, slug: str, public_url: str) -> list[Work]:
    """Raise the last Skip where all have nothing to do."""
    queued: list[Work] = []
    skips = []
    for one in effect.effects:
        try:
            queued += await perform(connection, one, slug=slug, public_url=public_url)
        except Skip as reason:
            skips.append(reason)
    if len(skips) == len(effect.effects):
        raise skips[-1]
    return queued


async def _refresh(connection: Connection, effect: RefreshInstallation | AskInstallation) -> Work:
    known = await installations.get(connection, effect.installation_id)
    if known and known.removed_at:
        raise Skip("the installation was removed; GitHub never gives its id again")
    if isinstance(effect, AskInstallation):
        if known is None:
            raise Skip("nothing is known of this installation")
        return await _ask(connection, effect.installation_id)
    await installations.save(
        connection,
        installation_id=effect.installation_id,
        account=effect.account,
        account_type=effect.account_type,
        permissions=effect.permissions,
        suspended=effect.suspended,
    )
    return await _ask(connection, effect.installation_id)


async def _said(
    connection: Connection, effect: Reply | Unsay | Judge | Tick, slug: str, public_url: str
) -> list[Work]:
    if isinstance(effect, Tick):
        return await tick(connection, effect)
    if isinstance(effect, Judge):
        return [await _judge(connection, effect)]
    return await _heard(connection, effect, slug, public_url)


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


async def _remove(
    connection: Connection, effect: RemoveInstallation | RemoveRepositories
) -> list[Work]:
    if isinstance(effect, RemoveRepositories):
        return await _remove_repositories(connection, effect)
    return await _remove_installation(connection, effect.installation_id)


async def _remove_installation(connection: Connection, installation_id: int) -> list[Work]:
    if await installations.get(connection, installation_id) is None:
        # It is remembered all the same: its creation may arrive after its removal.
        await installations.meet(
            connection, installation_id=installation_id, account="", account_type=""
        )
    await installations.mark_removed(connection, installation_id)
    rows = await repositories.of_installation(connection, installation_id)
    return [await purge(connection, row) for row in rows]


async def _remove_repositories(connection: Connection, effect: RemoveRepositories) -> list[Work]:
    await installations.meet(
        connection, installation_id=effect.installation_id, account="", account_type=""
    )
    queued = []
    for github_id in effect.github_ids:
        row = await repositories.known(connection, github_id)
        if row is None or row.installation_id != effect.installation_id:
            await removed_repositories.remember(connection, effect.installation_id, github_id)
        elif row.removed_at is None:
            queued.append(await purge(connection, row))
    return queued


async def _update(connection: Connection, effect: UpdateRepository) -> list[Work]:
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


async def _forget(connection: Connection, effect: Forget) -> list[Work]:
    """Of a repository that is not known nothing was indexed, and it is not met by this."""
    known = await known_repository(connection, effect.origin)
    queued = [await work.for_repository(connection, "forget", known, effect.ref)]
    if effect.merged:
        subject = {"number": int(effect.ref.split("/")[2]), "head": effect.merged}
        queued.append(await _consider(connection, "merged", known, subject))
    return queued


async def _judge(connection: Connection, effect: Judge) -> Work:
    """Whether the thread is ours, and what the person may, is found out by a worker."""
    known = await known_repository(connection, effect.origin)
    names = ("number", "root_id", "comment_id", "verdict", "head", "sender", "sender_id")
    subject = {name: getattr(effect, name) for name in names}
    return await _consider(connection, "verdict", known, subject)


async def _consider(
    connection: Connection, kind: str, repository: Repository, subject: dict[str, Any]
) -> Work:
    return await work.add(
        connection,
        installation_id=repository.installation_id,
        kind=kind,
        queue="background",
        subject={"repository_id": repository.id} | subject,
    )


async def _heard(
    connection: Connection, effect: Reply | Unsay, slug: str, public_url: str
) -> list[Work]:
    if isinstance(effect, Unsay):
        await unsay(connection, await known_repository(connection, effect.origin), effect)
        return []
    repository, queued = await meet(connection, effect.origin)
    said = Conversation(connection, effect, repository, slug, public_url)
    return [*queued, *await said.reply()]
