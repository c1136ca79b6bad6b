"""Votes: what the reactions to a comment say, and who gave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from core.db.feedback import Voice

_WORTH = {"+1": 1, "-1": -1}


def votes(reactions: Iterable[Mapping[str, Any]]) -> dict[str, Voice]:
    """By login: 👍 and 👎, each person once, by the later of two reactions. Bots have no opinion,
    and neither have accounts that are gone."""
    found: dict[str, Voice] = {}
    for reaction in reactions:
        person, worth = reaction.get("user") or {}, _WORTH.get(str(reaction.get("content")))
        login = str(person.get("login") or "")
        if worth is None or not login or is_bot(person):
            continue
        at = _moment(reaction.get("created_at"))
        found[login] = Voice(login, person.get("id"), worth, "reaction", at=at)
    return found


def is_bot(person: Mapping[str, Any]) -> bool:
    return person.get("type") == "Bot" or str(person.get("login")).endswith("[bot]")


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
