"""Whether somebody's words may be an opinion of what Ponder said there. Whether it said anything is
looked up later: payloads do not tell."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.decision import Judge, Origin
from bot.mention import deaf, is_bot
from bot.payload import Payload
from bot.verdict import verdict

UNCLEAR = "unclear"
"""Words that only a model may understand."""

_SOMEBODY = re.compile(r"(?<![\w`])@[A-Za-z0-9]")
_WORDS = 3
_LONGEST = 1_500


def in_thread(payload: Payload, place: Origin) -> Judge | None:
    """A plain word in a review thread."""
    return _plain(payload, _replied(payload, place))


def unclear(payload: Payload, place: Origin) -> Judge | None:
    """Other words there. Who names somebody speaks to them."""
    judge, said = _replied(payload, place), payload.get("comment.body")
    if judge is None or payload.text("action") != "created" or not isinstance(said, str):
        return None
    if _SOMEBODY.search(said) or len(said) > _LONGEST or len(said.split()) < _WORDS:
        return None
    return replace(judge, verdict=UNCLEAR)


def on_page(payload: Payload, place: Origin) -> Judge | None:
    """A plain word after an answer on the page of an issue or a pull request."""
    return _plain(payload, _said(payload, place, payload.number("issue.number"), None))


def _replied(payload: Payload, place: Origin) -> Judge | None:
    if payload.get("comment.in_reply_to_id") is None:
        return None
    number = payload.number("pull_request.number")
    return _said(payload, place, number, payload.number("comment.in_reply_to_id"))


def _said(payload: Payload, place: Origin, number: int, root_id: int | None) -> Judge:
    """By whoever wrote it."""
    who = "comment.user" if payload.get("comment.user.id") is not None else "sender"
    return Judge(
        origin=place,
        number=number,
        root_id=root_id,
        comment_id=payload.number("comment.id"),
        verdict="",
        head=str(payload.get("pull_request.head.sha") or ""),
        sender=payload.text(f"{who}.login"),
        sender_id=payload.number(f"{who}.id"),
    )


def _plain(payload: Payload, judge: Judge | None) -> Judge | None:
    """What is a verdict; or was one before it was edited or deleted."""
    if judge is None or is_bot(payload):
        return None
    after, before = payload.get("comment.body"), payload.get("changes.body.from")
    if payload.text("action") == "deleted":
        after, before = None, after
    elif deaf(payload):
        return None
    said = _verdict(after)
    if said is None and _verdict(before) is None:
        return None
    return replace(judge, verdict=said or "withdrawn")


def _verdict(text: Any) -> str | None:
    return verdict(text) if isinstance(text, str) else None
