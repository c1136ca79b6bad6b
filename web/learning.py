"""Continual Learning of a repository, as pages show it: what counts, what is left, why it rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from core.budget import Purse
from core.db import budgets, learning
from core.db.connect import Connection
from core.db.learning import Learning
from core.db.repositories import Repository
from core.learning import UNSAID, Effective
from core.quiet import quiet_until


@dataclass(frozen=True, slots=True)
class Learned:
    """`row` is None where nobody said anything yet. `spent` is by resource, today and this month;
    `used` is the share of the scarcest budget that is used up now. `rests` says why nothing is
    thought by itself now, '' where it is."""

    row: Learning | None
    effective: Effective
    spent: dict[str, tuple[float, float]]
    used: float
    rests: str

    @property
    def on(self) -> bool:
        return self.effective.on


async def learned(connection: Connection, repository: Repository) -> Learned:
    row = await learning.get(connection, repository.id)
    counts = row.effective if row else UNSAID
    now = datetime.now(UTC)
    rows = await budgets.of_repository(connection, repository.installation_id, repository.id)
    stored = rows[0].buckets if rows else {}
    purse = Purse.of(counts.rates, stored, now, counts.zone)
    spent = {name: (b.day_spent, b.month_spent) for name, b in purse.buckets.items()}
    rests = "" if not counts.on else _quiet(counts, now) or _paused(rows, counts, now)
    return Learned(row, counts, spent, purse.used(), rests)


def _quiet(counts: Effective, now: datetime) -> str:
    until = quiet_until(counts.quiet, counts.zone, now)
    return f"quiet until {_clock(until, counts, now)}" if until else ""


def _paused(rows: list[budgets.Budget], counts: Effective, now: datetime) -> str:
    """The budget that holds it up for longest."""
    paused = [each for each in rows if each.paused_until and each.paused_until > now]
    if not paused:
        return ""
    last = max(paused, key=lambda each: each.paused_until or now)
    assert last.paused_until is not None
    because = f" ({last.paused_because})" if last.paused_because else ""
    return f"paused until {_clock(last.paused_until, counts, now)}{because}"


def _clock(moment: datetime, counts: Effective, now: datetime) -> str:
    """14:30, or with the date where that is another day's, by the clock of the time zone."""
    local, today = moment.astimezone(counts.zone), now.astimezone(counts.zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
