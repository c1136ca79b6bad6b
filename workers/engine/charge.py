"""What is spent outside of runs, such as writes to GitHub: taken from the budgets, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from core.budget import RESOURCES
from core.db import budgets, learning
from core.db.connect import Connection
from core.db.repositories import Repository
from core.learning import UNSAID
from workers.engine.purses import Purses


async def charge(
    connection: Connection, repository: Repository, amounts: Mapping[str, float], now: datetime
) -> str:
    """Take amounts, by resource, from the repository's budget and from its installation's, in the
    transaction of what they are spent on. Returns '', or why there is too little: then nothing is
    taken. What is below 0 is given back."""
    return (await _taken(connection, await _purses(connection, repository, now), amounts))[1]


async def reserve(
    connection: Connection, repository: Repository, wanted: Mapping[str, float], now: datetime
) -> tuple[Mapping[str, float], str]:
    """The same for what may be needed, no more of each than a full budget holds. Returns what was
    taken as well; what is not spent of it is given back by `charge`."""
    purses = await _purses(connection, repository, now)
    return await _taken(connection, purses, purses.bounded(wanted))


async def _purses(connection: Connection, repository: Repository, now: datetime) -> Purses:
    """Locked until the transaction ends."""
    await budgets.open_for(connection, repository.installation_id, repository.id)
    rows = await budgets.locked(connection, [repository.id])
    said = await learning.get(connection, repository.id)
    both = [rows[repository.installation_id, repository.id], rows[repository.installation_id, None]]
    return Purses.of(both, said.effective if said else UNSAID, now)


async def _taken(
    connection: Connection, purses: Purses, amounts: Mapping[str, float]
) -> tuple[Mapping[str, float], str]:
    if lacking := purses.lacks(amounts):
        return {}, f"The budget of {RESOURCES[lacking]} is used up."
    await budgets.save(connection, purses.take(amounts).stored())
    return amounts, ""
