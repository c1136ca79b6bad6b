"""Somebody commented on lines of a pull request."""

from bot.decision import (
    NO_INSTALLATION,
    Decision,
    Ignore,
    Judge,
    Origin,
    Reply,
    ReviewPlace,
    origin,
)
from bot.mention import heard, is_bot
from bot.payload import Payload
from bot.verdict import verdict


def decide(payload: Payload, slug: str) -> Decision:
    """Only the first comment of a review thread can be replied to, so that is remembered."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    commands = heard(payload, slug)
    if isinstance(commands, Ignore):
        return _judged(payload, place) or commands
    number = payload.number("pull_request.number")
    place_in_review = _place(payload)
    return Reply(
        origin=place,
        commands=commands,
        kind="pulls",
        number=number,
        comment_id=payload.number("comment.id"),
        thread=f"{number}/{place_in_review.root_id}",
        ref=f"refs/pull/{number}/head",
        sender=payload.text("sender.login"),
        sender_id=payload.number("sender.id"),
        review=place_in_review,
    )


def _judged(payload: Payload, place: Origin) -> Judge | None:
    """A reply that is a verdict, should the thread turn out to be Ponder's."""
    replied = payload.get("comment.in_reply_to_id") is not None
    if not replied or payload.text("action") != "created" or is_bot(payload):
        return None
    said = verdict(payload.text("comment.body"))
    if said is None:
        return None
    return Judge(
        origin=place,
        number=payload.number("pull_request.number"),
        root_id=payload.number("comment.in_reply_to_id"),
        comment_id=payload.number("comment.id"),
        verdict=said,
        head=payload.text("pull_request.head.sha"),
        sender=payload.text("sender.login"),
        sender_id=payload.number("sender.id"),
    )


def _place(payload: Payload) -> ReviewPlace:
    """The line is null once the diff has moved on; the original one says where it was."""
    replied = payload.get("comment.in_reply_to_id") is not None
    line = payload.get("comment.line") or payload.get("comment.original_line")
    return ReviewPlace(
        root_id=payload.number("comment.in_reply_to_id" if replied else "comment.id"),
        path=payload.text("comment.path"),
        commit=payload.text("comment.commit_id"),
        line=line if isinstance(line, int) else None,
    )
