"""Somebody commented on an issue or on a pull request's page."""

from bot.decision import NO_INSTALLATION, Decision, Ignore, Reply, Unsay, origin
from bot.mention import heard
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    if payload.text("action") == "deleted":
        return Unsay(place, "issues", payload.number("comment.id"))
    commands = heard(payload, slug)
    if isinstance(commands, Ignore):
        return commands
    number = payload.number("issue.number")
    in_pull_request = payload.get("issue.pull_request") is not None
    return Reply(
        origin=place,
        commands=commands,
        kind="issues",
        number=number,
        comment_id=payload.number("comment.id"),
        thread=str(number),
        ref=f"refs/pull/{number}/head" if in_pull_request else "",
        sender=payload.text("sender.login"),
        sender_id=payload.number("sender.id"),
        review=None,
        edited=payload.text("action") == "edited",
    )
