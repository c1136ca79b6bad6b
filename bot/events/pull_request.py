"""A pull request has a new head, which is thought about; or it was closed, merged or not, and what
was indexed and found of its head is not needed any more."""

from bot.decision import NO_INSTALLATION, Decision, Forget, Ignore, Think, origin
from bot.payload import Payload

_NEW_HEAD = frozenset({"opened", "reopened", "ready_for_review", "synchronize"})


def decide(payload: Payload, slug: str) -> Decision:
    """A draft is let be until its author says that it is ready for others."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    action = payload.text("action")
    is_new = action in _NEW_HEAD or (action == "edited" and payload.get("changes.base") is not None)
    if action != "closed" and not is_new:
        return Ignore(f"nothing follows from pull_request.{action}")
    ref = f"refs/pull/{payload.number('pull_request.number')}/head"
    if action == "closed":
        merged = payload.get("pull_request.merged") is True
        return Forget(place, ref, payload.text("pull_request.head.sha") if merged else "")
    if payload.get("pull_request.draft") is True:
        return Ignore("it is a draft, and waits until it is ready for review")
    return Think(place, ref, payload.text("pull_request.base.sha"))
