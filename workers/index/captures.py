"""What a language's query found in one file, sorted by what it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import tree_sitter

from workers.index.grammar import Match
from workers.index.outline import LONGEST_NAME, Comment
from workers.languages.base import Language


@dataclass(slots=True)
class Found:
    """A definition, while the patterns that match it are still coming in."""

    node: tree_sitter.Node  # the narrowest
    name: str
    kind: str
    pattern: int
    start: int  # of the widest node
    end: int
    first: int
    last: int
    signed: int  # where the signature starts
    named: int  # where the name stands
    line: int  # and on which row
    body: int = -1  # where the signature ends, if a capture told

    def add(self, node: tree_sitter.Node, kind: str, pattern: int) -> None:
        """The widest node gives the lines; the last pattern that matches names the kind."""
        if pattern > self.pattern:
            self.kind, self.pattern = kind, pattern
        if node.end_byte - node.start_byte < self.node.end_byte - self.node.start_byte:
            self.node = node
        self.start, self.first = min((self.start, self.first), (node.start_byte, first_row(node)))
        self.end, self.last = max((self.end, self.last), (node.end_byte, last_row(node)))
        # 'export' belongs to the signature, a decorator on the line before does not.
        same_line = first_row(self.node) == self.first
        self.signed = self.start if same_line else self.node.start_byte


Use = tuple[int, int, str, str]  # offset, row, name, kind
Imported = tuple[int, int, int, str, str, str]  # offset, first and last row, module, name, local


@dataclass(slots=True)
class Captures:
    """Everything captured in one file."""

    language: Language
    source: bytes
    found: dict[int, Found] = field(default_factory=dict)  # by the offset of the name
    uses: list[Use] = field(default_factory=list)
    imports: list[Imported] = field(default_factory=list)
    bound: list[tuple[int, int]] = field(default_factory=list)  # where local names stand
    comments: dict[int, Comment] = field(default_factory=dict)  # by offset, docstrings included
    docs: dict[int, str] = field(default_factory=dict)  # docstrings by offset
    above: dict[int, Comment] = field(default_factory=dict)  # comments and attributes by last row
    attributes: dict[int, Comment] = field(default_factory=dict)

    def text(self, node: tree_sitter.Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def read(self, matches: list[Match]) -> Captures:
        for pattern, captured in matches:
            if "name" in captured:
                self._define(pattern, captured)
                continue
            if "import" in captured:
                self._import(captured)
                continue
            for capture, nodes in captured.items():
                for node in nodes:
                    self._note(capture, node)
        return self

    def _define(self, pattern: int, captured: dict[str, list[tree_sitter.Node]]) -> None:
        named = captured["name"][0]
        kind, node = _definition(captured)
        known = self.found.get(named.start_byte)
        if known:
            known.add(node, kind, pattern)
        else:
            self.found[named.start_byte] = known = self._first_sight(pattern, kind, node, captured)
        if "body" in captured:
            known.body = captured["body"][0].start_byte

    def _first_sight(
        self,
        pattern: int,
        kind: str,
        node: tree_sitter.Node,
        captured: dict[str, list[tree_sitter.Node]],
    ) -> Found:
        named, dotted = captured["name"][0], self.language.dotted
        name = dotted(self.text(named))
        if "scope" in captured:
            scope = [dotted(self.text(part)) for part in captured["scope"]]
            name = ".".join((*scope, name))
        name = " ".join(name[-LONGEST_NAME:].split()) or "?"
        start, first = node.start_byte, first_row(node)
        return Found(
            node, name, kind, pattern, start, node.end_byte, first, last_row(node), start,
            named.start_byte, first_row(named),
        )  # fmt: skip

    def _note(self, capture: str, node: tree_sitter.Node) -> None:
        what, _, kind = capture.partition(".")
        if what == "local":
            self.bound.append((node.start_byte, node.end_byte))
        elif what == "reference":
            self._use(kind, node)
        elif what == "attribute" and self._alone(node):
            lines = Comment(first_row(node), last_row(node), "")
            self.above[lines.last] = self.attributes[lines.last] = lines
        elif what in {"comment", "doc"}:
            self._comment(what, node)

    def _use(self, kind: str, node: tree_sitter.Node) -> None:
        name = self.text(node)
        if kind == "import":
            name = self.language.imported(name)
        name = "".join(name.split())[:LONGEST_NAME]
        if name:
            self.uses.append((node.start_byte, node.start_point.row, name, kind))

    def _import(self, captured: dict[str, list[tree_sitter.Node]]) -> None:
        """One name that an import binds; see Language.binding."""
        whole = captured["import"][0]
        module, name, local = (
            self.text(captured[part][0]) if part in captured else ""
            for part in ("module", "imported", "as")
        )
        rows = first_row(whole), last_row(whole)
        for bound in self.language.binding(module, name, local):
            module, name, local = ("".join(part.split())[:LONGEST_NAME] for part in bound)
            self.imports.append((whole.start_byte, *rows, module, name, local))

    def _comment(self, what: str, node: tree_sitter.Node) -> None:
        comment = Comment(first_row(node), last_row(node), self.text(node))
        self.comments[node.start_byte] = comment
        if what == "doc":
            self.docs[node.start_byte] = comment.text
        elif self._alone(node):
            self.above[comment.last] = comment

    def _alone(self, node: tree_sitter.Node) -> bool:
        """Nothing else is on its lines."""
        start, end = node.start_byte, node.end_byte
        if self.source[start - node.start_point.column : start].strip():
            return False
        line_end = self.source.find(b"\n", max(start, end - 1))
        return not self.source[end : line_end if line_end >= 0 else None].strip()


def _definition(captured: dict[str, list[tree_sitter.Node]]) -> tuple[str, tree_sitter.Node]:
    for capture, nodes in captured.items():
        if capture.startswith("definition."):
            return capture.removeprefix("definition."), nodes[0]
    raise AssertionError("a pattern with a name defines nothing")


def first_row(node: tree_sitter.Node) -> int:
    return node.start_point.row


def last_row(node: tree_sitter.Node) -> int:
    """A node that takes its newline along ends on the row before."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point.row else row
