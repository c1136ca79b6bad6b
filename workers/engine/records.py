"""What runs came to lately, kept for a while: what a Thought is likely to cost, and to find."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from core.db import runs
from core.db.connect import Connection
from core.db.runs import Record
from core.db.thoughts import Thought
from workers.thoughts import THOUGHTS

KEPT_SECONDS = 60.0
PRIOR_RUNS = 5.0
"""What one expects counts for as many runs as this."""
_UNKNOWN_SHARE = 0.1
_LAST_SHARE = 0.3


@dataclass(slots=True)
class Records:
    """By repository and kind."""

    _kept: dict[int, tuple[float, dict[str, Record]]] = field(default_factory=dict)

    _lasted: dict[tuple[int, str], float] = field(default_factory=dict)

    async def of(self, connection: Connection, repository_id: int) -> dict[str, Record]:
        at, found = self._kept.get(repository_id, (float("-inf"), {}))
        if time.monotonic() - at > KEPT_SECONDS:
            found = await runs.records(connection, repository_id, list(THOUGHTS))
            self._kept[repository_id] = time.monotonic(), found
        return found

    async def seconds(self, connection: Connection, thought: Thought) -> float:
        """How long a claim is likely to last: many of them have nothing to do."""
        key = thought.repository_id, thought.kind
        if key not in self._lasted:
            record = (await self.of(connection, thought.repository_id)).get(thought.kind)
            limit = THOUGHTS[thought.kind].LIMITS.wall_seconds
            seen = record.seconds if record else 0
            self._lasted[key] = smoothed(limit * _UNKNOWN_SHARE, seen, record)
        return self._lasted[key]

    def lasted(self, thought: Thought, seconds: float) -> None:
        """A claim is over; the last ones count for most."""
        key = thought.repository_id, thought.kind
        before = self._lasted.get(key, seconds)
        self._lasted[key] = before + (seconds - before) * _LAST_SHARE


def smoothed(prior: float, seen: float, record: Record | None) -> float:
    """A mean of what was expected and what was seen; the more runs, the more it is the latter."""
    count = record.runs if record else 0
    return (prior * PRIOR_RUNS + seen * count) / (PRIOR_RUNS + count)
