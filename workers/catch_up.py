"""Deliveries that GitHub could not hand over, because nobody was there or nobody could store them.

GitHub never tries again by itself, but it keeps a list for three days, and asking is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from core import log
from core.db import deliveries
from core.db.connect import Database
from core.errors import Skip, TryLater, UserError
from core.github import Attempt, GitHub

KEPT = timedelta(days=3)
"""How long github.com delivers again; an Enterprise Server keeps longer."""

MOST_ATTEMPTS = 6
"""What failed so often will not be understood the next time either."""

MOST_AT_ONCE = 500
_OURS_TO_REFUSE = frozenset({400, 413, 415})
"""What was no delivery, or was not understood, is the same when it comes again."""

_log = log.get(__name__)


async def catch_up(github: GitHub, database: Database) -> int:
    """Ask GitHub for what never came in, the oldest first; return how many. Each comes by the
    webhook, as if for the first time."""
    try:
        wanted = await _wanted(github, database)
        asked = [await _asked(github, attempt) for attempt in wanted]
    except (Skip, TryLater, UserError) as reason:
        _log.warning("catch_up.not_now", reason=str(reason))
        return 0
    if asked:
        _log.info("catch_up.asked", deliveries=sum(asked))
    return sum(asked)


async def _asked(github: GitHub, attempt: Attempt) -> bool:
    """One that GitHub has forgotten, or thinks too old, does not stand in the way of the others."""
    try:
        await github.deliver_again(attempt.id)
    except Skip as reason:
        _log.warning("catch_up.refused", delivery=str(attempt.guid), reason=str(reason))
        return False
    return True


async def _wanted(github: GitHub, database: Database) -> list[Attempt]:
    attempts = await github.failed_attempts(datetime.now(UTC) - KEPT)
    async with database.system() as connection:
        taken = await deliveries.taken(connection, list({each.guid for each in attempts}))
    return missed(attempts, taken)[:MOST_AT_ONCE]


def missed(attempts: Sequence[Attempt], taken: set[UUID]) -> list[Attempt]:
    """The newest attempt of each delivery that is worth another, the oldest first. `attempts` are
    those that failed, the newest first."""
    of: dict[UUID, list[Attempt]] = {}
    for attempt in attempts:
        of.setdefault(attempt.guid, []).append(attempt)
    newest = [
        failed[0]
        for guid, failed in of.items()
        if guid not in taken
        and len(failed) < MOST_ATTEMPTS
        and failed[0].status not in _OURS_TO_REFUSE
    ]
    return sorted(newest, key=lambda attempt: attempt.at)
