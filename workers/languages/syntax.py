"""The syntax of a text that is in no index, as plain parts: what small edits are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter

from workers.languages import LANGUAGES
from workers.languages.complexity import LARGEST, tree_of

_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Part:
    """A node of the tree. `start` and `end` are offsets in bytes, `line` is 1-based; `field` is
    what it is to the part around it. `inner` are its own parts, signs among them."""

    kind: str
    field: str
    start: int
    end: int
    line: int
    named: bool
    inner: tuple[Part, ...]

    def at(self, field: str) -> Part | None:
        """The first part that is this to it."""
        return next((each for each in self.inner if each.field == field), None)

    def walk(self) -> Iterator[Part]:
        """Itself and all within, outer ones first."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting += reversed(part.inner)


def syntax(language: str, source: bytes) -> Part | None:
    """None where the language has no grammar, the text is too much, or is not right."""
    parser = _parser(language)
    tree = tree_of(parser, source) if parser and len(source) <= LARGEST else None
    if tree is None or tree.root_node.has_error or tree.root_node.descendant_count > _MOST:
        return None
    return _part(tree.root_node, "")


def _part(root: tree_sitter.Node, field: str) -> Part:
    """Without recursion: sources may lie as deep as they like."""
    made: dict[int, Part] = {}
    waiting = [(root, field, False)]
    while waiting:
        node, name, is_over = waiting.pop()
        if not is_over:
            waiting.append((node, name, True))
            waiting += [
                (child, node.field_name_for_child(at) or "", False)
                for at, child in enumerate(node.children)
            ]
            continue
        inner = tuple(made.pop(child.id) for child in node.children)
        made[node.id] = Part(
            node.type,
            name,
            node.start_byte,
            node.end_byte,
            node.start_point.row + 1,
            node.is_named,
            inner,
        )
    return made[root.id]


@cache
def _parser(name: str) -> tree_sitter.Parser | None:
    grammar = LANGUAGES[name].grammar if name in LANGUAGES else None
    return tree_sitter.Parser(tree_sitter.Language(grammar())) if grammar else None
