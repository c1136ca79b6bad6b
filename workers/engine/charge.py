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
    taken."""
    await budgets.open_for(connection, repository.installation_id, repository.id)
    rows = await budgets.locked(connection, [repository.id])
    said = await learning.get(connection, repository.id)
    both = [rows[repository.installation_id, repository.id], rows[repository.installation_id, None]]
    purses = Purses.of(both, said.effective if said else UNSAID, now)
    if lacking := purses.lacks(amounts):
        return f"The budget of {RESOURCES[lacking]} is used up."
    await budgets.save(connection, purses.take(amounts).stored())
    return ""
