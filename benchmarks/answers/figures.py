"""Shares with their intervals, and tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

_Z = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `number` cases, with Wilson's 95 % interval."""

    hits: int
    number: int

    @classmethod
    def of(cls, values: Iterable[bool]) -> Share:
        listed = list(values)
        return cls(sum(listed), len(listed))

    @property
    def interval(self) -> tuple[float, float]:
        if not self.number:
            return 0.0, 1.0
        share, z = self.hits / self.number, _Z**2 / self.number
        middle = (share + z / 2) / (1 + z)
        half = sqrt(share * (1 - share) * z + z * z / 4) / (1 + z)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.number:
            return "–"
        low, high = self.interval
        return f"{self.hits / self.number:.3f} [{low:.3f}, {high:.3f}]"


def hits(cited: Mapping[str, Any], gold: Mapping[str, Any]) -> bool:
    """As the scorer of retrieval has it: no free hits for lines without end."""
    length = cited["end"] - cited["start"] + 1
    longest = max(100, 2 * (gold["end"] - gold["start"] + 1))
    return bool(
        cited["path"] == gold["path"]
        and length <= longest
        and cited["start"] <= gold["end"]
        and gold["start"] <= cited["end"]
    )


def table(title: str, head: Sequence[str], rows: Mapping[str, Sequence[object]]) -> str:
    """The number of cases is that of the first share of a row."""
    lines = [_cells(["", "n", *head]), _cells(["---"] * (len(head) + 2))]
    for name, values in rows.items():
        number = next((value.number for value in values if isinstance(value, Share)), "")
        lines.append(_cells([name, number, *values]))
    return "\n".join([f"### {title}", "", *lines, ""])


def _cells(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
