"""What is thought first: risk x novelty x expected yield / cost, and the reason in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FLOOR_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Worth:
    """`risk`, `novelty` and `expected` lie between 0 and 1; `seconds` of a processor is what a run
    is likely to cost."""

    risk: float
    novelty: float
    expected: float
    seconds: float

    @property
    def priority(self) -> float:
        worth = max(self.risk, 0.01) * max(self.novelty, 0.01) * max(self.expected, 0.001)
        return 1000.0 * worth / max(self.seconds, FLOOR_SECONDS)

    def reason(self, because: str) -> str:
        """For people: why it is asked for, then the numbers that the priority is made of."""
        return (
            f"{because} (risk {self.risk:.2f}, novelty {self.novelty:.2f}, "
            f"chance {self.expected:.2f}, about {self.seconds:.0f} s)"
        )


@dataclass(frozen=True, slots=True)
class Guess:
    """What a Thought was wanted with, before anything is known of its kind here: `because` in
    words, and the chance that it finds something."""

    because: str
    expected: float
    novelty: float = 1.0

    def row(self, worth: Worth) -> dict[str, Any]:
        """As it is stored beside a priority, with what it was weighed with."""
        return asdict(self) | {"risk": worth.risk, "seconds": worth.seconds}

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Guess:
        return cls(str(row["because"]), float(row["expected"]), float(row["novelty"]))


_UNKNOWN_RISK = 0.5
_PRIOR_VOTES = 5.0


def weighed(
    guess: Guess, likely: tuple[float, float], risk: float | None, votes: tuple[int, int]
) -> Worth:
    """`likely` are the chance and the processor seconds of `Costs`. What people found useless of a
    kind counts against it."""
    useful, useless = votes
    liked = (_PRIOR_VOTES + useful) / (_PRIOR_VOTES + useful + useless)
    chance, seconds = likely
    return Worth(_UNKNOWN_RISK if risk is None else risk, guess.novelty, chance * liked, seconds)
