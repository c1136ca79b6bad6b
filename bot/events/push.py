"""Commits arrived: the default branch is indexed, others when somebody asks about them. GitHub
says with a push, too, that a branch or tag was deleted."""

from bot.decision import NO_INSTALLATION, Decision, Forget, Ignore, Index, origin
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    """The job fetches what the branch is by then, so a late push does no harm."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    ref = payload.text("ref")
    is_default = ref == f"refs/heads/{payload.text('repository.default_branch')}"
    if payload.get("deleted") is True:
        return Ignore(f"{ref} was deleted") if is_default else Forget(place, ref)
    if not is_default:
        return Ignore(f"{ref} is not the default branch")
    return Index(place)
