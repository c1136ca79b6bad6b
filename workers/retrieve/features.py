"""Features of the candidates: a column each, shown to people and learned from.

All values lie between 0 and 1. A column is computed for all candidates at once, and the same chunk
has the same values whatever else is a candidate beside it in an overlay or a full index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from workers.retrieve import kinds, symbolic
from workers.retrieve.fuse import scaled
from workers.retrieve.lexical import Lexical
from workers.retrieve.places import asked, names_file, on_frame, unasked
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

Columns = dict[str, Floats]


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


def features_of(index: SnapshotIndex, signals: Signals, candidates: Ints) -> Columns:
    files, file = np.unique(index.file[candidates], return_inverse=True)
    of_files = _of_files(index, signals, files)
    return {
        **_of_lists(signals, candidates),
        **_of_names(index, signals, candidates),
        **_of_kinds(index, signals.question, candidates),
        **{name: column[file] for name, column in of_files.items()},
    }


def _of_lists(signals: Signals, candidates: Ints) -> Columns:
    return {
        "fused": signals.fused[candidates],
        "lexical": scaled(signals.lexical.chunks)[candidates],
        "semantic": scaled(signals.semantic)[candidates],
        "graph": scaled(signals.graph)[candidates],
        "defines": signals.anchors[candidates],
        "coverage": signals.lexical.covered[candidates],
    }


def _of_names(index: SnapshotIndex, signals: Signals, candidates: Ints) -> Columns:
    names = [symbolic.name_terms(index.symbol(chunk)) for chunk in candidates.tolist()]
    asked_for = signals.question.weights
    precision = [
        sum(asked_for.get(term, 0.0) for term in sorted(name)) / len(name) if name else 0.0
        for name, _ in names
    ]
    return {
        "name": _shares(signals, (name for name, _ in names)),
        "name_precision": np.minimum(1, np.array(precision, dtype=np.float32)),
        "container": _shares(signals, (container for _, container in names)),
    }


def _shares(signals: Signals, names: Iterable[Collection[str]]) -> Floats:
    """The share of the question's weight that each name has."""
    rarities = signals.lexical.rarities
    own = sum(rarities.get(term, 0.0) for term in signals.question.own)
    # A follow-up such as 'and why?' has no words of its own that say anything.
    total = own or sum(rarities.values()) or 1.0
    weights = [sum(rarities.get(term, 0.0) for term in sorted(name)) for name in names]
    return np.minimum(1, np.array(weights, dtype=np.float64) / total).astype(np.float32)


def _of_kinds(index: SnapshotIndex, question: Question, candidates: Ints) -> Columns:
    codes = index.kind_codes[candidates]
    names = index.kind_names or ("",)
    is_type = np.array([name in kinds.TYPE for name in names], dtype=np.float32)[codes]
    callable_ = np.array([name in kinds.CALLABLE for name in names], dtype=np.float32)[codes]
    block = np.array([name == "block" for name in names], dtype=np.float32)[codes]
    prose = np.array([name == kinds.PROSE for name in names], dtype=np.float32)[codes]
    room = np.log(np.maximum(1, index.lines[candidates])) / np.log(ENOUGH_LINES)
    columns = {
        "type": is_type,
        "type_asked": is_type * question.intent.types,
        "type_acts": is_type * question.intent.acts,
        "type_described": is_type * (question.intent.describes and not question.intent.acts),
        "block": block,
        "section": prose * (not question.intent.docs),
        "value": 1 - is_type - callable_ - block - prose,
        "length": np.minimum(1, room).astype(np.float32),
    }
    if question.frames:
        on = [on_frame(index, question, chunk) for chunk in candidates.tolist()]
        columns["frame"] = np.array(on, dtype=np.float32)
    return columns


def _of_files(index: SnapshotIndex, signals: Signals, files: Ints) -> Columns:
    question, flags = signals.question, index.flags[files]
    aside = flags & unasked(question.intent)
    paths = [index.path(number) for number in files.tolist()]
    columns = {
        "file": scaled(signals.lexical.files)[files],
        "file_coverage": signals.lexical.covered_by_file[files],
        "recency": signals.recency_of_file[files],
        "path": _shares(signals, map(symbolic.path_terms, paths)),
        **{name: ((aside & flag) > 0).astype(np.float32) for name, flag in _ASIDE.items()},
        "asked_for": ((flags & asked(question.intent)) > 0).astype(np.float32),
    }
    if question.paths or question.frames:
        named = [names_file(question, path) for path in paths]
        columns["path_named"] = np.array(named, dtype=np.float32)
    if signals.cited_files:
        cited = [path in signals.cited_files for path in paths]
        columns["cited_before"] = np.array(cited, dtype=np.float32)
    return columns
