"""What waits is worth what is known today: of risk, of what a kind finds, and of people's votes."""

from __future__ import annotations

from core.db import frontier, queued, risks, runs
from core.db.connect import Connection
from workers.engine.costs import Costs
from workers.engine.priority import Guess, weighed
from workers.thoughts import THOUGHTS

_SLIGHT = 0.01
"""A share: what changes by less stays as it is."""


async def reprice(connection: Connection, repository_id: int) -> int:
    """Returns how many have another priority now."""
    waiting = [w for w in await queued.waiting(connection, repository_id) if w[1] in THOUGHTS]
    if not waiting:
        return 0
    places = [(subject.path, subject.symbol) for _, _, subject, _, _ in waiting]
    risk = await risks.of_places(connection, repository_id, places)
    costs = Costs(await runs.records(connection, repository_id, list(THOUGHTS)))
    votes = await frontier.votes(connection, repository_id)
    priced: dict[int, tuple[float, str]] = {}
    for (number, kind, subject, said, before), place in zip(waiting, places, strict=True):
        guess, liked = Guess.of(said), votes.get(kind, (0, 0))
        likely = costs.of(kind, subject, guess.expected)
        worth = weighed(guess, likely, risk.get(place), liked)
        if abs(worth.priority - before) > _SLIGHT * before:
            priced[number] = worth.priority, worth.reason(guess.because)
    if priced:
        await queued.price(connection, priced)
    return len(priced)
