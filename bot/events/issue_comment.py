"""Somebody commented on an issue or on a pull request's page."""

from bot.decision import NO_INSTALLATION, Decision, Ignore, Unsay, origin
from bot.mention import COMMENT, spoken
from bot.opinions import on_page
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    if payload.text("action") == "deleted":
        return on_page(payload, place) or Unsay(place, "issues", payload.number("comment.id"))
    said = spoken(payload, place, slug, COMMENT)
    return on_page(payload, place) or said if isinstance(said, Ignore) else said
