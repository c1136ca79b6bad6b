"""When something comes round, as cron writes it: minute, hour, day of the month, month, weekday."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, _MONTHS),
    (0, 7, _DAYS),
)
"""The least and the largest number of each field, and names that count from the least."""
_PART = re.compile(r"(?:\*|(?P<first>\w{1,3})(?:-(?P<last>\w{1,3}))?)(?:/(?P<step>[1-9]\d?))?")
_LONGEST = 100
_LOOK_DAYS = 366 * 8 + 1
"""From one 29th of February to the next, over a year that is no leap year."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Sunday is 0. Where both kinds of days are given, one of them is enough."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def comes_on(self, day: date) -> bool:
        of_month = day.day in self.days
        of_week = day.isoweekday() % 7 in self.weekdays
        fits = of_month or of_week if self.either else of_month and of_week
        return fits and day.month in self.months


def parsed(text: str) -> Cron | None:
    """Of five fields: *, numbers, names of months and weekdays, lists, ranges, steps. None of what
    is none."""
    fields = text.lower().split()
    if len(fields) != len(_FIELDS) or len(text) > _LONGEST:
        return None
    sets = [_numbers(field, *limits) for field, limits in zip(fields, _FIELDS, strict=True)]
    if not all(sets):
        return None
    minutes, hours, days, months, weekdays = sets
    both = not fields[2].startswith("*") and not fields[4].startswith("*")
    return Cron(minutes, hours, days, months, frozenset(n % 7 for n in weekdays), both)


def _numbers(field: str, least: int, most: int, names: tuple[str, ...]) -> frozenset[int]:
    """Empty for what is no field."""
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return frozenset()
        first = _number(match["first"], least, names)
        last = _number(match["last"], least, names)
        if match["first"] is None:
            first, last = least, most
        elif match["last"] is None:
            last = most if match["step"] else first
        if first is None or last is None or not least <= first <= last <= most:
            return frozenset()
        found.update(range(first, last + 1, int(match["step"] or 1)))
    return frozenset(found)


def _number(text: str | None, least: int, names: tuple[str, ...]) -> int | None:
    if text is None:
        return None
    if text in names:
        return names.index(text) + least
    return int(text) if text.isascii() and text.isdigit() else None


def latest(cron: Cron, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When it came round last, in UTC, by the clock on the wall of a time zone; None for what never
    does, such as a 30th of February."""
    today = now.astimezone(zone).date()
    clocks = [time(h, m) for h in sorted(cron.hours)[::-1] for m in sorted(cron.minutes)[::-1]]
    for back in range(_LOOK_DAYS):
        day = today - timedelta(days=back)
        if not cron.comes_on(day):
            continue
        for clock in clocks:
            moment = datetime.combine(day, clock, zone).astimezone(UTC)
            if moment <= now:
                return moment
    return None
