"""A service that knows no checks said how a commit fares there."""

from bot.decision import Decision, noted
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    name = f"status {payload.text('context')}"
    return noted(payload, commit="sha", conclusion="state", name=name)
