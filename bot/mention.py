"""Whether a comment speaks to Ponder, and whether Ponder listens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.commands import Command, parse
from bot.decision import Ignore
from bot.payload import Malformed, Payload

TOO_LATE = timedelta(days=7)
"""An answer to a question older than this surprises more than it serves."""
MENDED = timedelta(hours=1)
"""So long after it was written, a comment may still be edited to say something else to Ponder."""


def heard(
    payload: Payload, slug: str, *, now: datetime | None = None
) -> tuple[Command, ...] | Ignore:
    """The commands of a comment's payload, or why there are none."""
    if reason := deaf(payload, now=now):
        return Ignore(reason)
    commands = parse(payload.text("comment.body"), slug)
    return tuple(commands) if commands else Ignore("the comment does not speak to Ponder")


def deaf(payload: Payload, *, now: datetime | None = None) -> str:
    """Why the comment is not listened to, whatever it says; '' where it is."""
    action = payload.text("action")
    if action not in ("created", "edited"):
        return f"a comment that was {action} asks nothing"
    if is_bot(payload):
        return "Ponder does not listen to bots, itself included"
    age = (now or datetime.now(UTC)) - _time(payload.text("comment.created_at"))
    if age > TOO_LATE:
        return "the comment is more than a week old"
    return _unmended(payload, age) if action == "edited" else ""


def _unmended(payload: Payload, age: timedelta) -> str:
    """An edit speaks for whoever wrote the comment, soon after they did."""
    if payload.get("sender.id") != payload.get("comment.user.id"):
        return "the comment was edited by somebody else, who may say it for themselves"
    if payload.get("changes.body") is None:
        return "what the comment says was not edited"
    return "the comment was edited when it was old; a new one is heard" if age > MENDED else ""


def is_bot(payload: Payload) -> bool:
    """An App that speaks for a person has that person as its sender: it is listened to."""
    return any(
        payload.get(f"{who}.type") == "Bot"
        or str(payload.get(f"{who}.login") or "").endswith("[bot]")
        for who in ("sender", "comment.user")
    )


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed("comment.created_at is no time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
