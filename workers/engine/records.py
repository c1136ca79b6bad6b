"""What runs came to lately, kept for a while: what a Thought is likely to cost, and to find."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from core.db import runs
from core.db.connect import Connection
from core.db.thoughts import Thought
from workers.engine.costs import Costs
from workers.engine.places import SHORT_SECONDS
from workers.thoughts import THOUGHTS

KEPT_SECONDS = 60.0
_LAST_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class _Kept:
    """Of a repository; `short` kinds are likely to be over soon, when there is something to do."""

    until: float
    costs: Costs
    short: frozenset[str]


@dataclass(slots=True)
class Records:
    """By repository and kind."""

    _kept: dict[int, _Kept] = field(default_factory=dict)
    _lasted: dict[tuple[int, str], float] = field(default_factory=dict)

    async def of(self, connection: Connection, repository_id: int) -> Costs:
        return (await self._of(connection, repository_id)).costs

    async def short(self, connection: Connection, repository_id: int) -> frozenset[str]:
        """Kinds that may pass by others."""
        return (await self._of(connection, repository_id)).short

    async def _of(self, connection: Connection, repository_id: int) -> _Kept:
        kept = self._kept.get(repository_id)
        if kept is None or time.monotonic() > kept.until:
            costs = Costs(await runs.records(connection, repository_id, list(THOUGHTS)))
            short = frozenset(kind for kind in THOUGHTS if costs.lasts(kind) < SHORT_SECONDS)
            kept = self._kept[repository_id] = _Kept(time.monotonic() + KEPT_SECONDS, costs, short)
        return kept

    async def seconds(self, connection: Connection, thought: Thought) -> float:
        """How long a claim is likely to last: many of them have nothing to do."""
        key = thought.repository_id, thought.kind
        if key not in self._lasted:
            known = await self.of(connection, thought.repository_id)
            self._lasted[key] = known.lasts(thought.kind)
        return self._lasted[key]

    def lasted(self, thought: Thought, seconds: float) -> None:
        """A claim is over; the last ones count for most."""
        key = thought.repository_id, thought.kind
        before = self._lasted.get(key, seconds)
        self._lasted[key] = before + (seconds - before) * _LAST_SHARE
