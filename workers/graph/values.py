"""What stands before a dot: modules, classes and their bases, values and their types."""

from __future__ import annotations

from collections.abc import Iterable

from workers.graph.graph import TYPES, Graph
from workers.graph.scopes import Scopes
from workers.graph.things import (
    EXTERNAL,
    MOST_BASES,
    MOST_CANDIDATES,
    Memory,
    Thing,
    Things,
    unique,
)
from workers.index.blob import Reference
from workers.index.outline import CALLABLE
from workers.index.packed import Node

_PARENTS = frozenset({"super", "parent", "base"})
_OWN_TYPE = frozenset({"Self", "self", "this", "static"})
_UNKNOWN = "?"
MOST_HOPS = 6


class Values:
    """Chains such as 'self.session.get()', and what they have."""

    def __init__(self, graph: Graph, memory: Memory) -> None:
        self.graph = graph
        self.memory = memory
        self.scopes = Scopes(graph, memory, self.members)

    def evaluate(self, file: int, owner: int, chain: str) -> Things:
        """What a chain such as 'self.session.get()' is; nothing if nobody knows."""
        key = ("evaluate", file, owner, chain)
        return self.memory.once(key, lambda: self._evaluated(file, owner, chain))

    def _evaluated(self, file: int, owner: int, chain: str) -> Things:
        head, *rest = chain.split(".")
        found = self._head(file, owner, head)
        for part in rest:
            name = part.removesuffix("()")
            found = unique(self.attribute(each, name) for each in found)
            if part != name:
                found = unique(self._called(each) for each in found)
            if len(found) > MOST_CANDIDATES:
                return []
        return found

    def _head(self, file: int, owner: int, head: str) -> Things:
        name = head.removesuffix("()")
        if name == _UNKNOWN:
            return []
        if name in self.graph.language(file).selves:
            around = self._class_around(file, owner)
            if around is None:
                return []
            if name in _PARENTS:
                return self._as_instances(self._bases(around))
            return [Thing(around.file, around.symbol, instance=True)]
        found = self.scopes.lookup(file, owner, name)
        if not found:
            found = [Thing(target) for target in self.scopes.located(file, name)]
        return found if name == head else unique(self._called(each) for each in found)

    def _as_instances(self, found: Things) -> Things:
        return [
            each if each is EXTERNAL else Thing(each.file, each.symbol, instance=True)
            for each in found
        ]

    def _class_around(self, file: int, owner: int) -> Thing | None:
        outline = self.graph.outline(file)
        while owner >= 0:
            node = outline.links.symbols[owner]
            if node.kind in TYPES:
                return Thing(file, owner)
            if node.scope:
                return next(iter(self._types_named(file, node.scope.rpartition(".")[2])), None)
            owner = node.parent
        return None

    def _types_named(self, file: int, name: str) -> Things:
        own = [t for t in self.scopes.top(file, name) if t.file >= 0 and self.is_type(t)]
        return own or [t for t in self.scopes.around(file, name) if self.is_type(t)]

    def attribute(self, of: Thing, name: str, hops: int = MOST_HOPS) -> Things:
        """`hops`: through so many variables; two may hold each other."""
        if of is EXTERNAL:
            return [EXTERNAL]
        if of.symbol < 0 and of.attribute < 0:
            return self._of_module(of.file, name)
        if of.instance or self.is_type(of):
            found = self.members(of, name)
            made = name == "new" and not found and not of.instance
            return [Thing(of.file, of.symbol, instance=True)] if made else found
        node = self.graph.node(of.file, of.symbol) if of.symbol >= 0 else None
        if node is not None and node.kind in {"module", "namespace"}:
            return self.scopes.inside(of.file, of.symbol, name)
        if node is not None and node.kind in CALLABLE:
            return self.scopes.inside(of.file, of.symbol, name)
        held = self._value(of) if hops else []
        return unique(self.attribute(each, name, hops - 1) for each in held)

    def _of_module(self, file: int, name: str) -> Things:
        found = self.scopes.top(file, name)
        if found:
            return found
        family = self.graph.family(file)
        return [Thing(n) for n in family.submodule(self.graph.tree, self.graph.path(file), name)]

    def _value(self, of: Thing) -> Things:
        """What a variable or attribute holds, as far as it says."""
        key = ("value", of.file, of.symbol, of.attribute)
        return self.memory.once(key, lambda: self._held(of))

    def _held(self, of: Thing) -> Things:
        outline = self.graph.outline(of.file)
        if of.attribute >= 0:
            attribute = outline.links.attributes[of.attribute]
            return self._typed(of.file, attribute.symbol, attribute.type)
        node = outline.links.symbols[of.symbol]
        return self._typed(of.file, node.parent, node.type)

    def _typed(self, file: int, owner: int, chain: str) -> Things:
        return self.evaluate(file, owner, chain) if chain and chain != _UNKNOWN else []

    def _called(self, of: Thing) -> Things:
        """What calling it gives. Two variables may hold each other."""
        if of is EXTERNAL:
            return [EXTERNAL]
        key = ("called", of.file, of.symbol, of.attribute, of.instance)
        return self.memory.once(key, lambda: self._given_back(of))

    def _given_back(self, of: Thing) -> Things:
        if of.instance or (of.symbol < 0 and of.attribute < 0):
            return []
        node = self.graph.node(of.file, of.symbol) if of.symbol >= 0 else None
        if node is not None and node.kind in TYPES:
            return [Thing(of.file, of.symbol, instance=True)]
        if node is not None and node.kind in CALLABLE:
            return self._returned(of, node)
        return unique(self._called(each) for each in self._value(of) if not each.instance)

    def _returned(self, of: Thing, node: Node) -> Things:
        if node.type.removesuffix("()") in _OWN_TYPE:
            around = self._class_around(of.file, of.symbol)
            return [Thing(around.file, around.symbol, instance=True)] if around else []
        return self._typed(of.file, of.symbol if node.parent < 0 else node.parent, node.type)

    def members(self, of: Thing, name: str) -> Things:
        """A member of a class or of its bases; EXTERNAL if a base may have it that is not here."""
        return self.memory.once(
            ("members", of.file, of.symbol, name), lambda: self._members(of, name)
        )

    def _members(self, of: Thing, name: str) -> Things:
        waiting, seen, outside = [of], {(of.file, of.symbol)}, False
        while waiting and len(seen) < 4 * MOST_CANDIDATES:
            each = waiting.pop(0)
            if found := self._own_members(each, name):
                return found
            for base in self._bases(each):
                outside |= base is EXTERNAL
                if base is not EXTERNAL and (base.file, base.symbol) not in seen:
                    seen.add((base.file, base.symbol))
                    waiting.append(base)
        return [EXTERNAL] if outside else []

    def _own_members(self, of: Thing, name: str) -> Things:
        if of.symbol < 0:
            return []
        outline = self.graph.outline(of.file)
        node = outline.links.symbols[of.symbol]
        found = [Thing(of.file, symbol) for symbol in outline.inner.get((of.symbol, name), ())]
        numbers = outline.attributes.get((of.symbol, name), ())
        found += [Thing(of.file, -1, number) for number in numbers]
        return (
            found
            or self.scopes.members_of_scope(of.file, node.name, name)
            or self._of_parts(of, name)
        )

    def _of_parts(self, of: Thing, name: str) -> Things:
        """What the type itself has, where `of` is an impl or extension of it."""
        node = self.graph.node(of.file, of.symbol)
        if node.kind not in {"impl", "extension"}:
            return []
        return [
            Thing(each.file, -1, number)
            for each in self._types_named(of.file, node.name)
            if self.graph.node(each.file, each.symbol).kind != node.kind
            for number in self.graph.outline(each.file).attributes.get((each.symbol, name), ())
        ]

    def _bases(self, of: Thing) -> Things:
        return self.memory.once(("bases", of.file, of.symbol), lambda: self._inherited(of))

    def _inherited(self, of: Thing) -> Things:
        outline = self.graph.outline(of.file)
        found: list[Things] = []
        for number in outline.bases.get(of.symbol, ())[:MOST_BASES]:
            reference = outline.links.references[number]
            things = self.referred(of.file, reference) or [EXTERNAL]
            found.append([t for t in things if t is EXTERNAL or self.is_type(t)] or [EXTERNAL])
        return [t for t in unique(found) if t != of]

    def is_type(self, thing: Thing) -> bool:
        return thing.symbol >= 0 and self.graph.node(thing.file, thing.symbol).kind in TYPES

    def referred(self, file: int, reference: Reference) -> Things | None:
        """What a reference that is no import means. None: nobody knows what is before the dot."""
        if not reference.receiver:
            outside = reference.kind == "inherit"
            return self.scopes.lookup(file, reference.symbol, reference.name, outside)
        before = self.evaluate(file, reference.symbol, reference.receiver)
        if not before:
            return None
        found = unique(self.attribute(each, reference.name) for each in before)
        return found if found or self._is_closed(before) else None

    def _is_closed(self, before: Iterable[Thing]) -> bool:
        """All of it is known, so that a name that is not there is not there."""
        return any(
            each is EXTERNAL or each.symbol < 0 or each.instance or self.is_type(each)
            for each in before
        )
