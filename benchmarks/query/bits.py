"""What bits of a number are worth: recall beside float32 on the vectors of `tenants`, without a
database.

python -m benchmarks.query.bits [CHUNKS]
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from benchmarks.query.stage import table
from benchmarks.query.tenants import ASKED, NEAREST, question, recall, sizes, vectors_of
from core.db.quantised import FINE_BITS, Quantised
from workers.embeddings.lsa import Floats, unit

CHUNKS = 200_000

Form = Callable[[Floats], Floats]


def _rounded(bits: int) -> Form:
    """To even steps: the greatest number of a vector is the last of them."""
    last = 127 << (bits - 8)
    return lambda vectors: unit(
        np.rint(vectors * (last / np.abs(vectors).max(axis=1, keepdims=True)))
    )


FORMS: dict[str, Form] = {
    **{f"{bits}": _rounded(bits) for bits in (8, 10, 11, 12, 13, 14, 16)},
    f"8 and {FINE_BITS}, as stored": lambda vectors: Quantised.of(vectors).floats(),
    "float16": lambda vectors: vectors.astype(np.float16).astype(np.float32),
}


def main() -> None:
    recalls: dict[str, list[float]] = {name: [] for name in FORMS}
    for number, chunks in enumerate(sizes(int(sys.argv[1]) if len(sys.argv) > 1 else CHUNKS)):
        random = np.random.default_rng(number)
        known, vectors = vectors_of(random, chunks)
        asked = [question(random, known)[1] for _ in range(ASKED)]
        for name, form in FORMS.items():
            recalls[name].append(_recall(vectors, form(vectors), asked))
    rows = [(name, f"{min(each):.3f}", f"{np.mean(each):.4f}") for name, each in recalls.items()]
    print(table(("bits a number", f"least recall@{NEAREST}", "mean"), rows))


def _recall(vectors: Floats, stored: Floats, asked: list[Floats]) -> float:
    exact = vectors.astype(np.float64)
    found = (np.argsort(-(stored @ each))[:NEAREST].tolist() for each in asked)
    return float(np.mean([recall(exact, a, f) for a, f in zip(asked, found, strict=True)]))


if __name__ == "__main__":
    main()
