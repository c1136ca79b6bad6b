"""What follows from a box that somebody ticked in the dashboard."""

from __future__ import annotations

from typing import get_args

from bot.decision import Tick
from bot.meeting import known_repository
from core.db import audit_log, drafts, intents
from core.db.connect import Connection
from core.db.work import Work
from core.errors import Skip
from core.ticks import box


async def tick(connection: Connection, effect: Tick) -> list[Work]:
    """Raise Skip where the issue is not the dashboard, or offers no such box. Whether the person
    may is asked of GitHub when the work begins."""
    repository = await known_repository(connection, effect.origin)
    board = await intents.by_key(connection, drafts.dashboard_key(repository))
    if board is None or board.made.get("number") != effect.number:
        raise Skip("the issue is not the dashboard of this repository")
    queued: list[Work] = []
    for each in effect.ticks:
        if each.kind not in get_args(drafts.Kind) or box(each) not in board.content["body"]:
            continue
        queued += await drafts.request(
            connection,
            repository,
            kind="tests" if each.kind == "tests" else "fix",
            asked_by=effect.sender,
            fingerprint=each.fingerprint,
        )
        detail = {"number": effect.number, "fingerprint": each.fingerprint, "door": "dashboard"}
        line = audit_log.New(
            *(repository.installation_id, repository.id, effect.sender, "command", each.kind),
            detail,
        )
        await audit_log.add(connection, line)
    if not queued:
        raise Skip("the dashboard has no such box by now")
    return queued
