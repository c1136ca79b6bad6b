"""The outline of a file whose language has a grammar, and its links."""

from __future__ import annotations

import tree_sitter

from workers.index.captures import Captures, Found
from workers.index.cuts import statement_cuts
from workers.index.grammar import read_tree
from workers.index.links import links_of
from workers.index.outline import (
    LONGEST_QUALIFIED,
    Comment,
    Definition,
    Outline,
    Span,
    innermost,
    parents,
)
from workers.index.packed import FileLinks, Node
from workers.languages import LINKS, QUERIES
from workers.languages.base import Language

LONGEST_SIGNATURE = 300
LONGEST_DOCSTRING = 8_000

_TYPES = frozenset("class enum extension impl interface object struct trait".split())
_FILE_SCOPED = frozenset({"file_scoped_namespace_declaration", "namespace_definition"})


def tree_outline(language: Language, text: str) -> Outline | None:
    """None if the file took too long to parse."""
    source = _source(text)
    read = read_tree(language, source, QUERIES)
    if read is None:
        return None
    tree, matches = read
    captures = Captures(language, source).read(matches)
    found, spans = _found(captures)
    comments = [captures.comments[offset] for offset in sorted(captures.comments)]
    return Outline(
        definitions=_definitions(captures, found, spans),
        comments=comments,
        cuts=statement_cuts(tree.root_node, comments),
        has_error=tree.root_node.has_error,
    )


def tree_links(language: Language, text: str) -> FileLinks:
    """None of a file that took too long to parse."""
    source = _source(text)
    read = read_tree(language, source, QUERIES, LINKS)
    if read is None:
        return FileLinks()
    captures = Captures(language, source).read(read[1])
    found, spans = _found(captures)
    definitions = _definitions(captures, found, spans)
    links = links_of(captures, definitions, spans, [each.named for each in found])
    return FileLinks(
        tuple(_node(each) for each in definitions),
        tuple(links.imports),
        tuple(links.attributes),
        tuple(links.references),
    )


def _source(text: str) -> bytes:
    # A NUL would end the file for some scanners; a space in its place keeps all columns.
    return text.encode("utf-8", "replace").replace(b"\0", b" ")


def _found(captures: Captures) -> tuple[list[Found], list[Span]]:
    """The definitions in the order of the document, and where they are."""
    _widen(captures)
    found = _shallow(sorted(captures.found.values(), key=_position), captures.language.deepest)
    return found, [Span(each.start, each.end) for each in found]


def _node(each: Definition) -> Node:
    return Node(
        name=each.name,
        kind=each.kind,
        parent=each.parent,
        line=each.line + 1,
        start_line=each.first + 1,
        end_line=each.last + 1,
        type=each.type,
        scope=each.scope,
    )


def _position(found: Found) -> tuple[int, int]:
    return (found.start, -found.end)


def _widen(captures: Captures) -> None:
    """'namespace A;' holds until the next one, or the end of the file."""
    end, last = len(captures.source), captures.source.rstrip().count(b"\n")
    for found in sorted(captures.found.values(), key=_position, reverse=True):
        if found.kind != "module" or found.node.type not in _FILE_SCOPED:
            continue
        if found.node.child_by_field_name("body") is None:
            start, row = found.start, found.first
            found.end, found.last = end, max(found.last, last)
            end, last = start, row - 1


def _shallow(found: list[Found], deepest: int) -> list[Found]:
    if len(found) <= deepest:
        return found
    depths: list[int] = []
    for parent in parents([Span(each.start, each.end) for each in found]):
        depths.append(1 if parent < 0 else depths[parent] + 1)
    return [each for each, depth in zip(found, depths, strict=True) if depth <= deepest]


def _definitions(captures: Captures, found: list[Found], spans: list[Span]) -> list[Definition]:
    docstrings = _docstrings(captures, spans)
    made: list[Definition] = []
    for index, (each, parent) in enumerate(zip(found, parents(spans), strict=True)):
        definition = _definition(captures, each, made[parent] if parent >= 0 else None)
        definition.parent = parent
        doc = docstrings.get(index) or _comment_above(captures, definition)
        definition.docstring = captures.language.docstring(doc)[:LONGEST_DOCSTRING] if doc else ""
        made.append(definition)
    return made


def _docstrings(captures: Captures, spans: list[Span]) -> dict[int, str]:
    """The first docstring within each definition."""
    offsets = sorted(captures.docs)
    found: dict[int, str] = {}
    for owner, offset in zip(innermost(spans, offsets), offsets, strict=True):
        found.setdefault(owner, captures.docs[offset])
    return found


def _definition(captures: Captures, found: Found, outer: Definition | None) -> Definition:
    separator = captures.language.separator
    first = _climb(found.first, captures.attributes)
    # 'Reply.prototype.send = …' and 'Greeter::greet() {…}' are methods outside of their class.
    outside = "." in found.name or (outer is not None and outer.kind in _TYPES)
    qualified = f"{outer.qualified}{separator}{found.name}" if outer else found.name
    return Definition(
        name=found.name if found.kind == "key" else found.name.rpartition(".")[2] or found.name,
        qualified=qualified[-LONGEST_QUALIFIED:],
        kind="method" if found.kind == "function" and outside else found.kind,
        top=_climb(first, captures.above),
        first=first,
        last=found.last,
        signature=_signature(captures, found),
        line=found.line,
        scope=found.name.rpartition(".")[0] if found.kind != "key" else "",
    )


def _climb(row: int, above: dict[int, Comment]) -> int:
    while row - 1 in above:
        row = above[row - 1].first
    return row


def _comment_above(captures: Captures, definition: Definition) -> str:
    texts, row = [], definition.first
    while row - 1 in captures.above:
        texts.append(captures.above[row - 1].text)
        row = captures.above[row - 1].first
    return "\n".join(reversed(texts))


def _signature(captures: Captures, found: Found) -> str:
    end = found.body if found.body >= 0 else _body(found.node)
    text = captures.source[found.signed : end if end >= 0 else found.end]
    if end < 0:
        text = text.partition(b"\n")[0]
    line = " ".join(text[: LONGEST_SIGNATURE * 8].decode("utf-8", "replace").split())
    annotation = captures.language.annotation
    while annotation and (annotated := annotation.match(line)):
        line = line[annotated.end() :]
    return _without_opening(line[:LONGEST_SIGNATURE].rstrip())


def _without_opening(line: str) -> str:
    """A signature without what opens the body."""
    if line.endswith("=>"):
        return line[:-2].rstrip()
    return line[:-1].rstrip() if line.endswith(("{", ":", "=")) else line


def _body(node: tree_sitter.Node) -> int:
    """Where the body of a definition starts, or of the function that it assigns; -1: nowhere."""
    for field in ("body", "value", "right"):
        inner = node.child_by_field_name(field)
        if inner is not None and field != "body":
            inner = inner.child_by_field_name("body")
        if inner is not None:
            return inner.start_byte
    return -1
