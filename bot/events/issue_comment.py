"""Somebody commented on an issue or on a pull request's page."""

from bot.decision import NO_INSTALLATION, Decision, Unsay, origin
from bot.mention import COMMENT, spoken
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    if payload.text("action") == "deleted":
        return Unsay(place, "issues", payload.number("comment.id"))
    return spoken(payload, place, slug, COMMENT)
