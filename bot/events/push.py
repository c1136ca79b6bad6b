"""Commits arrived: the default branch is indexed, others when somebody asks about them."""

from bot.decision import NO_INSTALLATION, Decision, Ignore, Index, origin
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    """The job fetches what the branch is by then, so a late push does no harm."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    ref = payload.text("ref")
    if ref != f"refs/heads/{payload.text('repository.default_branch')}":
        return Ignore(f"{ref} is not the default branch")
    if payload.get("deleted") is True:
        return Ignore(f"{ref} was deleted")
    return Index(place)
