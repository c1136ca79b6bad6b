"""Somebody opened an issue, which may speak to Ponder; or edited one: where it is our dashboard, a
box that is newly ticked is a command."""

from bot.decision import NO_INSTALLATION, Decision, Ignore, Origin, Tick, Unsay, origin
from bot.mention import ISSUE, is_bot, spoken
from bot.payload import Payload
from core.ticks import ticked

_MOST = 10


def decide(payload: Payload, slug: str) -> Decision:
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    action = payload.text("action")
    if action == "deleted":
        return Unsay(place, "issue", payload.number("issue.id"))
    if action not in ("opened", "edited"):
        return Ignore(f"nothing follows from issues.{action}")
    if payload.get("issue.user.login") == f"{slug}[bot]":
        return _ticks(payload, place, action)
    return spoken(payload, place, slug, ISSUE)


def _ticks(payload: Payload, place: Origin, action: str) -> Decision:
    if action != "edited":
        return Ignore("the issue is our own")
    if is_bot(payload, "sender"):
        return Ignore("Ponder does not listen to bots, itself included")
    new = ticked(str(payload.get("issue.body") or ""))
    old = ticked(str(payload.get("changes.body.from") or ""))
    if payload.get("changes.body") is None or not new - old:
        return Ignore("no box was ticked")
    ticks = tuple(sorted(new - old)[:_MOST])
    return Tick(place, payload.number("issue.number"), payload.text("sender.login"), ticks)
