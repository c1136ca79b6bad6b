"""What a graph says of a scope, in sentences: every one with the lines that show it.

Nothing here is a guess: a use counts where resolution was sure that this definition is meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from posixpath import basename, dirname

from core.db.facts import Fact
from core.db.file_history import Last
from workers.graph.graph import TYPES, Graph
from workers.graph.pagerank import Ranks, ranks
from workers.graph.questions import Place, Questions, Use

MOST_LISTED = 12
MOST_FILES = 2_000
"""Files that are looked through for the facts of one scope."""
MOST_RANKED = 500
"""Files of which every reference is resolved while somebody waits, a few seconds, once."""
SURE = 0.5

_ENTRIES = frozenset({"__main__.py", "manage.py"})
_ASIDE = ("test", "doc", "example", "bench", "vendor", "node_modules")


class Telling:
    """One graph."""

    def __init__(self, questions: Questions) -> None:
        self.questions = questions
        self.graph: Graph = questions.graph

    def scope(self, scope: str) -> list[Fact]:
        """Of the repository (''), a folder, a path, 'path#name' or a name; none if there is none
        of that name."""
        scope = scope.strip().strip("/") if scope != "/" else ""
        path, _, name = scope.partition("#")
        if name:
            file = self.graph.tree.numbers.get(path)
            return self._symbols(self._named(name, file)) if file is not None else []
        if scope in self.graph.tree.numbers:
            return self._file(self.graph.tree.numbers[scope])
        inside = [n for n, f in enumerate(self.graph.files) if not scope or _under(f.path, scope)]
        if inside:
            return self._folder(scope, inside)
        return self._symbols(self._named(scope, None))

    # A folder, or the repository.

    def _folder(self, scope: str, inside: Sequence[int]) -> list[Fact]:
        return [
            self._languages(scope, inside),
            *self._entries(inside),
            *self._depended_on(inside),
        ]

    def _languages(self, scope: str, inside: Sequence[int]) -> Fact:
        counted = Counter(self.graph.files[n].language for n in inside)
        listed = ", ".join(f"{count} {name}" for name, count in counted.most_common(MOST_LISTED))
        where = f"{scope}/" if scope else "The repository"
        return Fact("languages", scope, f"{where} has {len(inside)} files: {listed}.", 1.0, [])

    def _entries(self, inside: Sequence[int]) -> list[Fact]:
        """Files that are run by their name, or have a `main` at their top."""
        found: list[Fact] = []
        for number in inside:
            path = self.graph.files[number].path
            mains = self.graph.outline(number).inner.get((-1, "main"), ())
            if (mains or basename(path) in _ENTRIES) and not _is_aside(path):
                cited = self._cited(Place(number, mains[0])) if mains else _lines(path, 1, 1)
                found.append(Fact("entry_point", path, f"{path} is an entry point.", 0.9, [cited]))
        return found[:MOST_LISTED]

    @cached_property
    def _ranks(self) -> Ranks | None:
        return ranks(self.questions) if len(self.graph.files) <= MOST_RANKED else None

    def _depended_on(self, inside: Sequence[int]) -> list[Fact]:
        """By PageRank over what uses what; in large repositories, by how many files use a name that
        is defined once, which is close to it for the first few."""
        shown = [n for n in inside if not _is_aside(self.graph.files[n].path)]
        found = [
            (self._worth(place, users), users, place)
            for number in shown[:MOST_FILES]
            for symbol, node in enumerate(self.graph.outline(number).links.symbols)
            if node.parent < 0
            and (users := self._users(place := Place(number, symbol), node.name)) > 1
        ]
        best = sorted(found, key=lambda each: (-each[0], each[2].file, each[2].symbol))
        return [self._most_used(place, users) for _, users, place in best[:MOST_LISTED]]

    def _worth(self, place: Place, users: int) -> float:
        return self._ranks.symbols.get(place, 0.0) if self._ranks else users

    def _users(self, place: Place, name: str) -> int:
        """How many other files use it."""
        if self._ranks:
            return self._ranks.used_by.get(place, 0)
        if len(self.graph.defined.files(name)) != 1:
            return 0
        return len([file for file in self.graph.used.files(name) if file != place.file])

    def _most_used(self, place: Place, users: int) -> Fact:
        name = self._name(place)
        return Fact(
            "depended_on", name, f"{name} is used in {users} other files.", 0.5 + users / 1e6,
            [self._cited(place)],
        )  # fmt: skip

    # A file.

    def _file(self, number: int) -> list[Fact]:
        outline, path = self.graph.outline(number), self.graph.files[number].path
        language = self.graph.files[number].language
        facts = [Fact("language", path, f"{path} is written in {language}.", 1.0, [])]
        for symbol, node in enumerate(outline.links.symbols):
            if node.parent < 0:
                place = Place(number, symbol)
                text = f"{path} defines the {node.kind} {self._name(place)}."
                facts.append(Fact("defines", node.name, text, 0.8, [self._cited(place)]))
        return [*facts, *self._imports(number), *self._imported_by(number)]

    def _imports(self, number: int) -> list[Fact]:
        path = self.graph.files[number].path
        lines: dict[int, int] = {}
        for each in self.graph.outline(number).links.imports:
            for target in self.graph.family(number).locate(self.graph.tree, path, each.module):
                lines.setdefault(target, each.line)
        lines.pop(number, None)
        return [
            Fact(
                "imports", self.graph.files[target].path,
                f"{path} imports {self.graph.files[target].path}.", 0.6, [_lines(path, line, line)],
            )
            for target, line in lines.items()
        ]  # fmt: skip

    def _imported_by(self, number: int) -> list[Fact]:
        path = self.graph.files[number].path
        return [
            Fact(
                "imported_by", use.path, f"{path} is imported by {use.path}.", 0.5,
                [_lines(use.path, use.line, use.line)],
            )
            for use in self.questions.importers(number)
        ]  # fmt: skip

    # A symbol.

    def _named(self, name: str, file: int | None) -> list[Place]:
        """Definitions whose qualified name ends with it; tests last."""
        name = name.replace("::", ".").replace("#", ".").removesuffix("()")
        files = [file] if file is not None else self.graph.defined.files(name.rpartition(".")[2])
        found = [
            Place(number, symbol)
            for number in files
            for symbol, node in enumerate(self.graph.outline(number).links.symbols)
            if node.name == name.rpartition(".")[2]
            and f".{self.graph.qualified(number, symbol)}".endswith(f".{name}")
        ]
        return sorted(found, key=lambda p: (_is_aside(self.graph.files[p.file].path), p.file))

    def _symbols(self, places: Sequence[Place]) -> list[Fact]:
        return [fact for place in places[:3] for fact in self._symbol(place)]

    def _symbol(self, place: Place) -> list[Fact]:
        node = self.graph.node(place.file, place.symbol)
        name, path = self._name(place), self.graph.files[place.file].path
        facts = [
            Fact("defined", name, f"{name} is a {node.kind} in {path}.", 1.0, [self._cited(place)])
        ]
        uses = [use for use in self.questions.uses(place) if use.weight >= SURE]
        facts += [self._used(name, use) for use in uses[:MOST_LISTED]]
        facts += self._relations("calls", name, self._steps(place, "call"))
        facts += self._relations("inherits", name, self._steps(place, "inherit"))
        heirs = self.questions.implementers(place)
        verb = "implemented_by" if node.kind in TYPES else "overridden_by"
        return facts + self._relations(verb, name, heirs)

    def _steps(self, place: Place, kind: str) -> list[Place]:
        return [s.place for s in self.questions.steps(place, (kind,)) if s.weight >= SURE]

    def _used(self, name: str, use: Use) -> Fact:
        by = use.by or f"the top level of {use.path}"
        verb = {"call": "called", "inherit": "inherited", "import": "imported"}
        text = f"{name} is {verb.get(use.kind, 'mentioned')} by {by}."
        kind = "called_by" if use.kind == "call" else "used_by"
        return Fact(kind, by, text, 0.8, [_lines(use.path, use.line, use.line)])

    def _relations(self, kind: str, name: str, places: Iterable[Place]) -> list[Fact]:
        verb = kind.replace("_", " ")
        verb = f"is {verb}" if verb.endswith(" by") else verb
        return [
            Fact(kind, other, f"{name} {verb} {other}.", 0.6, [self._cited(place)])
            for place in list(places)[:MOST_LISTED]
            if (other := self._name(place)) != name
        ]

    def _name(self, place: Place) -> str:
        return self.graph.qualified(place.file, place.symbol)

    def _cited(self, place: Place) -> dict[str, str | int]:
        node = self.graph.node(place.file, place.symbol)
        return _lines(self.graph.files[place.file].path, node.start_line, node.end_line)


def touched(facts: Sequence[Fact], scope: str) -> dict[str, dict[str, str | int]]:
    """Files that facts of a path or a name are about, with the lines that show them."""
    if any(fact.kind == "language" and fact.subject == scope for fact in facts):
        return {scope: _lines(scope, 1, 1)}
    cited = [fact.citations[0] for fact in facts if fact.kind == "defined"]
    return {str(each["path"]): each for each in reversed(cited)}


def last_changed(last: Last, cited: dict[str, str | int]) -> Fact:
    text = (
        f"{last.path} was last changed by {last.author} on {last.committed_at:%Y-%m-%d}, "
        f"in {last.sha[:9]}: {last.subject}"
    )
    return Fact("last_changed", last.path, text, 0.7, [cited])


def _lines(path: str, start: int, end: int) -> dict[str, str | int]:
    return {"path": path, "start_line": start, "end_line": end}


def _under(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


def _is_aside(path: str) -> bool:
    return any(part.startswith(_ASIDE) for part in [*dirname(path).split("/"), basename(path)])
