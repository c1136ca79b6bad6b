"""What dimensions of the learned vectors are worth, and what it costs to store them in few bits.

    python -m benchmarks.retrieval.dimensions [--work FOLDER] [--only flask,arq]
        [--dimensions 160,192]

Recall is the share of the nearest in full precision that the stored form finds too; a scan is one
of 100,000 chunks. The corpora are those that `python -m benchmarks.retrieval` made.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import simsimd
from numpy.typing import NDArray

from benchmarks.retrieval import lab
from benchmarks.retrieval.lab import Corpus, Floats, Json
from benchmarks.retrieval.train import ROOT, asked
from core.db.quantised import FINE_BITS, Quantised, scales_of, steps_of
from core.db.vocabularies import Vocabulary
from workers.embeddings import lsa
from workers.index.terms import term_id
from workers.retrieve import query as queries
from workers.retrieve.policy import HAND_SET
from workers.retrieve.semantic import NEAREST
from workers.retrieve.vectors import best

SCANNED = 100_000
SCANS = 20
STORED = f"{8 + FINE_BITS} bits"
"""int8 with what it lacks: it is scanned as int8."""


@dataclass(slots=True)
class Row:
    """Of one number of dimensions and one form."""

    figures: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    recall: list[float] = field(default_factory=list)
    fit_seconds: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Vary the dimensions of learned vectors.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "retrieval")
    parser.add_argument("--only", default="", help="corpora, comma-separated")
    parser.add_argument("--dimensions", default="160,192,256,320")
    arguments = parser.parse_args()
    wanted = [name for name in arguments.only.split(",") if name]
    rows: dict[tuple[int, str], Row] = {}
    newcomers: set[str] = set()
    for folder in sorted((arguments.work / "corpora").iterdir()):
        if not wanted or folder.name in wanted:
            counted = asked(folder.name)
            newcomers |= {query["qid"] for query in counted if query["type"] == "newcomer"}
            corpus = lab.load(folder)
            for dimensions in map(int, arguments.dimensions.split(",")):
                _measure(corpus, counted, dimensions, rows)
    _show(rows, newcomers)


def _measure(
    corpus: Corpus, counted: Sequence[Json], dimensions: int, rows: dict[tuple[int, str], Row]
) -> None:
    packed = [corpus.index.terms_of(chunk).tobytes() for chunk in range(len(corpus.index.file))]
    began = time.process_time()
    fitted = lsa.fit(packed, dimensions)
    seconds = time.process_time() - began
    assert fitted is not None
    # As it is stored: that is what folds chunks in and reads questions.
    model = lsa.of_vocabulary(Vocabulary.of(fitted.terms, fitted.rarity, fitted.vectors))
    exact = model.fold(packed)
    vectors = zip(model.rarity.tolist(), model.vectors, strict=True)
    known = dict(zip(model.terms.tolist(), vectors, strict=True))
    for form, stored in _forms(exact).items():
        row = rows.setdefault((dimensions, form), Row())
        row.fit_seconds += seconds
        row.recall += _recall(exact, stored, _vectors(counted, known))
        cases = list(lab.cases(Corpus(corpus.index, stored, known), counted))
        row.figures |= lab.measured(cases, HAND_SET)


def _forms(exact: Floats) -> dict[str, Floats]:
    """What comes back of what was stored."""
    steps = steps_of(exact)
    return {
        "float16": exact.astype(np.float16).astype(np.float32),
        "int8": steps * scales_of(steps)[:, None],
        STORED: Quantised.of(exact).floats(),
    }


def _vectors(
    counted: Sequence[Json], known: Mapping[int, tuple[float, Floats]]
) -> Iterator[Floats]:
    for query in counted:
        weights = queries.parse(query["query"]).weights
        vector = lsa.question_vector({term_id(term): each for term, each in weights.items()}, known)
        if len(vector):
            yield vector


def _recall(exact: Floats, stored: Floats, vectors: Iterator[Floats]) -> list[float]:
    """Nothing where all chunks are among the nearest, or nearly all."""
    if len(exact) < 2 * NEAREST:
        return []
    found = ((best(exact @ each, NEAREST), best(stored @ each, NEAREST)) for each in vectors)
    return [len(np.intersect1d(*each)) / NEAREST for each in found]


def _scan_ms(dimensions: int, form: str) -> float:
    """The fastest of some."""
    random = np.random.default_rng(0)
    rows = lsa.unit(random.normal(size=(SCANNED, dimensions)).astype(np.float32))
    scanned = rows.astype(np.float16) if form == "float16" else steps_of(rows)
    seconds = []
    for _ in range(SCANS):
        began = time.perf_counter()
        simsimd.cdist(scanned, scanned[:1], metric="dot")
        seconds.append(time.perf_counter() - began)
    return min(seconds) * 1000


def _show(rows: Mapping[tuple[int, str], Row], newcomers: set[str]) -> None:
    columns = [*lab.COLUMNS, "newcomer nDCG", *(f"newcomer {name}" for name in lab.COLUMNS[1:])]
    heads = ["dimensions", "form", *columns, f"recall@{NEAREST}", "scan ms", "fit s"]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for (dimensions, form), row in rows.items():
        groups = [
            [each for qid, each in row.figures.items() if (qid in newcomers) == is_newcomer]
            for is_newcomer in (False, True)
        ]
        means = [f"{mean:.3f}" for group in groups for mean in np.nanmean(group, axis=0)]
        recall = f"{np.mean(row.recall):.4f}" if row.recall else "–"
        scan = f"{_scan_ms(dimensions, form):.1f}"
        print(f"| {dimensions} | {form} | {' | '.join(means)} | {recall} | {scan} | ", end="")
        print(f"{row.fit_seconds:.1f} |")


if __name__ == "__main__":
    main()
