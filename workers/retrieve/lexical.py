"""Lexical search: BM25F over chunks and over whole files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.index.terms import term_id
from workers.retrieve.segment import Floats, Ints
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
    covered: Floats  # share of the question's own weight that a chunk has
    covered_by_file: Floats


def search(index: SnapshotIndex, weights: Mapping[str, float], own: frozenset[str]) -> Lexical:
    chunks = np.zeros(len(index.file), dtype=np.float32)
    files = np.zeros(len(index.alive_files), dtype=np.float32)
    covered, covered_by_file = np.zeros_like(chunks), np.zeros_like(files)
    lengths = 1 - FILE_LENGTH + FILE_LENGTH * index.file_lengths / USUAL_FILE
    paths = 0.25 + 0.75 * index.path_lengths / USUAL_PATH
    in_file = np.zeros(len(files))  # of one term: what it leaves here is taken away again
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
        having, often = _by_file(index.file[found.chunks], found.frequency)
        in_file[having] = often / lengths[having]
        named, times = _by_file(in_paths, np.ones(len(in_paths), dtype=np.float32))
        in_file[named] += PATH_WEIGHT * times / paths[named]
        has = np.flatnonzero(in_file) if len(named) else having
        strength = weight * rarity(len(has), index.file_count)
        files[has] += (strength * in_file[has] / (FILE_SATURATION + in_file[has])).astype(
            np.float32
        )
        in_file[has] = 0.0
        if term in own:
            covered[found.chunks] += np.float32(rare)
            covered_by_file[has] += np.float32(rare)
    share = np.float32(1 / max(total, 1e-9))
    return Lexical(chunks, files, rarities, covered * share, covered_by_file * share)


def _by_file(file: Ints, frequency: Floats) -> tuple[Ints, NDArray[np.float64]]:
    """The files of some chunks, which are in order, and the sum over the chunks of each. Most terms
    are in few files: looking at all files for each term takes longer than everything else."""
    if not len(file):
        return file, np.zeros(0)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(file)) + 1])
    return file[starts], np.add.reduceat(frequency.astype(np.float64), starts)
