"""What people are told who may not command what they ask for: once in each thread, and politely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.db import intents
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work


async def refuse(
    connection: Connection,
    repository: Repository,
    name: str,
    who: str | int,
    target: Mapping[str, Any],
) -> list[Work]:
    """`name` is of the command, `who` the person's id or login, `target` of the comment or reply
    that says so."""
    body = (
        f"Sorry, only people with write access to this repository can ask me for `{name}`: "
        "it costs or changes something. One of them can say the same here. Questions, `explain`, "
        "`status` and `help` are for everybody."
    )
    return await intents.intend(
        connection,
        repository,
        key=f"refused:{repository.id}:{target['number']}:{who}",
        kind="reply" if "root_id" in target else "comment",
        target=dict(target),
        content={"body": body},
        urgent=True,
    )
