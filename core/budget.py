"""Token buckets: what may be spent now, and when there is more. Pure: rows are core/db's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from core.words import many

RESOURCES: dict[str, str] = {
    "cpu_seconds": "processor time",
    "model_tokens": "model tokens",
    "bytes": "bytes of artifacts",
    "github_writes": "unasked writes to GitHub",
}
"""What budgets are made of, and what people call it."""


def in_words(resource: str, amount: float) -> str:
    """So much of a resource, as people read it: 25 hours, 5.2 MiB, 13,333."""
    match resource:
        case "cpu_seconds":
            minutes = round(amount / 60)
            return many(minutes, "minute") if minutes < 120 else many(minutes // 60, "hour")
        case "bytes":
            mebibytes = amount / (1 << 20)
            return f"{mebibytes:,.0f} MiB" if mebibytes >= 10 else f"{mebibytes:.1f} MiB"
        case _:
            return f"{round(amount):,}"


_WRONG = timedelta(days=1)
"""Hosts agree on the time better than that."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Of one resource. `burst` is what is saved up at most; a cap of None is none."""

    per_hour: float
    burst: float
    per_day: float | None = None
    per_month: float | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left at a moment (below 0: spent beyond it, and paid back first), and what was spent
    in the day and month of that moment, in the budget's time zone."""

    left: float
    at: datetime
    day_spent: float = 0.0
    month_spent: float = 0.0

    @classmethod
    def full(cls, rate: Rate, now: datetime) -> Bucket:
        return cls(rate.burst, now)

    def filled(self, rate: Rate, now: datetime, zone: tzinfo = UTC) -> Bucket:
        """The same bucket at a later moment. A clock that went back fills nothing; one that was
        wrong by days before does not keep the bucket as it is until then."""
        if now <= self.at:
            at = now if self.at - now > _WRONG else self.at
            return replace(self, left=min(self.left, rate.burst), at=at)
        hours = (now - self.at).total_seconds() / 3600
        before, today = self.at.astimezone(zone).date(), now.astimezone(zone).date()
        return Bucket(
            min(rate.burst, self.left + hours * rate.per_hour),
            now,
            self.day_spent if before == today else 0.0,
            self.month_spent if before.replace(day=1) == today.replace(day=1) else 0.0,
        )

    def room(self, rate: Rate) -> float:
        """What may be taken now."""
        caps = [
            cap - spent
            for cap, spent in ((rate.per_day, self.day_spent), (rate.per_month, self.month_spent))
            if cap is not None
        ]
        return min([self.left, *caps])

    def taken(self, amount: float) -> Bucket:
        """After spending; a negative amount gives back what was reserved and not needed."""
        return replace(
            self,
            left=self.left - amount,
            day_spent=max(0.0, self.day_spent + amount),
            month_spent=max(0.0, self.month_spent + amount),
        )

    def until(self, rate: Rate, amount: float, zone: tzinfo = UTC) -> datetime:
        """When there is room for an amount, if nobody takes any of it; `datetime.max` for never."""
        moments = [self._refilled(rate, amount)]
        local = self.at.astimezone(zone).date()
        if rate.per_day is not None and self.day_spent + amount > rate.per_day:
            moments.append(_midnight(local + timedelta(days=1), zone))
        if rate.per_month is not None and self.month_spent + amount > rate.per_month:
            moments.append(
                _midnight((local.replace(day=28) + timedelta(days=4)).replace(day=1), zone)
            )
        return max(moments)

    def _refilled(self, rate: Rate, amount: float) -> datetime:
        missing = amount - self.left
        if missing <= 0:
            return self.at
        if rate.per_hour <= 0:
            return datetime.max.replace(tzinfo=UTC)
        # A little later than computed, so that rounding does not wake anybody too early.
        return self.at + timedelta(hours=missing / rate.per_hour, milliseconds=1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Purse:
    """The buckets of a repository, or of an installation."""

    rates: Mapping[str, Rate]
    buckets: Mapping[str, Bucket]

    @classmethod
    def of(
        cls, rates: Mapping[str, Rate], stored: Mapping[str, Any], now: datetime, zone: tzinfo
    ) -> Purse:
        """From a row, filled up to now. A resource that the row lacks is full."""
        buckets = {}
        for name, rate in rates.items():
            bucket = _loaded(stored[name]) if name in stored else Bucket.full(rate, now)
            buckets[name] = bucket.filled(rate, now, zone)
        return cls(rates, buckets)

    def lacks(self, wanted: Mapping[str, float]) -> str:
        """The first resource without room for what is wanted; '' where there is room for all."""
        return next((n for n, w in wanted.items() if not self.fits(n, w)), "")

    def fits(self, name: str, amount: float) -> bool:
        return amount <= 0 or self.buckets[name].room(self.rates[name]) >= amount

    def bounded(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """What is wanted, no more of each than a full bucket holds: else it would never begin."""
        return {name: min(amount, self._most(name)) for name, amount in wanted.items()}

    def _most(self, name: str) -> float:
        rate = self.rates[name]
        caps = [cap for cap in (rate.per_day, rate.per_month) if cap is not None]
        return max(0.0, min([rate.burst, *caps]))

    def take(self, amounts: Mapping[str, float]) -> Purse:
        taken = {name: self.buckets[name].taken(amount) for name, amount in amounts.items()}
        return replace(self, buckets={**self.buckets, **taken})

    def until(self, wanted: Mapping[str, float], zone: tzinfo) -> datetime:
        """When there is room for all of it."""
        return max(self.buckets[n].until(self.rates[n], w, zone) for n, w in wanted.items())

    def stored(self) -> dict[str, Any]:
        """For the row."""
        return {n: asdict(b) | {"at": b.at.isoformat()} for n, b in self.buckets.items()}

    def used(self) -> float:
        """The share of the scarcest resource that is used up now, 0 to 1."""
        shares = [
            1 - self.buckets[name].room(rate) / most
            for name, rate in self.rates.items()
            if (most := self._most(name)) > 0
        ]
        return min(1.0, max([0.0, *shares]))


def _loaded(stored: Mapping[str, Any]) -> Bucket:
    return Bucket(
        float(stored["left"]),
        datetime.fromisoformat(stored["at"]),
        float(stored["day_spent"]),
        float(stored["month_spent"]),
    )
