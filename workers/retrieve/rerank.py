"""The candidates in order, each with the features that put it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workers.retrieve.features import Columns, Signals, features_of
from workers.retrieve.policy import Policy
from workers.retrieve.segment import Ints
from workers.retrieve.snapshot_index import SnapshotIndex


@dataclass(frozen=True, slots=True)
class Ranked:
    """`features` are made when they are asked for: most candidates are never shown."""

    chunk: int
    score: float
    _columns: Columns
    _row: int

    @property
    def features(self) -> Mapping[str, float]:
        """Names and values between 0 and 1; what is 0 is left out."""
        found = {name: float(column[self._row]) for name, column in self._columns.items()}
        return {name: value for name, value in found.items() if value}


def rerank(
    index: SnapshotIndex, signals: Signals, candidates: Ints, policy: Policy
) -> list[Ranked]:
    """Best first; of equals, by path and line."""
    if not len(candidates):
        return []
    columns = features_of(index, signals, candidates)
    scores = policy.scores(columns, asks=signals.question.intent.asks).tolist()
    numbers, files = candidates.tolist(), index.file[candidates].tolist()
    paths = {file: index.path(file) for file in set(files)}
    starts = index.start_lines[candidates].tolist()
    order = sorted(
        range(len(numbers)), key=lambda row: (-scores[row], paths[files[row]], starts[row])
    )
    return [Ranked(numbers[row], scores[row], columns, row) for row in order]
