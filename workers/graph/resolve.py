"""What a name means: from a reference to the definitions that it may be of.

A bare name is looked for in the scopes around it, then in the file, in what the file imports, in
the files that need no import, and, where the language lets a name be defined anywhere, anywhere.
The name of an attribute is looked for in what stands before the dot: a module, or a class and its
bases in the order in which the language would ask them. Where nobody knows what stands before the
dot, every method of that name is a candidate, and the more there are the less each counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from workers.graph.graph import TYPES, Graph
from workers.graph.things import (
    EXTERNAL,
    MOST_BASES,
    MOST_CANDIDATES,
    Memory,
    Thing,
    Things,
    unique,
)
from workers.graph.values import Values
from workers.index.blob import Import, Reference

GUESSED = 0.5
"""What all candidates together weigh where only the name is known."""
COMMON = 0.1
"""And where any list or string has a method of that name."""

_NO_VALUES = frozenset({"interface", "type", "trait"})


@dataclass(frozen=True, slots=True)
class Target:
    """A definition that a reference may be of; the weights of a reference's targets add up to 1 at
    most."""

    file: int
    symbol: int  # -1: the file itself, or an attribute
    attribute: int  # -1: none
    weight: float


class Resolver:
    """Remembers what it found; one graph, one thread."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.values = Values(graph, Memory())
        self.scopes = self.values.scopes

    def targets(self, file: int, reference: Reference) -> list[Target]:
        """Best first; none for what is defined elsewhere."""
        found = self._things(file, reference)
        if found is None:
            return self._guessed(file, reference)
        if reference.kind == "call":
            found = [each for each in found if not self._is_no_value(each)] or found
        known = list(
            dict.fromkeys(Thing(t.file, t.symbol, t.attribute) for t in found if t.file >= 0)
        )
        share = 1 / len(found) if found else 0.0
        return [Target(thing.file, thing.symbol, thing.attribute, share) for thing in known]

    def _guessed(self, file: int, reference: Reference) -> list[Target]:
        candidates = self._members_anywhere(file, reference.name)
        if not candidates or len(candidates) > MOST_CANDIDATES:
            return []
        common = reference.name in self.graph.language(file).builtin_members
        share = (COMMON if common else GUESSED) / len(candidates)
        return [Target(thing.file, thing.symbol, thing.attribute, share) for thing in candidates]

    def _imported(self, file: int, reference: Reference) -> Things:
        imports = self.graph.outline(file).links.imports
        own = [i for i in imports if i.line in reference.lines or i.symbol == reference.symbol]
        named = [i for i in own if reference.name in (i.name, i.local)]
        if not named:
            named = [
                Import("", i.module, "", i.line, i.symbol)
                for i in own
                if i.module == reference.name or i.module.endswith(f".{reference.name}")
            ]
        if not named:
            files = self.graph.family(file).locate(
                self.graph.tree, self.graph.path(file), reference.name
            )
            return [Thing(each) for each in files] or [EXTERNAL]
        return unique(self.scopes.follow(file, each) for each in named[:MOST_BASES])

    def _members_anywhere(self, file: int, name: str) -> Things:
        found: Things = []
        for number in self.scopes.kin(file, name):
            outline = self.graph.outline(number)
            for symbol, node in enumerate(outline.links.symbols):
                if node.name == name and self._is_member(number, node.parent, node.scope):
                    found.append(Thing(number, symbol))
            if len(found) > MOST_CANDIDATES:
                break
        return found

    def _is_member(self, file: int, parent: int, scope: str) -> bool:
        return bool(scope) or (parent >= 0 and self.graph.node(file, parent).kind in TYPES)

    def _is_no_value(self, thing: Thing) -> bool:
        """An interface and a function may have one name; only one of them is called."""
        return thing.symbol >= 0 and self.graph.node(thing.file, thing.symbol).kind in _NO_VALUES

    def _things(self, file: int, reference: Reference) -> Things | None:
        if reference.kind == "import":
            return self._imported(file, reference)
        return self.values.referred(file, reference)
