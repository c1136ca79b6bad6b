"""A pull request has a new head, which is reviewed; or it was closed, merged or not, and what was
indexed and found of its head is not needed any more. Its text may speak to Ponder."""

from bot.decision import (
    NO_INSTALLATION,
    Decision,
    Forget,
    Ignore,
    Origin,
    Press,
    Reply,
    Review,
    Revive,
    Several,
    Think,
    origin,
)
from bot.mention import PULL_REQUEST, is_bot, spoken
from bot.payload import Payload

_NEW_HEAD = frozenset({"opened", "reopened", "ready_for_review", "synchronize"})


def decide(payload: Payload, slug: str) -> Decision:
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    decision = _decide(payload, place)
    if isinstance(decision, Review) and _is_revived(payload, slug):
        return Several((Revive(place, decision.number), decision))
    if payload.text("action") not in ("opened", "edited"):
        return decision
    said = spoken(payload, place, slug, PULL_REQUEST)
    if isinstance(said, Reply):
        return said if isinstance(decision, Ignore) else Several((said, decision))
    return decision


def _is_revived(payload: Payload, slug: str) -> bool:
    """Whether it is our own, and was closed before."""
    author = payload.get("pull_request.user.login")
    return payload.text("action") == "reopened" and author == f"{slug}[bot]"


def _decide(payload: Payload, place: Origin) -> Decision:
    """A draft is let be until its author says that it is ready for others."""
    action = payload.text("action")
    is_new = action in _NEW_HEAD or (action == "edited" and payload.get("changes.base") is not None)
    if action == "labeled":
        return _labelled(payload, place)
    if action != "closed" and not is_new:
        return Ignore(f"nothing follows from pull_request.{action}")
    ref = f"refs/pull/{payload.number('pull_request.number')}/head"
    if action == "closed":
        merged = payload.get("pull_request.merged") is True
        return Forget(place, ref, payload.text("pull_request.head.sha") if merged else "")
    return _review(payload, place, ref, action)


def _review(payload: Payload, place: Origin, ref: str, action: str) -> Review:
    """A draft is not thought about, and a review of it says that it waits."""
    draft = payload.get("pull_request.draft") is True
    think = None if draft else Think(place, ref, payload.text("pull_request.base.sha"))
    return Review(
        place,
        payload.number("pull_request.number"),
        payload.text("pull_request.head.sha"),
        likely=not draft and payload.get("pull_request.user.type") != "Bot",
        pushed=action == "synchronize",
        think=think,
    )


def _labelled(payload: Payload, place: Origin) -> Decision:
    if is_bot(payload):
        return Ignore("a bot put the label on")
    return Press(
        place,
        "rerun",
        payload.text("sender.login"),
        payload.text("pull_request.head.sha"),
        payload.number("pull_request.number"),
        payload.text("label.name"),
    )
