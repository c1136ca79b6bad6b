"""Deliveries that GitHub could not hand over, because nobody was there or nobody could store them.

GitHub never tries again by itself, but it keeps a list for some days, and asking is enough. What
it does not deliver again any more it refuses, and that stands in nobody's way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from core import log
from core.db import deliveries
from core.db.connect import Database
from core.errors import Skip, TryLater, UserError
from core.github import Attempt, GitHub, Limited

KEPT, KEPT_BY_SERVERS = timedelta(days=3), timedelta(days=7)
"""How long github.com delivers again, and how long an Enterprise Server does."""

MOST_BUGS = 6
"""What met a bug so often will meet it the next time, too."""

LONGEST = timedelta(minutes=15)
"""Between two times of asking for the same: nobody may be there for a day."""

MOST_AT_ONCE = 500
MOST_STUMBLES = 3
"""After so many GitHub is let be: it is not one delivery that it stumbles over."""
_OURS_TO_REFUSE = frozenset({400, 413, 415})
"""What was no delivery, or was not understood, is the same when it comes again."""
_BUG = 500

_log = log.get(__name__)


def kept(api_url: str) -> timedelta:
    """How far back the GitHub of this address delivers again."""
    host = urlsplit(api_url).hostname or ""
    is_cloud = host == "api.github.com" or host.endswith(".ghe.com")
    return KEPT if is_cloud else KEPT_BY_SERVERS


async def catch_up(
    github: GitHub, database: Database, *, back: timedelta = KEPT, now: datetime | None = None
) -> int:
    """Ask GitHub for what never came in, the oldest first; return how many. Each comes by the
    webhook, as if for the first time."""
    try:
        wanted = await _wanted(github, database, back, now or datetime.now(UTC))
    except (Skip, TryLater, UserError) as reason:
        _log.warning("catch_up.not_now", reason=str(reason))
        return 0
    asked = await _ask(github, wanted)
    if asked:
        _log.info("catch_up.asked", deliveries=asked)
    return asked


async def _ask(github: GitHub, wanted: Sequence[Attempt]) -> int:
    """How many it takes. One that GitHub has forgotten, thinks too old, or stumbles over does not
    stand in the way of the others."""
    asked = stumbles = 0
    for attempt in wanted:
        if asked == MOST_AT_ONCE or stumbles == MOST_STUMBLES:
            break
        try:
            await github.deliver_again(attempt.id)
            asked += 1
        except (Limited, UserError) as reason:
            _log.warning("catch_up.not_now", reason=str(reason))
            break
        except (Skip, TryLater) as reason:
            stumbles += isinstance(reason, TryLater)
            _log.warning("catch_up.refused", delivery=str(attempt.guid), reason=str(reason))
    return asked


async def _wanted(
    github: GitHub, database: Database, back: timedelta, now: datetime
) -> list[Attempt]:
    attempts = await github.failed_attempts(now - back)
    async with database.system() as connection:
        taken = await deliveries.taken(connection, list({each.guid for each in attempts}))
    return missed(attempts, taken, now)


def missed(attempts: Sequence[Attempt], taken: set[UUID], now: datetime) -> list[Attempt]:
    """The newest attempt of each delivery that is to be asked for now, the oldest first.
    `attempts` are those that failed, the newest first."""
    of: dict[UUID, list[Attempt]] = {}
    for attempt in attempts:
        of.setdefault(attempt.guid, []).append(attempt)
    newest = [
        failed[0] for guid, failed in of.items() if guid not in taken and _is_worth_it(failed, now)
    ]
    return sorted(newest, key=lambda attempt: (attempt.at, attempt.id))


def _is_worth_it(failed: Sequence[Attempt], now: datetime) -> bool:
    """Where nobody was there it is asked for as long as GitHub has it, less and less often."""
    last = failed[0]
    if last.status in _OURS_TO_REFUSE:
        return False
    if sum(each.status == _BUG for each in failed) >= MOST_BUGS:
        return False
    waits = timedelta(minutes=2 ** min(len(failed) - 2, 10)) if len(failed) > 1 else timedelta()
    return now - last.at >= min(waits, LONGEST)
