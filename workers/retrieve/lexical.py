"""Lexical search: BM25F over chunks and over whole files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workers.index.terms import term_id
from workers.retrieve.segment import Floats
from workers.retrieve.snapshot_index import SnapshotIndex, rarity

PATH_WEIGHT = 1.5
FILE_SATURATION = 1.5
FILE_LENGTH = 0.5
USUAL_FILE = 1500.0
USUAL_PATH = 5.0


@dataclass(frozen=True, slots=True)
class Lexical:
    """Scores of every chunk and every file; `rarities` of the terms that occur at all."""

    chunks: Floats
    files: Floats
    rarities: dict[str, float]
    covered: Floats  # share of the question's own weight that a chunk has …
    covered_by_names: Floats  # … and that the names in it have
    covered_by_file: Floats


def search(index: SnapshotIndex, weights: Mapping[str, float], own: frozenset[str]) -> Lexical:
    chunks = np.zeros(len(index.file), dtype=np.float32)
    files = np.zeros(len(index.files), dtype=np.float32)
    covered, covered_by_file = np.zeros_like(chunks), np.zeros_like(files)
    by_names = np.zeros_like(chunks)
    lengths = 1 - FILE_LENGTH + FILE_LENGTH * index.file_lengths / USUAL_FILE
    paths = 0.25 + 0.75 * index.path_lengths / USUAL_PATH
    rarities: dict[str, float] = {}
    total = 0.0
    for term, weight in weights.items():
        found = index.postings(term_id(term))
        in_paths = index.files_with_path_term(term_id(term))
        rare = index.rarity(len(found.chunks))
        total += rare * (term in own)
        if not len(found.chunks) and not len(in_paths):
            continue
        rarities[term] = weight * rare
        chunks[found.chunks] += np.float32(rarities[term]) * found.impact
        in_file = np.bincount(index.file[found.chunks], found.frequency, len(files)) / lengths
        in_file += PATH_WEIGHT * np.bincount(in_paths, minlength=len(files)) / paths
        has = in_file > 0
        strength = weight * rarity(int(has.sum()), index.file_count)
        files += np.where(has, strength * in_file / (FILE_SATURATION + in_file), 0).astype(
            np.float32
        )
        if term in own:
            covered[found.chunks] += np.float32(rare)
            by_names[found.chunks] += np.float32(rare) * found.named
            covered_by_file += np.float32(rare) * has
    share = np.float32(1 / max(total, 1e-9))
    return Lexical(
        chunks, files, rarities, covered * share, by_names * share, covered_by_file * share
    )
