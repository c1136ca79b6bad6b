"""What sets reviews off: a pull request's new head, a label, a button."""

from __future__ import annotations

from contextlib import suppress

from bot.decision import Note, Press, Review, Think
from bot.meeting import meet
from bot.triggers import known_repository, trigger
from core.db import drafts, repo_configs, reviews, work
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip

DEBOUNCE_SECONDS = 5.0
"""A burst of pushes is one review, of the last of them."""

BUTTONS = frozenset({"rerun", "explain", "fix"})


async def set_off(connection: Connection, effect: Think | Note | Review | Press) -> list[Work]:
    """Raise Skip, before anything is written, where nobody wants it."""
    match effect:
        case Review():
            return await review(connection, effect)
        case Press():
            return [await press(connection, effect)]
        case _:
            return await trigger(connection, effect)


async def review(connection: Connection, effect: Review) -> list[Work]:
    """Raise Skip, before anything is written, where the repository is gone."""
    known, queued = await meet(connection, effect.origin)
    queued.append(await _configuration(connection, known, effect))
    # Drafts that are for this pull request follow its head.
    queued += await drafts.tend(connection, known)
    if effect.think is not None:
        with suppress(Skip):  # It is reviewed all the same.
            queued += await trigger(connection, effect.think)
    if not (await repo_configs.config(connection, known)).review.on:
        return queued
    return queued + await reviews.request(
        connection,
        known,
        effect.number,
        head=effect.head,
        announced=effect.likely,
        delay_seconds=DEBOUNCE_SECONDS if effect.pushed else 0,
    )


async def _configuration(connection: Connection, known: Repository, effect: Review) -> Work:
    """Whether it changes .github/ponder.yml is looked up, reviewed or not."""
    return await work.add(
        connection,
        installation_id=known.installation_id,
        kind="configuration",
        queue="indexing",
        subject={"repository_id": known.id, "number": effect.number, "head": effect.head},
        key=f"configuration:{known.id}:{effect.number}",
    )


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
