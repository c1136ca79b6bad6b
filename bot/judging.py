"""What follows of an opinion: work, for the thread may not be ours, nor the person one who may."""

from __future__ import annotations

from bot.decision import Judge
from bot.meeting import known_repository
from bot.opinions import UNCLEAR
from core.db import answers, intents, work
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip

_NAMES = ("number", "root_id", "comment_id", "verdict", "head", "sender", "sender_id")


async def judge(connection: Connection, effect: Judge) -> Work:
    """Raise Skip where Ponder has said nothing that this could be about, so far as rows tell."""
    known = await known_repository(connection, effect.origin)
    await _about_us(connection, known, effect)
    subject = {name: getattr(effect, name) for name in _NAMES}
    return await work.add(
        connection,
        installation_id=known.installation_id,
        kind="verdict",
        queue="background",
        subject={"repository_id": known.id} | subject,
    )


async def _about_us(connection: Connection, known: Repository, effect: Judge) -> None:
    if effect.root_id is None:
        last = await answers.last_in_thread(connection, known.id, str(effect.number))
        if last is None or last.target.get("sender_id") != effect.sender_id:
            raise Skip("whoever says this has no answer of Ponder's here")
    elif effect.verdict == UNCLEAR and not await intents.began_thread(
        connection, known.id, effect.root_id
    ):
        raise Skip("the thread is not Ponder's")
