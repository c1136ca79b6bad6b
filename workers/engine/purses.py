"""What a repository and its installation may spend, and how far each has come in virtual time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.budget import Purse
from core.db.budgets import Budget
from core.learning import INSTALLATION_FACTOR, Effective, scaled


@dataclass(frozen=True, slots=True)
class Purses:
    """Of the repository and of its installation: what is spent is taken from both."""

    rows: tuple[Budget, Budget]
    purses: tuple[Purse, Purse]
    settings: Effective

    @classmethod
    def of(cls, rows: Sequence[Budget], settings: Effective, now: datetime) -> Purses:
        own, whole = rows
        rates = (settings.rates, scaled(settings.rates, INSTALLATION_FACTOR))
        filled = [
            Purse.of(rate, row.buckets, now, settings.zone)
            for rate, row in zip(rates, rows, strict=True)
        ]
        return cls((own, whole), (filled[0], filled[1]), settings)

    def take(self, amounts: Mapping[str, float]) -> Purses:
        own, whole = (purse.take(amounts) for purse in self.purses)
        return replace(self, purses=(own, whole))

    def bounded(self, wanted: Mapping[str, float]) -> dict[str, float]:
        own, whole = self.purses
        return whole.bounded(own.bounded(wanted))

    def lacks(self, wanted: Mapping[str, float]) -> str:
        return next((name for purse in self.purses if (name := purse.lacks(wanted))), "")

    def served(self, seconds: float) -> Purses:
        """Further in virtual time, or back."""
        own, whole = (replace(row, served=row.served + seconds / row.weight) for row in self.rows)
        return replace(self, rows=(own, whole))

    def paused(self, until: datetime, because: str) -> Purses:
        own, whole = self.rows
        return replace(self, rows=(replace(own, paused_until=until, paused_because=because), whole))

    def stored(self) -> list[Budget]:
        return [
            replace(row, buckets=purse.stored())
            for row, purse in zip(self.rows, self.purses, strict=True)
        ]


def total(amounts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """By resource."""
    found: dict[str, float] = {}
    for each in amounts:
        for name, amount in each.items():
            found[name] = found.get(name, 0.0) + amount
    return found
