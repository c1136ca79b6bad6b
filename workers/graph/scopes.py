"""Bare names: the scopes around them, the file, what it imports, and where else a name may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workers.graph.graph import TYPES, Graph
from workers.graph.things import (
    EXTERNAL,
    MOST_BASES,
    MOST_CANDIDATES,
    Memory,
    Thing,
    Things,
    real,
    unique,
)
from workers.index.blob import Import
from workers.index.outline import CALLABLE

MOST_STARS = 100

_PARTS = frozenset({"class", "extension", "impl", "object", "struct"})


class Scopes:
    """`members` finds what a class has, bases included."""

    def __init__(
        self, graph: Graph, memory: Memory, members: Callable[[Thing, str], Things]
    ) -> None:
        self.graph = graph
        self.memory = memory
        self.members = members

    def lookup(self, file: int, owner: int, name: str, outside: bool = False) -> Things:
        """A name as seen within a symbol; `outside`: from its head, which is not within it."""
        return self.memory.once(
            ("lookup", file, owner, name, outside), lambda: self._lookup(file, owner, name, outside)
        )

    def _lookup(self, file: int, owner: int, name: str, outside: bool) -> Things:
        symbols = self.graph.outline(file).links.symbols
        scope = symbols[owner].parent if outside and owner >= 0 else owner
        first = not outside
        while scope >= 0:
            if found := self._in_scope(file, scope, name, first):
                return found
            scope, first = symbols[scope].parent, False
        return self.top(file, name) or self.around(file, name)

    def _in_scope(self, file: int, scope: int, name: str, first: bool) -> Things:
        """Within a symbol; a class is a scope for its own body alone, but where its members are
        seen without a receiver."""
        node = self.graph.node(file, scope)
        implicit = self.graph.language(file).implicit_members
        found: Things = []
        if first or implicit or node.kind not in TYPES:
            found = self.inside(file, scope, name)
        if not found and implicit and node.kind in TYPES:
            found = real(self.members(Thing(file, scope), name))
        if not found and implicit and node.kind in CALLABLE and node.scope:
            found = real(self.members_of_scope(file, node.scope, name))
        return found

    def inside(self, file: int, scope: int, name: str) -> Things:
        outline = self.graph.outline(file)
        imports = [outline.links.imports[n] for n in outline.imports.get((scope, name), ())]
        # 'const a = require("a")' is what it imports.
        lines = {each.line for each in imports if each.module}
        found = [
            Thing(file, symbol)
            for symbol in outline.inner.get((scope, name), ())
            if outline.links.symbols[symbol].line not in lines
        ]
        found += [Thing(file, -1, number) for number in outline.attributes.get((scope, name), ())]
        for each in imports[:MOST_BASES]:
            found += self.follow(file, each)
        return unique([found])

    def top(self, file: int, name: str) -> Things:
        """What a file has under a name at its top, its imports included."""
        return self.memory.once(("top", file, name), lambda: self._in_file(file, name))

    def _in_file(self, file: int, name: str) -> Things:
        if found := self.inside(file, -1, name):
            return found
        outline = self.graph.outline(file)
        for number in outline.stars[:MOST_STARS]:
            module = outline.links.imports[number].module
            for target in self.located(file, module):
                if found := real(self.top(target, name)):
                    return found
        return self._within_namespaces(file, name)

    def _within_namespaces(self, file: int, name: str) -> Things:
        """'namespace a { class B }' lets B be seen as if it stood at the top."""
        outline = self.graph.outline(file)
        return [
            Thing(file, symbol)
            for parent, node in enumerate(outline.links.symbols)
            if node.kind in {"module", "namespace"}
            for symbol in outline.inner.get((parent, name), ())
        ]

    def around(self, file: int, name: str) -> Things:
        """Names that need no import, and those that may be anywhere."""
        family = self.graph.family(file)
        near = [n for n in family.neighbours(self.graph.tree, self.graph.path(file)) if n != file]
        if near:
            among = set(near).intersection(self.graph.defined.files(name))
            found = [t for n in sorted(among) for t in self.own(n, name)]
            if found:
                return found
        return self._anywhere(file, name) if family.open else []

    def own(self, file: int, name: str) -> Things:
        outline = self.graph.outline(file)
        inner = [Thing(file, symbol) for symbol in outline.inner.get((-1, name), ())]
        return inner or self._within_namespaces(file, name)

    def _anywhere(self, file: int, name: str) -> Things:
        """In files of the same family; those of the same folder alone, if there are any."""
        found = [t for n in self.kin(file, name) for t in self.own(n, name)]
        folder = self.graph.path(file).rpartition("/")[0]
        near = [t for t in found if self.graph.path(t.file).rpartition("/")[0] == folder]
        chosen = near or found
        return chosen if len(chosen) <= MOST_CANDIDATES else []

    def kin(self, file: int, name: str) -> list[int]:
        family = self.graph.family(file).name
        return [n for n in self.graph.defined.files(name) if self.graph.family(n).name == family]

    def located(self, file: int, module: str) -> list[int]:
        return self.graph.family(file).locate(self.graph.tree, self.graph.path(file), module)

    def follow(self, file: int, each: Import) -> Things:
        key = ("follow", file, each.module, each.name)
        return self.memory.once(key, lambda: self._followed(file, each))

    def _followed(self, file: int, each: Import) -> Things:
        if not each.module:
            return self.inside(file, -1, each.name) if each.name != each.local else []
        files = self.located(file, each.module)
        if not files:
            return self._namespaced(file, each) or [EXTERNAL]
        if not each.name:
            return [Thing(target) for target in files]
        found = unique(self.top(target, each.name) for target in files)
        if real(found):
            return found
        family = self.graph.family(file)
        inner = [
            Thing(number)
            for target in files
            for number in family.submodule(self.graph.tree, self.graph.path(target), each.name)
        ]
        if inner or each.name != "default":
            return inner or found or self._own_named(files, each)
        return [Thing(target) for target in files]  # 'module.exports = …' has no name

    def _own_named(self, files: Sequence[int], each: Import) -> Things:
        """A file that is named after what it has: 'import a.b.C' found 'a/b/C.java'."""
        last = each.module.replace("\\", ".").replace("::", ".").rpartition(".")[2]
        return [t for file in files for t in self.own(file, each.name) or self.own(file, last)]

    def _namespaced(self, file: int, each: Import) -> Things:
        """Where modules are no files: a definition of that name within containers of that name."""
        if not self.graph.family(file).open or not each.name:
            return []
        found = [t for n in self.kin(file, each.name) for t in self.own(n, each.name)]
        return found if len(found) <= MOST_CANDIDATES else []

    def members_of_scope(self, file: int, scope: str, name: str) -> Things:
        """Methods that stand outside of their class: Go's, C++'s, Rust's impl, Swift's extension,
        C#'s other part."""
        scope = scope.rpartition(".")[2]
        found: Things = []
        for number in self.kin(file, name):
            outline = self.graph.outline(number)
            for symbol, node in enumerate(outline.links.symbols):
                if node.name == name and self._belongs(number, node.parent, node.scope, scope):
                    found.append(Thing(number, symbol))
        folder = self.graph.path(file).rpartition("/")[0]
        return [t for t in found if self.graph.path(t.file).rpartition("/")[0] == folder] or found

    def _belongs(self, file: int, parent: int, scope: str, wanted: str) -> bool:
        if scope:
            return scope.rpartition(".")[2] == wanted
        if parent < 0:
            return False
        around = self.graph.node(file, parent)
        return around.name == wanted and around.kind in {
            "impl",
            "extension",
            "class",
            "struct",
            "object",
        }
