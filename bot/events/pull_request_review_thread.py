"""Somebody resolved a thread of a review, or opened it again: what began it was settled, or not."""

from bot.decision import NO_INSTALLATION, Decision, Ignore, Judge, origin
from bot.mention import is_bot
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    """Whether the thread is ours is not known here: the payload names everybody's."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    action = payload.text("action")
    if action not in ("resolved", "unresolved"):
        return Ignore(f"nothing follows from pull_request_review_thread.{action}")
    if is_bot(payload):
        return Ignore("Ponder does not listen to bots, itself included")
    comments = payload.rows("thread.comments")
    if not comments:
        return Ignore("the thread has no comments")
    return Judge(
        origin=place,
        number=payload.number("pull_request.number"),
        root_id=comments[0].number("id"),
        comment_id=None,
        verdict=action,
        head=payload.text("pull_request.head.sha"),
        sender=payload.text("sender.login"),
        sender_id=payload.number("sender.id"),
    )
