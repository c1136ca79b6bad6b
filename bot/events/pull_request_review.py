"""Somebody reviewed a pull request, and wrote a text above the remarks beside its lines."""

from bot.decision import NO_INSTALLATION, Decision, origin
from bot.mention import REVIEW, spoken
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    """The remarks come as comments of their own; each of them alone is a review without a text."""
    place = origin(payload)
    return NO_INSTALLATION if place is None else spoken(payload, place, slug, REVIEW)
