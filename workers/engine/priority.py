"""What is thought first: risk x novelty x expected yield / cost, and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass

from workers.thoughts.base import Limits

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


def cost(limits: Limits, taken: float | None) -> float:
    """Processor seconds: what runs of this kind took lately; without any, a part of the limit."""
    return taken if taken is not None else limits.cpu_seconds / 10
