"""Features of the candidates, and their order. Features are shown to people, and learned from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import log

import numpy as np

from workers.retrieve import kinds, symbolic
from workers.retrieve.fuse import scaled
from workers.retrieve.lexical import Lexical
from workers.retrieve.places import asked, names_file, on_frame, unasked
from workers.retrieve.policy import Policy
from workers.retrieve.query import Question
from workers.retrieve.segment import Floats, Ints
from workers.retrieve.snapshot_index import SnapshotIndex

ENOUGH_LINES = 30
"""A chunk of so many lines has room for an answer; more is no better."""


_ASIDE = {
    "test": kinds.TEST,
    "document": kinds.DOCUMENT,
    "example": kinds.EXAMPLE,
    "generated": kinds.GENERATED,
    "configuration": kinds.CONFIGURATION,
    "translation": kinds.TRANSLATION,
}


@dataclass(frozen=True, slots=True)
class Signals:
    """What each search says: of every chunk, or of every file where the name says so."""

    question: Question
    lexical: Lexical
    semantic: Floats
    anchors: Floats
    graph: Floats
    fused: Floats
    recency_of_file: Floats
    cited_files: Collection[str]


@dataclass(frozen=True, slots=True)
class Ranked:
    chunk: int
    score: float
    features: dict[str, float]


def rerank(
    index: SnapshotIndex, signals: Signals, candidates: Ints, policy: Policy
) -> list[Ranked]:
    """Best first; of equals, by path and line."""
    found = [
        Ranked(chunk, policy.score(features), features)
        for chunk, features in zip(
            candidates.tolist(), all_features(index, signals, candidates), strict=True
        )
    ]
    where = {each.chunk: _place(index, each.chunk) for each in found}
    return sorted(found, key=lambda each: (-each.score, where[each.chunk]))


def _place(index: SnapshotIndex, chunk: int) -> tuple[str, int]:
    return index.files[index.file[chunk]].path, index.rows[chunk].start_line


def all_features(
    index: SnapshotIndex, signals: Signals, candidates: Ints
) -> list[dict[str, float]]:
    """Names and values between 0 and 1; what is 0 is left out."""
    files = index.file[candidates]
    columns: dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]] = {
        "fused": signals.fused[candidates],
        "lexical": scaled(signals.lexical.chunks)[candidates],
        "file": scaled(signals.lexical.files)[files],
        "semantic": scaled(signals.semantic)[candidates],
        "graph": scaled(signals.graph)[candidates],
        "defines": signals.anchors[candidates],
        "coverage": signals.lexical.covered[candidates],
        "file_coverage": signals.lexical.covered_by_file[files],
        "recency": signals.recency_of_file[files],
    }
    describe = _Describe(index, signals)
    described = []
    for row, chunk in enumerate(candidates.tolist()):
        features = {name: float(column[row]) for name, column in columns.items()}
        features.update(describe.chunk(chunk))
        described.append({name: value for name, value in features.items() if value})
    return described


class _Describe:
    """Features of one chunk at a time; those of its file are computed once."""

    def __init__(self, index: SnapshotIndex, signals: Signals) -> None:
        self.index, self.signals, self.question = index, signals, signals.question
        rarities = signals.lexical.rarities
        own = sum(rarities.get(term, 0.0) for term in self.question.own)
        # A follow-up such as 'and why?' has no words of its own that say anything.
        self.total = own or sum(rarities.values())
        self.by_path: dict[int, dict[str, float]] = {}

    def chunk(self, chunk: int) -> dict[str, float]:
        row, number = self.index.rows[chunk], int(self.index.file[chunk])
        if number not in self.by_path:
            self.by_path[number] = self._of_file(number)
        return self.by_path[number] | self._of_names(row.symbol) | self._of_kind(chunk)

    def _fit(self, terms: Collection[str]) -> symbolic.Fit:
        return symbolic.fit(terms, self.question, self.signals.lexical.rarities, self.total)

    def _of_names(self, symbol: str) -> dict[str, float]:
        name, container = symbolic.name_terms(symbol)
        fit = self._fit(name)
        return {
            "name": min(1.0, fit.named),
            "name_precision": min(1.0, fit.precision),
            "container": min(1.0, self._fit(container).named),
        }

    def _of_kind(self, chunk: int) -> dict[str, float]:
        kind = self.index.rows[chunk].kind
        is_type = kind in kinds.TYPE
        other = not is_type and kind not in kinds.CALLABLE
        return {
            "type": float(is_type),
            "type_asked": float(is_type and self.question.intent.types),
            "block": float(kind == "block"),
            "section": float(kind == kinds.PROSE and not self.question.intent.docs),
            "value": float(other and kind not in ("block", kinds.PROSE)),
            "length": min(1.0, log(int(self.index.lines[chunk])) / log(ENOUGH_LINES)),
            "frame": float(on_frame(self.index, self.question, chunk)),
        }

    def _of_file(self, number: int) -> dict[str, float]:
        path = self.index.files[number].path
        flags = int(self.index.flags[number])
        aside = flags & unasked(self.question.intent)
        terms = symbolic.path_terms(path)
        return {
            "path": min(1.0, self._fit(terms).named),
            "path_named": float(names_file(self.question, path)),
            **{name: float(bool(aside & flag)) for name, flag in _ASIDE.items()},
            "asked_for": float(bool(flags & asked(self.question.intent))),
            "cited_before": float(path in self.signals.cited_files),
        }
