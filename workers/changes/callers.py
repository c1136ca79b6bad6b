"""Callers that a change leaves behind: calls that no longer fit, imports of what is gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workers.changes.callables import CALLABLES
from workers.changes.definitions import Changed, Compared
from workers.graph.graph import Graph

MOST_USERS = 300
"""Files that are read for one definition."""

Text = Callable[[str], str]
"""A file's text after the change; '' where there is none."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A line, after the change, that certainly fails when it runs."""

    rule: str
    path: str
    line: int
    name: str
    home: str
    said: str


def broken(each: Compared, changes: Sequence[Changed], graph: Graph, text: Text) -> list[Broken]:
    """`graph` is of the commit after the change."""
    calls = CALLABLES.get(each.language)
    home = graph.tree.numbers.get(each.path)
    if calls is None or home is None:
        return []
    found: list[Broken] = []
    for change in changes:
        name = change.symbol
        if "." in name or change.how not in ("signature", "removed"):
            continue
        if change.how == "removed":
            if calls.is_gone(name, each.before, each.after) and not _is_module(graph, each, name):
                for path, module in _importers(graph, home, name):
                    for line in calls.imports(name, module, text(path)):
                        said = f"`{name}` is imported from `{module}`, which has it no more"
                        found.append(Broken("removed-name", path, line, name, each.path, said))
            continue
        users = [*_importers(graph, home, name), (each.path, "")]
        for path, module in users[:MOST_USERS]:
            caller = each.after if path == each.path else text(path)
            for misfit in calls.misfits(name, module, each.before, each.after, caller):
                said = f"the call of `{name}` does not fit any more: {misfit.why}"
                found.append(Broken("call-misfit", path, misfit.line, name, each.path, said))
    return found


def _importers(graph: Graph, home: int, name: str) -> list[tuple[str, str]]:
    """Files that import the name from a file, and what they call the module."""
    found = []
    for user in graph.used.files(name)[:MOST_USERS]:
        path, family = graph.path(user), graph.family(user)
        modules = [
            each.module
            for each in graph.outline(user).links.imports
            if each.name == name
            and each.symbol < 0
            and user != home
            and family.locate(graph.tree, path, each.module) == [home]
        ]
        found += [(path, module) for module in dict.fromkeys(modules)]
    return found


def _is_module(graph: Graph, each: Compared, name: str) -> bool:
    """Whether a package has a module of that name."""
    folder = each.path.rpartition("/")[0]
    inside = f"{folder}/{name}" if folder else name
    return any(path.startswith((f"{inside}.", f"{inside}/")) for path in graph.tree.numbers)
