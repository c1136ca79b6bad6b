"""Somebody edited an issue: where it is our dashboard, a box that is newly ticked is a command."""

from bot.decision import NO_INSTALLATION, Decision, Ignore, Tick, origin
from bot.payload import Payload
from core.ticks import ticked

_MOST = 10


def decide(payload: Payload, slug: str) -> Decision:
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    action = payload.text("action")
    if action != "edited":
        return Ignore(f"nothing follows from issues.{action}")
    if payload.get("issue.user.login") != f"{slug}[bot]":
        return Ignore("the issue is not ours")
    if payload.get("sender.type") == "Bot" or payload.text("sender.login").endswith("[bot]"):
        return Ignore("Ponder does not listen to bots, itself included")
    new = ticked(str(payload.get("issue.body") or ""))
    old = ticked(str(payload.get("changes.body.from") or ""))
    if payload.get("changes.body") is None or not new - old:
        return Ignore("no box was ticked")
    ticks = tuple(sorted(new - old)[:_MOST])
    return Tick(place, payload.number("issue.number"), payload.text("sender.login"), ticks)
