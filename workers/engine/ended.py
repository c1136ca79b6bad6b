"""How a run ended, and what it takes to settle that."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.db.runs import Run, Spent
from core.db.thoughts import Thought
from workers.engine.records import Records
from workers.thoughts.base import Outcome

BUG = "Ponder failed at this because of a bug of its own; the log of the worker has the details."
PUT_BACK, UNTOUCHED = "put_back", "untouched"
"""As if it had not been claimed: one that had begun, and one that had not."""
FAILED = frozenset({"failed", "timed_out"})


@dataclass(frozen=True, slots=True)
class Ended:
    """`status` is one of runs, PUT_BACK or UNTOUCHED; `outcome` None: nothing came of it."""

    status: str
    spent: Spent = field(default_factory=Spent)
    outcome: Outcome | None = None
    content: str = ""
    problem: str = ""
    log: str = ""


@dataclass(frozen=True, slots=True)
class Settling:
    """A run that ended. `expected`: the seconds that its claim was counted with."""

    thought: Thought
    run: Run
    ended: Ended
    expected: float = 0.0
    records: Records = field(default_factory=Records)
