"""Whether a comment speaks to Ponder, and whether Ponder listens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.commands import Command, parse
from bot.decision import Ignore
from bot.payload import Malformed, Payload

TOO_LATE = timedelta(days=7)
"""An answer to a question older than this surprises more than it serves."""


def heard(
    payload: Payload, slug: str, *, now: datetime | None = None
) -> tuple[Command, ...] | Ignore:
    """The commands of a comment's payload, or why there are none."""
    action = payload.text("action")
    if action != "created":
        return Ignore(f"a comment that was {action} asks nothing")
    if is_bot(payload):
        return Ignore("Ponder does not listen to bots, itself included")
    commands = parse(payload.text("comment.body"), slug)
    if not commands:
        return Ignore("the comment does not speak to Ponder")
    if (now or datetime.now(UTC)) - _time(payload.text("comment.created_at")) > TOO_LATE:
        return Ignore("the comment is more than a week old")
    return tuple(commands)


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
