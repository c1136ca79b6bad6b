"""Somebody commented on lines of a pull request."""

from bot.decision import NO_INSTALLATION, Decision, Ignore, Reply, origin
from bot.mention import heard
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    """Only the first comment of a review thread can be replied to, so that is remembered."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    commands = heard(payload, slug)
    if isinstance(commands, Ignore):
        return commands
    number = payload.number("pull_request.number")
    replied = payload.get("comment.in_reply_to_id") is not None
    root_id = payload.number("comment.in_reply_to_id" if replied else "comment.id")
    return Reply(
        origin=place,
        commands=commands,
        kind="pulls",
        number=number,
        comment_id=payload.number("comment.id"),
        root_id=root_id,
        thread=f"{number}/{root_id}",
        ref=f"refs/pull/{number}/head",
        sender=payload.text("sender.login"),
        sender_id=payload.number("sender.id"),
        context=_place(payload),
    )


def _place(payload: Payload) -> str:
    """Where "this" is; the line is null once the diff has moved on."""
    path = payload.text("comment.path")
    line = payload.get("comment.line") or payload.get("comment.original_line")
    return f"`{path}` line {line}" if line else f"`{path}`"
