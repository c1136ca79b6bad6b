"""A person withdrew what they authorised; GitHub sends this to every App, unasked."""

from bot.decision import Decision, Ignore, SignOut
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    if payload.text("action") != "revoked":
        return Ignore("nothing was revoked")
    return SignOut(payload.number("sender.id"))
