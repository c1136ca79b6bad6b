"""From people's words to the code's: what words of descriptions have to do with parts of names.

The table beside this file was learned from the docstrings of other projects' functions and the
names in those functions (`python -m benchmarks.retrieval.newcomer.learn` makes it anew): no
question, and no repository that is measured, had a part in it. A word and a term have vectors of
length 1, near each other where the one describes what the other names. What is nearest to all
words of a question together is what the code may call it; one word alone has too many meanings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TABLE = Path(__file__).with_name("bridges.npz")
MOST = 25
"""So many terms join a question."""
LEAST = 0.25  # a smaller cosine is chance
WEIGHT = 0.8  # of a term whose vector is the question's

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Table:
    """`words` stand in questions, `terms` in code, both stemmed; vectors have length 1."""

    words: dict[str, int]
    rarity: Floats
    word_vectors: Floats
    terms: tuple[str, ...]
    term_vectors: Floats

    def nearest(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Terms with their weights, for words with theirs: none that is a word already."""
        known = [word for word in weights if word in self.words]
        if not known:
            return {}
        rows = [self.words[word] for word in known]
        shares = self.rarity[rows] * np.array([weights[word] for word in known], dtype=np.float32)
        vector = shares @ self.word_vectors[rows]
        cosines = self.term_vectors @ vector / max(float(np.linalg.norm(vector)), 1e-9)
        best = np.argsort(-cosines, kind="stable")[:MOST]
        found = {self.terms[row]: float(cosines[row]) for row in best.tolist()}
        return {t: WEIGHT * c for t, c in found.items() if c > LEAST and t not in weights}


@cache
def table() -> Table:
    with np.load(TABLE, allow_pickle=False) as stored:
        return Table(
            words={word: row for row, word in enumerate(_lines(stored["words"]))},
            rarity=stored["rarity"],
            word_vectors=_unit(stored["word_vectors"]),
            terms=tuple(_lines(stored["terms"])),
            term_vectors=_unit(stored["term_vectors"]),
        )


def stored(words: Iterable[str]) -> NDArray[np.uint8]:
    """How the table keeps words."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _lines(text: NDArray[np.uint8]) -> list[str]:
    return text.tobytes().decode().split("\n")


def _unit(vectors: NDArray[np.int8]) -> Floats:
    """Bytes to rows of length 1."""
    single = vectors.astype(np.float32)
    length = np.linalg.norm(single, axis=1, keepdims=True)
    unit: Floats = (single / np.maximum(length, 1e-9)).astype(np.float32)
    return unit


def related(own: Collection[str], meant: Mapping[str, float]) -> dict[str, float]:
    """What the code may call a question whose own words are these, and what `meant` stands for
    them: terms with weights."""
    return table().nearest({**meant, **dict.fromkeys(own, 1.0)})
