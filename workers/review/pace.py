"""How often a pull request is looked at: a storm of pushes is a few reviews an hour, and a change
that one round cannot hold is gone on with until all of it was looked at."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from core.db import reviews
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.reviews import Review
from core.db.work import Work
from core.repo_config import Review as Rules
from core.words import many
from workers.review import scope
from workers.review.tell import not_reviewed

_NOW = " *Re-run* has it reviewed now."
_LEAST_PROGRESS = 0.1
"""Of a round; where less comes through, another one would not do better."""


async def put_off(
    connection: Connection, repository: Repository, ours: Review, rules: Rules
) -> list[Work] | None:
    """None where it may begin now, and that counts. Else its check says when it will, and whatever
    is asked for until then is one review."""
    seconds = await reviews.full_seconds(
        connection, repository.id, ours.number, most=rules.per_hour
    )
    if not seconds:
        await reviews.work_begins(connection, ours.id)
        return None
    seconds = math.ceil(seconds / 60) * 60.0
    await reviews.put_off(connection, ours.id, seconds)
    reason = waits(rules.per_hour, datetime.now(UTC) + timedelta(seconds=seconds))
    queued = await reviews.check(connection, repository, ours.head, not_reviewed(reason, hint=_NOW))
    later = await reviews.next_run(
        connection, repository, ours.number, delay_seconds=seconds, later=True
    )
    return [*queued, later]


def waits(per_hour: int, until: datetime) -> str:
    """Why it is not reviewed yet."""
    return (
        f"it waits until {until:%H:%M} UTC, after {many(per_hour, 'review')} of this pull request "
        "within an hour"
    )


def goes_on(due: int, through: int) -> bool:
    """Whether a round that was due to look at so many files, and got through some of them, leaves
    files to another one."""
    left = due > scope.MOST_FILES
    return left and through >= _LEAST_PROGRESS * scope.MOST_FILES
