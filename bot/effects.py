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
    Revive,
    Several,
    SignOut,
    Tick,
    Unsay,
    UpdateRepository,
)
from bot.following import Rows, Usual, known_places, write
from bot.judging import judge
from bot.meeting import known_repository, meet
from bot.pressing import press
from bot.tenants import refresh, remove, update
from bot.ticks import tick
from core.db import drafts, sessions, users, work
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
            queued = await refresh(connection, effect)
        case RemoveInstallation() | RemoveRepositories():
            queued = await remove(connection, effect)
        case UpdateRepository():
            queued = await update(connection, effect)
        case Index() | Note() | Review():
            queued = await _usual(connection, effect)
        case Forget():
            queued = await _forget(connection, effect)
        case Revive():
            known = await known_repository(connection, effect.origin)
            queued = await drafts.revive(connection, known, effect.number)
        case SignOut():
            await users.set_token(connection, effect.user_id, None, None)
            await sessions.end_all(connection, effect.user_id)
        case Several():
            queued = await _each(connection, effect, slug, public_url)
        case _:
            queued = await _said(connection, effect, slug, public_url)
    return queued


async def _usual(connection: Connection, effect: Usual) -> list[Work]:
    """A check alone does not make a repository known."""
    queued = [] if isinstance(effect, Note) else (await meet(connection, effect.origin))[1]
    rows = Rows()
    rows.add(effect, await known_places(connection, [effect]))
    return [*queued, *await write(connection, rows)]


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


async def _said(
    connection: Connection, effect: Press | Reply | Unsay | Judge | Tick, slug: str, public_url: str
) -> list[Work]:
    """What a person said or pressed."""
    match effect:
        case Press():
            return [await press(connection, effect)]
        case Tick():
            return await tick(connection, effect)
        case Judge():
            return [await judge(connection, effect)]
        case Unsay():
            await unsay(connection, await known_repository(connection, effect.origin), effect)
            return []
        case Reply():
            repository, queued = await meet(connection, effect.origin)
            said = Conversation(connection, effect, repository, slug, public_url)
            return [*queued, *await said.reply()]


async def _forget(connection: Connection, effect: Forget) -> list[Work]:
    """Of a repository that is not known nothing was indexed, and it is not met by this."""
    known = await known_repository(connection, effect.origin)
    queued = [await work.for_repository(connection, "forget", known, effect.ref)]
    if effect.merged:
        subject = {"number": int(effect.ref.split("/")[2]), "head": effect.merged}
        queued.append(await _consider(connection, "merged", known, subject))
    return queued


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
