"""What people ask of a graph: who uses this, what does it use, what implements it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from workers.graph.graph import TYPES, Graph
from workers.graph.resolve import Resolver, Target
from workers.index.blob import Reference

MOST_FILES = 1_500
"""Files that are unpacked for one question; a name that more have is no question."""
STRONG = frozenset({"call", "inherit"})
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Use:
    """A line that names a definition; `by` is the definition around it, '' at module level, and
    `symbol` its ordinal, -1 there. The weight says how sure it is that this definition is meant."""

    path: str
    line: int
    by: str
    kind: str
    weight: float
    symbol: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A definition: a symbol by its ordinal in the blob of a file."""

    file: int
    symbol: int


@dataclass(frozen=True, slots=True)
class Step:
    """A definition that another uses, and the first line where it does."""

    place: Place
    line: int
    weight: float


class Questions:
    """Over one graph; not for two threads at once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.resolver = Resolver(graph)

    def uses(self, *places: Place) -> list[Use]:
        """Of one definition, or of some of the same name. The surest first; calls and base classes
        before imports and mentions; then by path."""
        if not places:
            return []
        name = self.graph.node(places[0].file, places[0].symbol).name
        wanted = frozenset(places)
        found: dict[tuple[str, int, str], Use] = {}
        for file, reference in self._references(name, places[0].file):
            weight = self._weight(file, reference, wanted)
            for line in reference.lines if weight else ():
                use = self._use(file, reference, line, weight)
                key = (use.path, use.line, use.by)
                if key not in found or _order(use) < _order(found[key]):
                    found[key] = use
        return sorted(found.values(), key=_order)

    def named(self, name: str) -> list[Use]:
        """Whoever uses the name, whatever it may mean there: for what nothing here defines."""
        return sorted(
            (
                self._use(file, reference, line, 1.0)
                for file, reference in self._references(name, None)
                for line in reference.lines
            ),
            key=_order,
        )

    def _use(self, file: int, reference: Reference, line: int, weight: float) -> Use:
        by = self.graph.qualified(file, reference.symbol)
        path = self.graph.files[file].path
        return Use(path, line, by, reference.kind, weight, reference.symbol)

    def importers(self, file: int) -> list[Use]:
        """Files that import a file, each once: of those that use a name that it defines."""
        names = {node.name for node in self.graph.outline(file).links.symbols if node.parent < 0}
        users = {user for name in names for user in self.graph.used.files(name)} - {file}
        lines = ((user, self._import_of(user, file)) for user in sorted(users)[:MOST_FILES])
        return [
            Use(self.graph.files[user].path, line, "", "import", 1.0)
            for user, line in lines
            if line
        ]

    def _import_of(self, user: int, file: int) -> int:
        """The line where a file imports another; 0 where it does not."""
        path, family = self.graph.files[user].path, self.graph.family(user)
        imports = self.graph.outline(user).links.imports
        return next(
            (i.line for i in imports if file in family.locate(self.graph.tree, path, i.module)), 0
        )

    def _references(self, name: str, home: int | None) -> Iterator[tuple[int, Reference]]:
        """References by a name, or by the other name that a file gives it."""
        family = self.graph.family(home).name if home is not None else None
        files = self.graph.used.files(name)
        if home is not None:
            # A file that says `import x as y` has the name in its import; nearer files first.
            folder = self.graph.files[home].path.rpartition("/")[0]
            files.sort(key=lambda n: not self.graph.files[n].path.startswith(folder))
        for file in files[:MOST_FILES]:
            if family is not None and self.graph.family(file).name != family:
                continue
            links = self.graph.outline(file).links
            names = {name, *(i.local for i in links.imports if i.name == name and i.local != "*")}
            yield from ((file, each) for each in links.references if each.name in names)

    def _weight(self, file: int, reference: Reference, wanted: frozenset[Place]) -> float:
        """How much of what a reference may mean is among the definitions."""
        return sum(
            target.weight
            for target in self.resolver.targets(file, reference)
            if Place(target.file, target.symbol) in wanted
        )

    def steps(self, place: Place, kinds: Iterable[str] = ("call",)) -> list[Step]:
        """What a definition, with those inside of it, uses: in the order of the lines."""
        outline = self.graph.outline(place.file)
        inner = self._within(place)
        wanted = frozenset(kinds)
        found: dict[Place, Step] = {}
        for reference in outline.links.references:
            if reference.symbol not in inner or reference.kind not in wanted:
                continue
            for target in self.resolver.targets(place.file, reference)[:3]:
                to = Place(target.file, target.symbol)
                if target.symbol < 0 or to == place:
                    continue
                line = reference.lines[0]
                known = found.get(to)
                if known is None or known.weight < target.weight:
                    found[to] = Step(to, min(line, known.line if known else line), target.weight)
        return sorted(found.values(), key=lambda step: step.line)

    def _within(self, place: Place) -> set[int]:
        """The symbol and all inside of it, which follow it."""
        inner = {place.symbol}
        for number, node in enumerate(self.graph.outline(place.file).links.symbols):
            if node.parent in inner:
                inner.add(number)
        return inner

    def implementers(self, place: Place) -> list[Place]:
        """Classes that have a class as base, also by way of others; of a method, those of its name
        in these. By path."""
        node = self.graph.node(place.file, place.symbol)
        if node.kind not in TYPES:
            if node.parent < 0:
                return []
            heirs = self.implementers(Place(place.file, node.parent))
            return [found for heir in heirs for found in self._own(heir, node.name)]
        found: dict[Place, None] = {}
        waiting = [(place, 0)]
        while waiting:
            each, depth = waiting.pop(0)
            for heir in self._heirs(each) if depth < DEEPEST else ():
                if heir not in found and heir != place:
                    found[heir] = None
                    waiting.append((heir, depth + 1))
        return sorted(found, key=lambda p: (p.file, p.symbol))

    def _own(self, of: Place, name: str) -> list[Place]:
        outline = self.graph.outline(of.file)
        return [Place(of.file, symbol) for symbol in outline.inner.get((of.symbol, name), ())]

    def _heirs(self, place: Place) -> list[Place]:
        name = self.graph.node(place.file, place.symbol).name
        return [
            Place(file, reference.symbol)
            for file, reference in self._references(name, place.file)
            if reference.kind == "inherit" and reference.symbol >= 0
            and self._weight(file, reference, frozenset({place})) > 0
        ]  # fmt: skip

    def targets(self, file: int, line: int, name: str) -> list[Target]:
        """What a name means that stands on a line."""
        found = [
            target
            for reference in self.graph.outline(file).links.references
            if reference.name == name and line in reference.lines
            for target in self.resolver.targets(file, reference)
        ]
        return sorted(found, key=lambda target: -target.weight)


def _order(use: Use) -> tuple[bool, bool, str, int]:
    return (use.weight < 0.5, use.kind not in STRONG, use.path, use.line)
