"""Somebody commented on lines of a pull request."""

from dataclasses import replace
from typing import Any

from bot.commands import Command, in_our_thread
from bot.decision import (
    NO_INSTALLATION,
    Decision,
    Ignore,
    Judge,
    Origin,
    Reply,
    ReviewPlace,
    Unsay,
    origin,
)
from bot.mention import deaf, heard, is_bot
from bot.payload import Payload
from bot.verdict import verdict


def decide(payload: Payload, slug: str) -> Decision:
    """Only the first comment of a review thread can be replied to, so that is remembered."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    if payload.text("action") == "deleted":
        unsaid = Unsay(place, "pulls", payload.number("comment.id"))
        return _judged(payload, place, None, payload.get("comment.body")) or unsaid
    commands = heard(payload, slug)
    if not isinstance(commands, Ignore):
        return _reply(payload, place, commands)
    if deaf(payload):
        return commands
    before, after = payload.get("changes.body.from"), payload.get("comment.body")
    return _judged(payload, place, after, before) or _in_our_thread(payload, place) or commands


def _in_our_thread(payload: Payload, place: Origin) -> Reply | None:
    """A reply that asks something, should the thread turn out to be Ponder's."""
    if payload.get("comment.in_reply_to_id") is None:
        return None
    commands = in_our_thread(payload.text("comment.body"))
    return replace(_reply(payload, place, tuple(commands)), addressed=False) if commands else None


def _reply(payload: Payload, place: Origin, commands: tuple[Command, ...]) -> Reply:
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
        edited=payload.text("action") == "edited",
    )


def _judged(payload: Payload, place: Origin, after: Any, before: Any) -> Judge | None:
    """A reply that is a verdict, should the thread turn out to be Ponder's; or was one before it
    was edited or deleted. It is whoever's wrote it."""
    if payload.get("comment.in_reply_to_id") is None or is_bot(payload):
        return None
    said = verdict(after) if isinstance(after, str) else None
    if said is None and not (isinstance(before, str) and verdict(before)):
        return None
    return Judge(
        origin=place,
        number=payload.number("pull_request.number"),
        root_id=payload.number("comment.in_reply_to_id"),
        comment_id=payload.number("comment.id"),
        verdict=said or "withdrawn",
        head=payload.text("pull_request.head.sha"),
        sender=payload.text("comment.user.login"),
        sender_id=payload.number("comment.user.id"),
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
