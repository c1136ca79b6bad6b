"""How cost grows with the number of chunks: a line through the sizes that were measured, and what
it says of a billion chunks in ten thousand repositories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.query.stage import table

BILLION = 1_000_000_000
MEASURED = {
    "source MB": lambda made: made["source_mb"],
    "database MB": lambda made: made["database_mb"],
    "mapped files MB": lambda made: made["mapped_mb"],
    "peak memory of the index MB": lambda made: made["index_mb"],
    "memory of the searcher MB": lambda made: made["searcher_mb"],
    "index s": lambda made: made["index_seconds"],
    "vectors s": lambda made: made["embed_seconds"],
    "first load s": lambda made: made["load_seconds"],
    "first question ms": lambda made: made["first_ms"],
    "question p50 ms": lambda made: made["query"]["p50"],
    "question p95 ms": lambda made: made["query"]["p95"],
}


def growth(measured: Sequence[dict[str, Any]]) -> str:
    """What is fixed and what each thousand chunks add, by least squares of the relative errors."""
    sizes = np.array([made["chunks"] for made in measured], dtype=float)
    rows = []
    for name, value in MEASURED.items():
        values = np.array([value(made) for made in measured], dtype=float)
        fixed, slope = fitted(sizes, values)
        rows.append((name, *(float(each) for each in values), fixed, slope * 1000))
    heads = ("", *(f"{int(size):,} chunks" for size in sizes), "fixed", "each 1,000 chunks")
    per_chunk = {row[0]: float(row[-1]) / 1000 for row in rows}
    billion = ", ".join(
        f"{name} {per_chunk[name] * BILLION / 1e6:,.1f} TB"
        for name in ("source MB", "database MB", "mapped files MB")
    )
    return f"{table(heads, rows)}\n\nA billion chunks: {billion.replace(' MB', '')}."


def fitted(sizes: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Intercept and slope; each size counts alike, and neither is below zero."""
    from scipy.optimize import nnls

    x, y = np.asarray(sizes, dtype=float), np.maximum(np.asarray(values, dtype=float), 1e-9)
    found, _ = nnls(np.stack([1 / y, x / y], axis=1), np.ones(len(y)))
    return float(found[0]), float(found[1])
