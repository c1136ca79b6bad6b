"""Somebody commented on lines of a pull request."""

from dataclasses import replace

from bot.commands import Command, in_our_thread
from bot.decision import (
    NO_INSTALLATION,
    Decision,
    Ignore,
    Origin,
    Reply,
    ReviewPlace,
    Unsay,
    origin,
)
from bot.mention import deaf, heard
from bot.opinions import in_thread, unclear
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    """Only the first comment of a review thread can be replied to, so that is remembered."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    if payload.text("action") == "deleted":
        unsaid = Unsay(place, "pulls", payload.number("comment.id"))
        return in_thread(payload, place) or unsaid
    commands = heard(payload, slug)
    if not isinstance(commands, Ignore):
        return _reply(payload, place, commands)
    if deaf(payload):
        return commands
    return (
        in_thread(payload, place)
        or _in_our_thread(payload, place)
        or unclear(payload, place)
        or commands
    )


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
