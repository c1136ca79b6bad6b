"""The account that the App is installed on has another name, and so have all of its repositories;
GitHub sends this to every App, unasked."""

from bot.decision import AskInstallation, Decision, Ignore
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    """Nothing is taken from the event but that it came: of two names the older may come last."""
    action = payload.text("action")
    if action != "renamed":
        return Ignore(f"nothing follows from installation_target.{action}")
    return AskInstallation(payload.number("installation.id"))
