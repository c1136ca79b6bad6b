"""The corpora in memory, and every query with the features of its candidates: what changes of
the ranking are measured with, in seconds and without a database."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.retrieval.score import Figures, by_file, by_line
from workers.embeddings import lsa
from workers.index.parse import parse
from workers.index.terms import term_id
from workers.retrieve import query as queries
from workers.retrieve.extent import last_shown
from workers.retrieve.features import Columns, features_of
from workers.retrieve.policy import Policy
from workers.retrieve.query import Question
from workers.retrieve.rank import signals_of
from workers.retrieve.recency import recency
from workers.retrieve.semantic import NEAREST, Near
from workers.retrieve.snapshot_index import SnapshotIndex

Json = dict[str, Any]
Floats = NDArray[np.float32]

KEPT = 50
COLUMNS = ("file nDCG", "line MRR", "R@200L", "R@500L")
ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Corpus:
    """An index without a database, and the vectors that its repository taught."""

    index: SnapshotIndex
    vectors: Floats
    known: Mapping[int, tuple[float, Floats]]

    def nearest(self, question: Question) -> list[Near]:
        weights = {term_id(term): weight for term, weight in question.weights.items()}
        vector = lsa.question_vector(weights, self.known)
        if not len(vector):
            return []
        similarity = self.vectors @ vector
        best = np.argsort(-similarity, kind="stable")[:NEAREST]
        keys = self.index.keys_of(best)
        return [Near(*key, float(similarity[n])) for key, n in zip(keys, best, strict=True)]


@dataclass(frozen=True, slots=True)
class Case:
    """A query, and what it finds: a column of each feature, and the lines of each candidate."""

    query: Json
    asks: bool
    columns: Columns
    places: list[Json]

    def results(self, scores: NDArray[np.float64]) -> list[Json]:
        order = np.argsort(-scores, kind="stable")[:KEPT].tolist()
        return [self.places[row] for row in order]

    def figures(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of the columns; not a number where only the file counts."""
        results = self.results(scores)
        file: Figures = by_file(self.query, results)
        line = by_line(self.query, results) or {}
        wanted = ("MRR@10", "R@200L", "R@500L")
        return np.array([file["nDCG@10"], *(line.get(name, math.nan) for name in wanted)])


def load(folder: Path) -> Corpus:
    """A prepared corpus: `tree`, and the names of its files in `files.txt`."""
    paths = (folder / "files.txt").read_text(encoding="utf-8").splitlines()
    index = SnapshotIndex.from_blobs(
        (path, number, parse(path, (folder / "tree" / path).read_bytes()))
        for number, path in enumerate(paths)
    )
    packed = [index.terms_of(chunk).tobytes() for chunk in range(len(index.file))]
    model = lsa.fit(packed)
    if model is None:
        return Corpus(index, np.zeros((len(packed), 0), dtype=np.float32), {})
    known = zip(model.rarity.tolist(), model.vectors, strict=True)
    return Corpus(index, model.fold(packed), dict(zip(model.terms.tolist(), known, strict=True)))


Parse = Callable[[str], Question]


def cases(
    corpus: Corpus, asked: Sequence[Json], *, parsed: Parse = queries.parse, vectors: bool = True
) -> Iterator[Case]:
    """`parsed`: how a text becomes a question, where that is what is measured."""
    index, changed = corpus.index, recency(corpus.index, {})
    for query in asked:
        question = parsed(query["query"])
        near = corpus.nearest(question) if vectors else []
        signals = signals_of(index, question, near, changed, ())
        candidates = signals.fused.nonzero()[0]
        if len(candidates):
            columns = features_of(index, signals, candidates)
            yield Case(query, question.intent.asks, columns, _places(index, candidates.tolist()))


def _places(index: SnapshotIndex, candidates: Sequence[int]) -> list[Json]:
    rows = [(index.path(index.file[chunk]), index.rows[chunk]) for chunk in candidates]
    return [
        {
            "path": path,
            "start": row.start_line,
            "end": last_shown(row.start_line, row.end_line),
            "whole": row.end_line,
        }
        for path, row in rows
    ]


def measured(found: Sequence[Case], policy: Policy) -> dict[str, NDArray[np.float64]]:
    """The figures of each query."""
    return {
        case.query["qid"]: case.figures(policy.scores(case.columns, asks=case.asks))
        for case in found
    }


def interval(
    figures: Mapping[str, NDArray[np.float64]], base: Mapping[str, NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The mean difference of each column, query by query, and its 95 % interval by bootstrap."""
    difference = np.array([figures[qid] - base[qid] for qid in base if qid in figures])
    random = np.random.default_rng(0)
    picked = random.integers(0, len(difference), (ROUNDS, len(difference)))
    means = np.array([np.nanmean(difference[each], axis=0) for each in picked])
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return np.nanmean(difference, axis=0), low, high
