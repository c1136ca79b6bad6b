"""The definitions of a text that is in no index: an earlier version of a file.

They are found by the queries that the index uses, without what it knows beside: comments above,
attributes, containers that are no symbols.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import tree_sitter

from workers.languages import LANGUAGES, QUERIES
from workers.languages.complexity import LARGEST, tree_of

_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Written:
    """A definition. Lines are 1-based and inclusive; `head` is what stands before its body, and
    `code` all of it, both with white space evened out."""

    name: str
    qualified: str
    kind: str
    start_line: int
    end_line: int
    head: str
    code: str


def definitions(language: str, text: str) -> list[Written] | None:
    """In the order of the text; None where the language has no grammar, or the text is too much."""
    source = text.encode(errors="replace")
    made = _made(language)
    if made is None or len(source) > LARGEST:
        return None
    parser, query = made
    tree = tree_of(parser, source)
    if tree is None:
        return None
    cursor = tree_sitter.QueryCursor(query, match_limit=10_000)
    cursor.set_max_start_depth(10_000)
    widest: dict[int, tuple[tree_sitter.Node, tree_sitter.Node, str]] = {}
    for _, captures in cursor.matches(tree.root_node):
        names = captures.get("name", [])
        for capture, nodes in captures.items():
            if not capture.startswith("definition.") or not names:
                continue
            name, node = names[0], nodes[0]
            known = widest.get(name.id)
            if known is None or node.end_byte - node.start_byte > _size(known[1]):
                widest[name.id] = (name, node, capture.removeprefix("definition."))
    ordered = sorted(widest.values(), key=lambda each: (each[1].start_byte, -each[1].end_byte))
    return _named(ordered[:_MOST], source, language)


def is_broken(language: str, text: str) -> bool:
    """Whether a text surely does not parse; not where the language has no grammar."""
    made = _made(language)
    tree = tree_of(made[0], text.encode(errors="replace")) if made else None
    return tree is not None and tree.root_node.has_error


def _size(node: tree_sitter.Node) -> int:
    return node.end_byte - node.start_byte


def _named(
    found: list[tuple[tree_sitter.Node, tree_sitter.Node, str]], source: bytes, language: str
) -> list[Written]:
    """With the names of those around them."""
    around: list[tuple[int, str]] = []
    written: list[Written] = []
    for name, node, kind in found:
        while around and around[-1][0] <= node.start_byte:
            around.pop()
        own = source[name.start_byte : name.end_byte].decode(errors="replace")
        own = LANGUAGES[language].dotted(own)
        qualified = f"{around[-1][1]}.{own}" if around else own
        around.append((node.end_byte, qualified))
        is_method = kind == "function" and _is_in_type(written, qualified)
        written.append(
            Written(
                own.rpartition(".")[2],
                qualified,
                "method" if is_method else kind,
                node.start_point[0] + 1,
                node.end_point[0] + (1 if node.end_point[1] else 0),
                _even(source[node.start_byte : _head_end(node)]),
                _even(source[node.start_byte : node.end_byte]),
            )
        )
    return written


def _is_in_type(written: list[Written], qualified: str) -> bool:
    parent = qualified.rpartition(".")[0]
    return any(each.qualified == parent and each.kind != "function" for each in written)


def _head_end(node: tree_sitter.Node) -> int:
    """Where the body begins, of a definition or of what decorators stand above."""
    inner = node.child_by_field_name("definition") or node
    body = inner.child_by_field_name("body")
    return body.start_byte if body else node.end_byte


def _even(raw: bytes) -> str:
    return " ".join(raw.decode(errors="replace").split())


@cache
def _made(name: str) -> tuple[tree_sitter.Parser, tree_sitter.Query] | None:
    entry = LANGUAGES.get(name)
    if entry is None or entry.grammar is None or not entry.queries:
        return None
    language = tree_sitter.Language(entry.grammar())
    files = [QUERIES / f"{stem}.scm" for stem in entry.queries]
    text = "\n".join(file.read_text("utf-8") for file in files if file.exists())
    return tree_sitter.Parser(language), tree_sitter.Query(language, text)
