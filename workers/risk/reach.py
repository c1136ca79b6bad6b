"""What depends on each place, and which tests are seen to reach it: by the graph of uses alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from workers.graph.graph import TYPES, Graph
from workers.graph.pagerank import Ranks
from workers.graph.questions import Place
from workers.linters.places import quiet
from workers.risk.attribution import Key

SURE = 0.3
"""A use that is less sure may as well mean something else."""


@dataclass(frozen=True, slots=True)
class Reach:
    """By place. `dependants`: other files that use a file, other definitions that use a definition,
    tests left out. `tests`: test files that use it themselves. `reached`: places that tests reach,
    also by way of others. `ranks` add up to 1 over files and over definitions. `users_in_tests`:
    the test files that use a file."""

    dependants: dict[Key, int] = field(default_factory=dict)
    tests: dict[Key, int] = field(default_factory=dict)
    reached: frozenset[Key] = frozenset()
    ranks: dict[Key, float] = field(default_factory=dict)
    users_in_tests: dict[str, tuple[str, ...]] = field(default_factory=dict)
    has_tests: bool = False


def reach(graph: Graph, ranks: Ranks) -> Reach:
    named = _Names(graph)
    is_test = [quiet(file.path) == "tests" for file in graph.files]
    users: dict[Key, set[Place | int]] = {}
    tests: dict[Key, set[int]] = {}
    after: dict[Place, list[Place]] = {}
    for (user, used), weight in ranks.uses.items():
        if weight < SURE:
            continue
        after.setdefault(user, []).append(used)
        if is_test[user.file]:
            tests.setdefault(named.key(used), set()).add(user.file)
        else:
            users.setdefault(named.key(used), set()).add(user)
    for (file, used_file), weight in ranks.imports.items():
        if weight >= SURE:
            found = tests if is_test[file] else users
            found.setdefault((graph.path(used_file), ""), set()).add(file)
    return Reach(
        {key: len(found) for key, found in users.items()},
        {key: len(found) for key, found in tests.items()},
        frozenset(named.key(place) for place in _reached(graph, is_test, after)),
        _ranked(graph, ranks, named),
        {
            path: tuple(graph.path(file) for file in sorted(found))
            for (path, symbol), found in tests.items()
            if not symbol
        },
        any(is_test),
    )


class _Names:
    """Qualified names, each worked out once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[Place, Key] = {}

    def key(self, place: Place) -> Key:
        if place not in self._known:
            name = self._graph.qualified(place.file, place.symbol) if place.symbol >= 0 else ""
            self._known[place] = (self._graph.path(place.file), name)
        return self._known[place]


def _reached(graph: Graph, is_test: list[bool], after: dict[Place, list[Place]]) -> Iterable[Place]:
    """From all tests along uses. Whoever makes an object may call what is in its class."""
    waiting = deque(place for place in after if is_test[place.file])
    seen = set(waiting)
    while waiting:
        place = waiting.popleft()
        following = [*after.get(place, ()), *_members(graph, place)]
        for each in following:
            if each not in seen:
                seen.add(each)
                waiting.append(each)
        files = {Place(each.file, -1) for each in following} - seen
        seen |= files  # what runs a definition has run its file's top level
        waiting.extend(files)
    return seen


def _members(graph: Graph, place: Place) -> list[Place]:
    if place.symbol < 0 or graph.node(place.file, place.symbol).kind not in TYPES:
        return []
    symbols = graph.outline(place.file).links.symbols
    return [
        Place(place.file, number)
        for number in range(place.symbol + 1, len(symbols))
        if symbols[number].parent == place.symbol
    ]


def _ranked(graph: Graph, ranks: Ranks, named: _Names) -> dict[Key, float]:
    files = {(file.path, ""): float(ranks.files[n]) for n, file in enumerate(graph.files)}
    return files | {named.key(place): rank for place, rank in ranks.symbols.items()}
