"""Which tests belong to which code: by what they use, and by their names."""

from __future__ import annotations

from collections import defaultdict
from posixpath import basename

from workers.graph.graph import Graph
from workers.graph.pagerank import Ranks
from workers.linters.places import aside, quiet

SURE = 0.3


def tests_of(graph: Graph, ranks: Ranks) -> dict[str, list[str]]:
    """Test files of each file of code: those that use it, and those named after it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for (user, used), weight in ranks.imports.items():
        here, there = graph.path(user), graph.path(used)
        if weight >= SURE and quiet(here) == "tests" and not aside(there):
            found[there].add(here)
    named: defaultdict[str, list[str]] = defaultdict(list)
    for file in graph.files:
        if quiet(file.path) == "tests":
            named[stem(file.path)].append(file.path)
    for file in graph.files:
        name = stem(file.path)
        if not aside(file.path) and len(named.get(name, ())) == 1 and name != "__init__":
            found[file.path].add(named[name][0])
    return {path: sorted(tests) for path, tests in sorted(found.items())}


def stem(path: str) -> str:
    """'cart' of cart.py, test_cart.py, cart_test.go, cart.spec.ts, CartTest.java."""
    stem = basename(path).partition(".")[0]
    for ending in ("_test", "_tests", "Tests", "Test"):
        stem = stem.removesuffix(ending)
    return stem.removeprefix("test_") or stem
