"""A pull request was closed, merged or not: what was indexed of its head is not needed any more."""

from bot.decision import NO_INSTALLATION, Decision, Forget, Ignore, origin
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    """Its head is indexed when somebody asks about it, not when it changes."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    action = payload.text("action")
    if action != "closed":
        return Ignore(f"nothing follows from pull_request.{action}")
    return Forget(place, f"refs/pull/{payload.number('pull_request.number')}/head")
