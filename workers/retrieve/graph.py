"""One hop from the best chunks: to what they name, and to what names them.

An identifier of several parts is a term of its own, so the postings are the graph: whoever has the
term as a name defines it, whoever has it in the body mentions it. Tests and documents that fit a
question thus point to the code that they are about.
"""

from __future__ import annotations

import numpy as np

from workers.retrieve.segment import Floats, Ints, whole_name
from workers.retrieve.snapshot_index import SnapshotIndex

RARE = 6
"""A name that more chunks have is not one thing."""


def hop(index: SnapshotIndex, seeds: Ints, scores: Floats) -> Floats:
    """What each chunk gains from the seeds; `scores` are of all chunks."""
    gained = np.zeros(len(index.file), dtype=np.float32)
    for seed in seeds.tolist():
        _to_mentioned(index, seed, float(scores[seed]), gained)
        _to_mentioning(index, seed, float(scores[seed]), gained)
    return gained


def _to_mentioned(index: SnapshotIndex, seed: int, score: float, gained: Floats) -> None:
    """A seed that mentions many names says little about each."""
    # The seed itself may be one of those that have the name.
    found = index.all_definers(index.terms_of(seed)["term"], RARE + 1)
    named = [[chunk for chunk in chunks if chunk != seed] for chunks in found]
    named = [chunks for chunks in named if 0 < len(chunks) <= RARE]
    for chunks in named:
        gained[chunks] += score / (len(chunks) * np.sqrt(1.0 + len(named)))


def _to_mentioning(index: SnapshotIndex, seed: int, score: float, gained: Floats) -> None:
    name = whole_name(index.symbol(seed))
    if name is None or len(index.definers(name)) > RARE:
        return
    found = index.postings(name)
    others = found.chunks[~found.named]
    gained[others] += 0.5 * score / np.sqrt(1.0 + len(others))
