"""The App was given more repositories of an account, or fewer."""

from bot.decision import Decision, Ignore, RemoveRepositories
from bot.events.installation import refresh
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    action = payload.text("action")
    if action == "added":
        return refresh(payload)
    if action == "removed":
        removed = payload.rows("repositories_removed")
        return RemoveRepositories(
            payload.number("installation.id"), tuple(row.number("id") for row in removed)
        )
    return Ignore(f"nothing follows from installation_repositories.{action}")
