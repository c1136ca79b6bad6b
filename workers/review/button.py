"""What a person asked for at our check run, or with a label; GitHub says whether they may."""

from __future__ import annotations

from core.db import audit_log, drafts, intents, review_findings, reviews
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip
from workers.context import Context
from workers.reports.refusal import refuse
from workers.review import tell

WRITES = frozenset({"write", "maintain", "admin"})
READS = WRITES | {"read"}
_COMMANDS = {"fix": "fix", "rerun": "review"}
"""Buttons for people with write access, as they are said in a comment. To explain costs nothing,
and is done once for a head: it is for whoever may read."""


async def button(context: Context, repository: Repository, claimed: Work) -> list[Work]:
    """Raise Skip where there is nothing to say, TryLater where GitHub does not say who may."""
    if context.github is None:
        raise Skip("no GitHub App is configured")
    subject = claimed.subject
    sender, action = subject["sender"], subject["action"]
    permission = await context.github.permission(repository, sender)
    async with context.database.tenant(repository.installation_id) as connection:
        if action in _COMMANDS and permission not in WRITES:
            return await _refused(connection, repository, subject)
        if permission not in READS:
            raise Skip(f"{sender} may not even read here")
        line = audit_log.New(
            repository.installation_id,
            repository.id,
            sender,
            "command",
            action,
            {"number": subject["number"], "head": subject["head"], "door": "check"},
        )
        await audit_log.add(connection, line)
        return await _done(connection, context.settings.github_url, repository, subject)


async def _refused(
    connection: Connection, repository: Repository, subject: dict[str, str]
) -> list[Work]:
    target = {"number": int(subject["number"]), "pull": True}
    name = _COMMANDS[subject["action"]]
    return await refuse(connection, repository, name, subject["sender"], target)


async def _done(
    connection: Connection, url: str, repository: Repository, subject: dict[str, str]
) -> list[Work]:
    number, head = int(subject["number"]), subject["head"]
    match subject["action"]:
        case "rerun":
            asked = reviews.Asked(repository, number, head, manual=True)
            return await reviews.request(connection, asked)
        case "fix":
            return await drafts.request(
                connection,
                repository,
                kind="fix",
                asked_by=subject["sender"],
                ref=f"refs/pull/{number}/head",
                told={"number": number, "pull": True},
            )
        case _:
            return await _explain(connection, url, repository, number, head)


async def _explain(
    connection: Connection, url: str, repository: Repository, number: int, head: str
) -> list[Work]:
    """One comment a head, however often it is asked for."""
    found = await review_findings.of_pull(connection, repository.id, number)
    told = [each for each in found if each.state == "open"]
    body = tell.explained(told, f"{url}/{repository.name}", head)
    return await intents.intend(
        connection,
        repository,
        key=f"explain:{repository.id}:{number}:{head}",
        kind="comment",
        target={"number": number, "pull": True},
        content={"body": body},
        urgent=True,
    )
