"""How lately a file changed, beside the others of its repository."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from workers.retrieve.segment import Floats
from workers.retrieve.snapshot_index import SnapshotIndex


def recency(index: SnapshotIndex, changed: Mapping[str, datetime]) -> Floats:
    """For each file: 1 for the latest, 0 for the oldest, by rank; a half where history says
    nothing, which is the middle. Files that an overlay strikes out have no rank."""
    paths = index.paths
    scores = np.full(len(paths), 0.5, dtype=np.float32)
    known = [int(n) for n in np.flatnonzero(index.alive_files) if paths[n] in changed]
    moments = [changed[paths[number]].timestamp() for number in known]
    distinct, rank = np.unique(np.array(moments, dtype=np.float64), return_inverse=True)
    if len(distinct) > 1:
        scores[known] = rank / (len(distinct) - 1)
    return scores
