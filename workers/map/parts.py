"""The parts of a repository: its folders, and the files that hang together whatever folder they are
in."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from posixpath import dirname

from workers.graph.graph import Graph
from workers.graph.pagerank import Ranks
from workers.languages import LINKED
from workers.linters.places import aside

MOST_PARTS = 200
SURE = 0.3
_ROUNDS = 20
_WORDS = frozenset({"function", "method"})


@dataclass(frozen=True, slots=True)
class Part:
    """A folder with code of its own. `central` are its files, those that most depends on first;
    `uses` and `used_by` are other parts by how many files hang on them."""

    folder: str
    files: int
    functions: int
    languages: dict[str, int]
    central: tuple[str, ...]
    uses: dict[str, int]
    used_by: dict[str, int]


def parts(graph: Graph, ranks: Ranks) -> list[Part]:
    """The largest first; tests are no parts."""
    inside: defaultdict[str, list[int]] = defaultdict(list)
    for number, file in enumerate(graph.files):
        if file.language in LINKED and not aside(file.path):
            inside[dirname(file.path)].append(number)
    uses = _between(graph, ranks)
    used_by: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for folder, others in uses.items():
        for other, count in others.items():
            used_by[other][folder] += count
    made = []
    for folder, numbers in inside.items():
        central = sorted(numbers, key=lambda n: -ranks.files[n])[:5]
        between = _most(uses[folder]), _most(used_by[folder])
        made.append(_part(graph, folder, numbers, central, between))
    return sorted(made, key=lambda p: (-p.functions, -p.files, p.folder))[:MOST_PARTS]


def _part(
    graph: Graph,
    folder: str,
    numbers: list[int],
    central: list[int],
    between: tuple[dict[str, int], dict[str, int]],
) -> Part:
    return Part(
        folder,
        len(numbers),
        sum(node.kind in _WORDS for n in numbers for node in graph.outline(n).links.symbols),
        dict(Counter(graph.files[n].language for n in numbers).most_common(4)),
        tuple(graph.path(n) for n in central),
        *between,
    )


def _most(counted: Counter[str]) -> dict[str, int]:
    return {folder: count for folder, count in counted.most_common(8) if count}


def _between(graph: Graph, ranks: Ranks) -> defaultdict[str, Counter[str]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (user, used), weight in ranks.imports.items():
        here, there = graph.path(user), graph.path(used)
        if weight >= SURE and not aside(here) and not aside(there):
            here, there = dirname(here), dirname(there)
            found[here][there] += here != there
    return found


def communities(graph: Graph, ranks: Ranks) -> list[list[str]]:
    """Files that use one another more than others, the largest first: each takes the label that
    weighs most among its neighbours, until none changes. What stands alone is left out."""
    around: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for (user, used), weight in ranks.imports.items():
        if weight >= SURE and not aside(graph.path(user)) and not aside(graph.path(used)):
            # What everybody uses joins nothing: its weight is split over its users.
            around[user][used] += weight  # type: ignore[assignment]
            around[used][user] += weight  # type: ignore[assignment]
    labels = {number: number for number in around}
    degree = {number: sum(found.values()) for number, found in around.items()}
    for _ in range(_ROUNDS):
        changed = False
        for number in sorted(around):
            votes: Counter[int] = Counter()
            for other, weight in around[number].items():
                votes[labels[other]] += weight / degree[other] ** 0.5
            best = min(votes, key=lambda label: (-votes[label], label))
            changed |= best != labels[number]
            labels[number] = best
        if not changed:
            break
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for number, label in labels.items():
        groups[label].append(number)
    ordered = sorted(groups.values(), key=lambda g: (-len(g), g[0]))
    return [
        [graph.path(n) for n in sorted(group, key=lambda n: (-ranks.files[n], n))]
        for group in ordered
        if len(group) > 1
    ]
