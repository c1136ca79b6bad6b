"""How many Thoughts one process runs at a time: what takes long never takes every place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

SHORT_SECONDS = 10.0
"""Of a run in which something is done: what is likely to be over so soon passes by what takes
longer."""


@dataclass(frozen=True, slots=True)
class Places:
    """`wide` ones are for whatever is best, `narrow` ones for what is short."""

    wide: int = 1
    narrow: int = 0

    @classmethod
    def here(cls) -> Places:
        """One, since most Thoughts keep a processor busy by themselves, and with a second processor
        one for what is short. Whoever has more of them starts more processes."""
        return cls(1, 1 if len(os.sched_getaffinity(0)) > 1 else 0)

    @property
    def free(self) -> int:
        return self.wide + self.narrow

    def left(self, taken: Iterable[bool]) -> Places:
        """What is free beside Thoughts of which it is said whether they are long."""
        each = [*taken]
        free = max(0, self.free - len(each))
        wide = min(free, max(0, self.wide - sum(each)))
        return Places(wide, free - wide)

    def takes(self, *, long: bool) -> bool:
        """Whether there is one for it."""
        return self.free > 0 and (self.wide > 0 or not long)
