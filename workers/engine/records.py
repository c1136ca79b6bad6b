"""What runs came to lately, kept for a while: what a Thought is likely to cost, and to find."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from core.db import runs
from core.db.connect import Connection
from core.db.thoughts import Thought
from workers.engine.costs import Costs
from workers.thoughts import THOUGHTS

KEPT_SECONDS = 60.0
_LAST_SHARE = 0.3


@dataclass(slots=True)
class Records:
    """By repository and kind."""

    _kept: dict[int, tuple[float, Costs]] = field(default_factory=dict)
    _lasted: dict[tuple[int, str], float] = field(default_factory=dict)

    async def of(self, connection: Connection, repository_id: int) -> Costs:
        at, found = self._kept.get(repository_id, (float("-inf"), Costs({})))
        if time.monotonic() - at > KEPT_SECONDS:
            found = Costs(await runs.records(connection, repository_id, list(THOUGHTS)))
            self._kept[repository_id] = time.monotonic(), found
        return found

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
