"""Somebody pressed a button of our check run, or put a label on a pull request."""

from __future__ import annotations

from bot.decision import Press
from bot.meeting import known_repository
from core.db import repo_configs, reviews, work
from core.db.connect import Connection
from core.db.work import Work
from core.errors import Skip

BUTTONS = frozenset({"rerun", "explain", "fix"})


async def press(connection: Connection, effect: Press) -> Work:
    """Whether the person may is asked of GitHub by the worker."""
    known = await known_repository(connection, effect.origin)
    if effect.action not in BUTTONS:
        raise Skip(f"no button of Ponder's is called {effect.action!r}")
    rules = (await repo_configs.config(connection, known)).review
    if effect.label and effect.label not in rules.labels:
        raise Skip(f"nothing follows from the label {effect.label!r}")
    number = effect.number
    if number is None:
        earlier = await reviews.of_head(connection, known.id, effect.head)
        if earlier is None:
            raise Skip("nothing is known of a pull request with this commit")
        number = earlier.number
    return await work.add(
        connection,
        installation_id=known.installation_id,
        kind="button",
        queue="interactive",
        subject={
            "repository_id": known.id,
            "number": number,
            "head": effect.head,
            "action": effect.action,
            "sender": effect.sender,
        },
    )
