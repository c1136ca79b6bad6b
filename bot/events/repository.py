"""A repository got another name, owner, visibility or default branch, was archived, or is gone."""

from bot.decision import (
    NO_INSTALLATION,
    Decision,
    Ignore,
    RemoveRepositories,
    UpdateRepository,
    origin,
)
from bot.payload import Payload

_UPDATE = frozenset(
    {"renamed", "transferred", "privatized", "publicized", "edited", "archived", "unarchived"}
)


def decide(payload: Payload, slug: str) -> Decision:
    action = payload.text("action")
    if payload.get("installation") is None:
        return NO_INSTALLATION
    if action == "deleted":
        return RemoveRepositories(
            payload.number("installation.id"), (payload.number("repository.id"),)
        )
    place = origin(payload)
    if place is None or action not in _UPDATE:
        return Ignore(f"nothing follows from repository.{action}")
    return UpdateRepository(place, reindex=payload.get("changes.default_branch") is not None)
