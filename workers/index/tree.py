"""The outline of a file whose language has a grammar."""

from __future__ import annotations

import re

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
from workers.languages.base import Language

LONGEST_SIGNATURE = 300
LONGEST_DOCSTRING = 8_000

_TYPES = frozenset("class enum extension impl interface object struct trait".split())
_FILE_SCOPED = frozenset({"file_scoped_namespace_declaration", "namespace_definition"})
_SPACE = re.compile(r"[\s\0]+")
_OPENING = re.compile(r"\s*(?:=>|[{:=])?\s*$")


def tree_outline(language: Language, text: str) -> Outline | None:
    """None if the file took too long to parse."""
    # A NUL would end the file for some scanners; a space in its place keeps all columns.
    source = text.encode("utf-8", "replace").replace(b"\0", b" ")
    read = read_tree(language, source)
    if read is None:
        return None
    tree, matches = read
    captures = Captures(language, source).read(matches)
    _widen(captures)
    found = _shallow(sorted(captures.found.values(), key=_position), language.deepest)
    spans = [Span(each.start, each.end) for each in found]
    comments = [captures.comments[offset] for offset in sorted(captures.comments)]
    definitions = _definitions(captures, found, spans)
    names = [each.named for each in found]
    links = links_of(captures, definitions, spans, names)
    return Outline(
        definitions=definitions,
        references=links.references,
        imports=links.imports,
        attributes=links.attributes,
        comments=comments,
        cuts=statement_cuts(tree.root_node, comments),
        has_error=tree.root_node.has_error,
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
    line = _SPACE.sub(" ", text[: LONGEST_SIGNATURE * 8].decode("utf-8", "replace")).strip()
    annotation = captures.language.annotation
    while annotation and (annotated := annotation.match(line)):
        line = line[annotated.end() :]
    return _OPENING.sub("", line[:LONGEST_SIGNATURE])


def _body(node: tree_sitter.Node) -> int:
    """Where the body of a definition starts, or of the function that it assigns; -1: nowhere."""
    for field in ("body", "value", "right"):
        inner = node.child_by_field_name(field)
        if inner is not None and field != "body":
            inner = inner.child_by_field_name("body")
        if inner is not None:
            return inner.start_byte
    return -1
