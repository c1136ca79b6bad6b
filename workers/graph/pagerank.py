"""How much depends on each file and symbol: PageRank over who uses what.

A use passes on what its user is worth, split over what it may mean. Power iteration over numpy
arrays: a repository of a million lines has some hundred thousand edges.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.graph.graph import Graph
from workers.graph.questions import Place, Questions

DAMPING = 0.85
ROUNDS = 50
CLOSE = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranks:
    """`files` by number, `symbols` by place; each adds up to 1. `used_by` counts the files that use
    each symbol, its own left out. `uses` has a place's symbol -1 for what no definition is around;
    both it and `imports` are (user, used) → weight, which adds up. Of `references` to names that
    the repository defines, `resolved` are those of which it is sure what they mean."""

    files: Floats
    symbols: dict[Place, float]
    used_by: dict[Place, int]
    imports: dict[tuple[int, int], float]
    uses: dict[tuple[Place, Place], float]
    references: int
    resolved: int


def ranks(questions: Questions) -> Ranks:
    """Resolves every reference of the graph: minutes for the largest repositories, so not while
    somebody waits."""
    graph = questions.graph
    between: Counter[tuple[int, int]] = Counter()
    edges: Counter[tuple[Place, Place]] = Counter()
    users: dict[Place, set[int]] = {}
    references = resolved = 0
    for file in range(len(graph.files)):
        for reference in graph.outline(file).links.references:
            user = Place(file, reference.symbol)
            targets = questions.resolver.targets(file, reference)
            references += bool(targets or graph.defined.files(reference.name))
            resolved += any(target.weight >= _RESOLVED for target in targets)
            for target in targets:
                used = Place(target.file, target.symbol)
                if target.file != file:
                    between[file, target.file] += target.weight  # type: ignore[assignment]
                if used != user and target.symbol >= 0:
                    edges[user, used] += target.weight  # type: ignore[assignment]
                    if target.file != file and target.weight > _DOUBTFUL:
                        users.setdefault(used, set()).add(file)
    return Ranks(
        power(len(graph.files), dict(between)),
        _of_symbols(graph, edges),
        {place: len(files) for place, files in users.items()},
        dict(between),
        dict(edges),
        references,
        resolved,
    )


_DOUBTFUL, _RESOLVED = 0.25, 0.5


def _of_symbols(graph: Graph, edges: Counter[tuple[Place, Place]]) -> dict[Place, float]:
    places = list(dict.fromkeys(place for edge in edges for place in edge))
    numbers = {place: number for number, place in enumerate(places)}
    found = power(len(places), {(numbers[a], numbers[b]): w for (a, b), w in edges.items()})
    return {place: float(found[n]) for n, place in enumerate(places) if place.symbol >= 0}


def power(count: int, edges: dict[tuple[int, int], float]) -> Floats:
    """The stationary weights of a walk that follows edges, and now and then begins anew."""
    if not count:
        return np.zeros(0)
    pairs = np.array(list(edges), dtype=np.int64).reshape(-1, 2)
    weights = np.fromiter(edges.values(), dtype=np.float64, count=len(edges))
    source, target = pairs[:, 0], pairs[:, 1]
    out = np.bincount(source, weights=weights, minlength=count)
    share = weights / np.maximum(out[source], 1e-12)
    ends = out == 0
    rank = np.full(count, 1 / count)
    for _ in range(ROUNDS):
        passed = np.bincount(target, weights=rank[source] * share, minlength=count)
        following = (1 - DAMPING) / count + DAMPING * (passed + rank[ends].sum() / count)
        if np.abs(following - rank).sum() < CLOSE:
            break
        rank = following
    found: Floats = rank / rank.sum()
    return found
