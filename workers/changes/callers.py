"""Callers that a change leaves behind: calls that no longer fit, imports of what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from workers.changes.callables import CALLABLES
from workers.changes.callables.base import Caller, Calls, Home
from workers.changes.definitions import Changed, Compared
from workers.graph.graph import Graph
from workers.graph.resolve import Resolver
from workers.graph.things import Thing
from workers.linters.places import is_ours

MOST_USERS = 300
"""Files that are read for one definition."""

Text = Callable[[str], str]
"""A file's text after the change; '' where there is none."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A line, after the change, that certainly does not fit; `fails` where it certainly fails, too,
    when it is compiled or run."""

    rule: str
    path: str
    line: int
    name: str
    home: str
    said: str
    fails: bool = True


def broken(each: Compared, changes: Sequence[Changed], graph: Graph, text: Text) -> list[Broken]:
    """`graph` is of the commit after the change."""
    calls = CALLABLES.get(each.language)
    home = graph.tree.numbers.get(each.path)
    if calls is None or home is None:
        return []
    found: dict[Broken, None] = {}
    for change in changes:
        name = calls.called(change.symbol)
        if name and change.how in ("signature", "removed"):
            left = _Left(each, name, _Users(graph, home, name), calls, text)
            made = left.imports() if change.how == "removed" else left.misfits()
            found |= dict.fromkeys(made)
    return list(found)


@dataclass(frozen=True, slots=True)
class _Left:
    """What one definition leaves behind."""

    compared: Compared
    name: str
    users: _Users
    calls: Calls
    text: Text

    @property
    def home(self) -> Home:
        return Home(self.compared.language, self.compared.before, self.compared.after)

    def imports(self) -> Iterator[Broken]:
        gone = self.calls.is_gone(self.name, self.home)
        if not gone or self.users.is_module() or self.users.is_elsewhere():
            return
        for path, caller, calls in self._callers():
            source = f"`{caller.module}`" if caller.module else self.compared.path
            for line in calls.imports(self.name, self.home, caller):
                said = f"`{self.name}` is imported from {source}, which has it no more"
                if not caller.module:
                    said = f"`{self.name}` is used here, and {source} has it no more"
                yield Broken("removed-name", path, line, self.name, self.compared.path, said)

    def misfits(self) -> Iterator[Broken]:
        if self.users.is_elsewhere():
            return
        own = Caller(self.compared.language, "", self.compared.after)
        for path, caller, calls in [*self._callers(), (self.compared.path, own, self.calls)]:
            for misfit in calls.misfits(self.name, self.home, caller):
                said = f"the call of `{self.name}` does not fit any more: {misfit.why}"
                yield Broken(
                    "call-misfit",
                    path,
                    misfit.line,
                    self.name,
                    self.compared.path,
                    said,
                    misfit.fails,
                )

    def _callers(self) -> Iterator[tuple[str, Caller, Calls]]:
        for user, module in self.users.all()[:MOST_USERS]:
            file = self.users.graph.files[user]
            calls = CALLABLES.get(file.language)
            if calls is not None and is_ours(file.path):
                yield file.path, Caller(file.language, module, self.text(file.path)), calls


@dataclass(frozen=True, slots=True)
class _Users:
    """Of a name at the top level of a file."""

    graph: Graph
    home: int
    name: str

    @property
    def path(self) -> str:
        return self.graph.path(self.home)

    @property
    def neighbours(self) -> list[int]:
        """Files that see each other's names."""
        return self.graph.family(self.home).neighbours(self.graph.tree, self.path)

    def all(self) -> list[tuple[int, str]]:
        """Files that use the name, and what they call its file; '' for its neighbours."""
        near = set(self.neighbours)
        found: list[tuple[int, str]] = []
        resolver = Resolver(self.graph)
        for user in self.graph.used.files(self.name)[:MOST_USERS]:
            if user == self.home or self.graph.family(user) != self.graph.family(self.home):
                continue
            if user in near:
                found.append((user, ""))
                continue
            modules = [
                each.module
                for number, each in enumerate(self.graph.outline(user).links.imports)
                if each.symbol < 0 and each.module and self._is_meant(resolver, user, number)
            ]
            found += [(user, module) for module in dict.fromkeys(modules)]
        return found

    def _is_meant(self, resolver: Resolver, user: int, number: int) -> bool:
        """Whether an import certainly leads to the file, at this commit: another package of the
        same repository may be used in a version of its own."""
        each = self.graph.outline(user).links.imports[number]
        if not each.module.startswith(".") and self._root(self.graph.path(user)) != self._root(
            self.path
        ):
            return False
        located = resolver.scopes.located(user, each.module)
        if located == [self.home] or (self.home in located and located == self.neighbours):
            return True
        if each.name != self.name:
            return False
        things = resolver.scopes.follow(user, each)
        return len(things) == 1 and self._is_definition(things[0])

    def _is_definition(self, thing: Thing) -> bool:
        if thing.file != self.home or thing.symbol < 0:
            return False
        node = self.graph.node(thing.file, thing.symbol)
        return node.name == self.name and node.parent < 0

    def _root(self, path: str) -> str:
        """The folder of the package that a file belongs to."""
        configs = self.graph.tree.configs
        folders = {*configs.go.values(), *configs.packages.values()}
        around = [each for each in folders if not each or path.startswith(f"{each}/")]
        return max(around, key=len, default="")

    def is_module(self) -> bool:
        """Whether a package has a module of that name."""
        folder = self.path.rpartition("/")[0]
        inside = f"{folder}/{self.name}" if folder else self.name
        return any(
            path.startswith((f"{inside}.", f"{inside}/")) for path in self.graph.tree.numbers
        )

    def is_elsewhere(self) -> bool:
        """Whether a neighbour has the name as well: which of them counts, conditions decide."""
        near = set(self.neighbours) - {self.home}
        return any(
            (-1, self.name) in self.graph.outline(each).inner
            for each in near.intersection(self.graph.defined.files(self.name))
        )
