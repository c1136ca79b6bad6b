"""What a comment commands: done in a job, where GitHub is asked who may, and what was done is said
in one reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.db import (
    audit_log,
    drafts,
    ignored_pulls,
    intents,
    repositories,
    review_findings,
    reviews,
    thoughts,
    work,
)
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip
from core.github import GitHub, NotFound
from workers.reports.refusal import refuse

_WRITES = frozenset({"write", "maintain", "admin"})
_NO_PULL = "`{name}` is about a pull request; say it in one."


@dataclass(frozen=True, slots=True)
class Order:
    """A command of a comment. `target` is where the comment is, as an intent needs it; `ref` is ''
    outside of pull requests."""

    name: str
    text: str
    sender: str
    ref: str
    target: Mapping[str, Any]

    @property
    def number(self) -> int:
        return int(self.target["number"])


@dataclass(frozen=True, slots=True)
class Done:
    """What is said of it, '' for nothing: whoever goes on with it speaks. And the work to wake."""

    said: str = ""
    queued: tuple[Work, ...] = ()


async def obey(github: GitHub, database: Database, claimed: Work) -> list[Work]:
    """Return the work to wake. What was done and that it was done are stored together, so that it
    is done once. Raise TryLater where GitHub does not say who may."""
    subject = claimed.subject
    async with database.tenant(claimed.installation_id) as connection:
        repository = await repositories.get(connection, subject["repository_id"])
    if repository is None:
        raise Skip("the repository was removed meanwhile")
    target = subject["target"]
    orders = [
        Order(name, text, target["sender"], subject["ref"], target)
        for name, text in subject["commands"]
    ]
    may = await _may(github, repository, target["sender"])
    async with database.system() as connection:
        if may:
            queued = await _obeyed(connection, repository, orders)
        else:
            first = orders[0]
            who = target.get("sender_id", first.sender)
            queued = await refuse(connection, repository, first.name, who, target)
        await work.finish(connection, claimed.id)
    return queued


async def _may(github: GitHub, repository: Repository, login: str) -> bool:
    try:
        return await github.permission(repository, login) in _WRITES
    except NotFound:  # there is no such person any more
        return False


async def _obeyed(
    connection: Connection, repository: Repository, orders: list[Order]
) -> list[Work]:
    queued: list[Work] = []
    said = []
    for order in orders:
        done = await OBEY[order.name](connection, repository, order)
        queued += done.queued
        said += [done.said] if done.said else []
        await _remember(connection, repository, order)
    if said:
        key = f"commands:{order.target['kind']}:{order.target['comment_id']}"
        body = "\n\n".join(said)
        before = await intents.by_key(connection, key)
        if before is not None:  # the comment was edited, and says more now
            body = f"{before.content['body']}\n\n{body}"
        queued += await _say(connection, repository, order, key, body)
    return queued


async def _say(
    connection: Connection, repository: Repository, order: Order, key: str, body: str
) -> list[Work]:
    kind = "reply" if "root_id" in order.target else "comment"
    return await intents.intend(
        connection,
        repository,
        key=key,
        kind=kind,
        target=dict(order.target),
        content={"body": body},
        urgent=True,
    )


async def _remember(connection: Connection, repository: Repository, order: Order) -> None:
    line = audit_log.New(
        repository.installation_id,
        repository.id,
        order.sender,
        "command",
        order.name,
        {"number": order.number, "comment_id": order.target["comment_id"], "door": "comment"},
    )
    await audit_log.add(connection, line)


async def _review(connection: Connection, repository: Repository, order: Order) -> Done:
    if not order.ref:
        return Done(_NO_PULL.format(name=order.name))
    asked = reviews.Asked(repository, order.number, manual=True)
    queued = await reviews.request(connection, asked)
    return Done(
        "I am reviewing this pull request; what comes of it is in the check **Ponder**.",
        tuple(queued),
    )


async def _draft(connection: Connection, repository: Repository, order: Order) -> Done:
    """What comes of it is told by whoever drafts it."""
    finding = None
    if "root_id" in order.target and not order.text:
        finding = await review_findings.of_comment(
            connection, repository.id, order.target["root_id"]
        )
    queued = await drafts.request(
        connection,
        repository,
        kind="fix" if order.name == "fix" else "tests",
        asked_by=order.sender,
        fingerprint=finding.fingerprint if finding else "",
        ref=order.ref,
        text=order.text,
        told=order.target,
    )
    return Done(queued=tuple(queued))


async def _pause(connection: Connection, repository: Repository, order: Order) -> Done:
    if not await repositories.pause(connection, repository.id, order.sender):
        return Done("I am paused here already. `/ponder resume` ends that.")
    await thoughts.interrupt(connection, repository.id, by=order.sender)
    return Done(
        "Paused: nothing is reviewed, thought about or written here unasked. Questions and "
        "commands still work; `/ponder resume` ends the pause."
    )


async def _resume(connection: Connection, repository: Repository, order: Order) -> Done:
    paused = await repositories.pause(connection, repository.id, "")
    ignored = await ignored_pulls.remove(connection, repository.id, order.number)
    said = {
        (True, True): "I go on here, and look at this pull request again.",
        (True, False): "I go on here.",
        (False, True): "I look at this pull request again.",
        (False, False): "Nothing was paused here.",
    }
    return Done(said[paused, ignored])


async def _ignore(connection: Connection, repository: Repository, order: Order) -> Done:
    if not order.ref:
        return Done(_NO_PULL.format(name=order.name))
    await ignored_pulls.add(connection, repository, order.number, by=order.sender)
    await thoughts.supersede(connection, repository.id, ref=order.ref)
    return Done(
        "I leave this pull request alone, until somebody says `/ponder review` or "
        "`/ponder resume` here."
    )


OBEY: Mapping[str, Callable[[Connection, Repository, Order], Awaitable[Done]]] = {
    "review": _review,
    "tests": _draft,
    "fix": _draft,
    "pause": _pause,
    "resume": _resume,
    "ignore": _ignore,
}
"""The commands that need write access; tests/bot keeps them equal to bot/commands.py."""
