"""Quiet hours: when nothing is thought, by the clock on the wall of a time zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_LOOK_DAYS = 8


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day to another, on the days that it begins on; the same time twice is a
    whole day, and a later one first goes past midnight."""

    start: time
    end: time
    days: frozenset[int] = frozenset(range(7))

    def hold(self, local: datetime) -> bool:
        """Whether a moment of the wall's clock is among them."""
        clock, today = local.time(), local.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= clock < self.end
        yesterday = (today - 1) % 7
        return (today in self.days and clock >= self.start) or (
            yesterday in self.days and clock < self.end
        )


NIGHT_ONLY = Hours(time(6), time(22))
"""Quiet by day: all the work is done between ten at night and six in the morning."""


def parsed_clock(text: str) -> time | None:
    """'HH:MM', or None."""
    match = _CLOCK.fullmatch(text)
    return time(int(match[1]), int(match[2])) if match else None


def is_quiet(hours: Sequence[Hours], zone: ZoneInfo, now: datetime) -> bool:
    local = now.astimezone(zone)
    return any(each.hold(local) for each in hours)


def quiet_until(hours: Sequence[Hours], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet that is now ends, in UTC; None where it is not quiet.

    A time of day that comes twice, or never, because clocks are changed is looked for in both ways.
    Quiet that does not end for a week is looked at again then.
    """
    if not is_quiet(hours, zone, now):
        return None
    ends = sorted(moment for moment in _ends(hours, zone, now) if moment > now)
    free = (moment for moment in ends if not is_quiet(hours, zone, moment))
    return next(free, now + timedelta(days=_LOOK_DAYS - 1))


def _ends(hours: Sequence[Hours], zone: ZoneInfo, now: datetime) -> list[datetime]:
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=n) for n in range(-1, _LOOK_DAYS)]
    return [
        datetime.combine(day, end, zone).replace(fold=fold).astimezone(UTC)
        for day in days
        for end in {each.end for each in hours} | {time()}
        for fold in (0, 1)
    ]
