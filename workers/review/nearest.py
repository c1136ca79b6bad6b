"""Which tests are nearest to a change: those that it touches itself, those named after what it
changes, those that use the names that it changes, and those that lead there by imports. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from workers.graph.graph import Graph
from workers.graph.resolve import Resolver
from workers.linters.places import aside, quiet
from workers.map.links import stem

MOST = 40
"""Files of tests."""
_DEPTH = 4
_MANY_NAMES = 5
_FEW = 10


def nearest(graph: Graph, touched: Collection[str], names: Iterable[str]) -> list[str]:
    """Files of tests, the nearest first. `touched` are the paths that the change has, after it, and
    `names` those of the definitions that it changes."""
    far = _distances(graph, touched)
    called = {stem(path) for path in touched if not aside(path)} - {"__init__", "index"}
    using = _using(graph, names)
    near = {
        f.path for f in graph.files if f.path in far or f.path in using or stem(f.path) in called
    }
    every = [file.path for file in graph.files if is_test(file.path)]
    # What starts the code as a program imports nothing of it.
    near = near if any(map(is_test, near)) or len(every) > _FEW else set(every)
    ranked = [
        (
            far.get(path) != 0,
            stem(path) not in called,
            -min(using.get(path, 0), _MANY_NAMES),
            far.get(path, _DEPTH),
            path,
        )
        for path in near
        if is_test(path)
    ]
    return [path for *_, path in sorted(ranked)][:MOST]


def is_test(path: str) -> bool:
    """Not what tests share."""
    return quiet(path) == "tests" and PurePosixPath(path).name not in ("conftest.py", "__init__.py")


def _distances(graph: Graph, touched: Collection[str]) -> dict[str, int]:
    """How many imports lead from a file to one that is touched, as far as that is near."""
    users = _users(graph)
    folders = {str(PurePosixPath(path).parent) for path in touched}
    found = dict.fromkeys(touched, 0)
    for file in graph.files:
        # Tests of a package need not import what stands beside them.
        if is_test(file.path) and str(PurePosixPath(file.path).parent) in folders:
            found.setdefault(file.path, 1)
    edge: Sequence[str] = [*touched, *_packages(touched)]
    for depth in range(1, _DEPTH + 1):
        edge = [user for path in edge for user in users[path] if user not in found]
        found |= dict.fromkeys(edge, depth)
    return found


def _packages(touched: Collection[str]) -> set[str]:
    """What is loaded with a module of Python, and named by `import package.module`."""
    above = {parent for path in touched for parent in PurePosixPath(path).parents}
    return {str(parent / "__init__.py") for parent in above}


def _users(graph: Graph) -> defaultdict[str, set[str]]:
    """Who imports a file."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    resolver = Resolver(graph)
    for number, file in enumerate(graph.files):
        for module in _modules(graph, number):
            for used in resolver.scopes.located(number, module):
                found[graph.path(used)].add(file.path)
    return found


def _modules(graph: Graph, number: int) -> Iterator[str]:
    """What a file imports: `from a import b` may mean a module of that name, too."""
    seen: dict[str, None] = {}
    for each in graph.outline(number).links.imports:
        if each.module:
            seen[each.module] = None
            if each.name:
                seen[f"{each.module}{'' if each.module.endswith('.') else '.'}{each.name}"] = None
    yield from seen


def _using(graph: Graph, names: Iterable[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name in names:
        for number in graph.used.files(name):
            found[graph.path(number)] += 1
    return found
