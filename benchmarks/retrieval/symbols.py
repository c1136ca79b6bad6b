"""Definitions and chunks of a file as the baselines see them: by tree-sitter, apart from Ponder.

Kept as it was when the queries were made, so that figures stay comparable. Lines count from 1.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import Any

LANGUAGES = {
    **dict.fromkeys((".py", ".pyi"), "python"),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), "javascript"),
    **dict.fromkeys((".ts", ".mts", ".cts"), "typescript"),
    **{".tsx": "tsx", ".go": "go", ".rs": "rust", ".java": "java", ".scala": "scala"},
    **dict.fromkeys((".c", ".h"), "c"),
}
GRAMMARS = {
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
}
CONTAINERS = frozenset(
    "class_definition class_declaration abstract_class_declaration interface_declaration "
    "enum_declaration record_declaration annotation_type_declaration internal_module module "
    "impl_item trait_item mod_item object_definition trait_definition class".split()
)
LEAVES = frozenset(
    "function_definition function_declaration generator_function_declaration method_definition "
    "method_declaration constructor_declaration compact_constructor_declaration function_item "
    "macro_definition struct_item enum_item union_item type_item type_alias_declaration "
    "function_signature_item type_spec type_alias abstract_method_signature "
    "function_signature".split()
)
FUNCTIONS = frozenset(
    "arrow_function function_expression function generator_function class".split()
)
WRAPPERS = frozenset({"decorated_definition", "export_statement", "type_declaration"})
STATEMENTS = frozenset({"lexical_declaration", "variable_declaration", "expression_statement"})
SCRIPTS = frozenset({"javascript", "typescript", "tsx"})
LONGEST, WINDOW = 100, 60
DEEPEST = 60


@dataclass
class Definition:
    """`top` is the first line of the comment above."""

    qualified: str
    start: int
    end: int
    container: bool
    top: int
    children: list[Definition] = field(default_factory=list)


def language_of(path: str) -> str | None:
    return LANGUAGES.get(PurePosixPath(path).suffix.lower())


@cache
def parser(language: str) -> Any:
    from tree_sitter import Language, Parser

    module, function = GRAMMARS.get(language, (f"tree_sitter_{language}", "language"))
    return Parser(Language(getattr(importlib.import_module(module), function)()))


def definitions(text: str, language: str) -> list[Definition]:
    """At the top level; the others are their children."""
    # Items in cfg_xyz! { … } are opaque to the grammar.
    source = re.sub(r"\bcfg_\w+! *\{", "mod cfg_ {", text) if language == "rust" else text
    sys.setrecursionlimit(20_000)
    visitor = _Visitor(language, text.split("\n"))
    found: list[Definition] = []
    visitor.visit(parser(language).parse(source.encode()).root_node, "", found, None, 0)
    return found


@dataclass
class _Visitor:
    language: str
    lines: list[str]

    def visit(
        self, node: Any, prefix: str, found: list[Definition], start: int | None, depth: int
    ) -> None:
        children = node.named_children
        if node.type in WRAPPERS and not (node.type == "type_declaration" and len(children) > 1):
            outer = node.start_point[0] if start is None else start
            for child in children:
                self.visit(child, prefix, found, outer, depth)
        elif node.type in STATEMENTS:
            outer = node.start_point[0] if start is None else start
            for child in children:
                self.visit(child, prefix, found, outer if len(children) == 1 else None, depth)
        elif (named := _classified(node, self.language)) and named[0] not in ("", "cfg_"):
            definition = self._definition(node, prefix, named, start)
            found.append(definition)
            for child in children:
                self.visit(child, definition.qualified, definition.children, None, depth + 1)
        elif depth <= DEEPEST:
            for child in children:
                self.visit(child, prefix, found, None, depth + 1)

    def _definition(
        self, node: Any, prefix: str, named: tuple[str, bool], start: int | None
    ) -> Definition:
        first = (node.start_point[0] if start is None else start) + 1
        last = node.end_point[0] + (1 if node.end_point[1] > 0 else 0)
        qualified = f"{prefix}.{named[0]}" if prefix else named[0]
        last = max(first, last)
        if self.language == "rust":
            while first > 1 and re.match(r"\s*#\[", self.lines[first - 2]):
                first -= 1
        return Definition(qualified, first, last, named[1], self._comment_above(first) or first)

    def _comment_above(self, start: int) -> int | None:
        """The first line of the comment that ends directly above."""
        last = start - 2
        if self.language == "rust":
            while last >= 0 and re.match(r"\s*#!?\[", self.lines[last]):
                last -= 1
        marker = {"rust": r"\s*//[/!]?", "python": r"\s*#"}.get(self.language, r"\s*//")
        block = self.language not in ("rust", "go", "python")
        first = last
        if block and last >= 0 and self.lines[last].rstrip().endswith("*/"):
            while first >= 0 and "/*" not in self.lines[first]:
                first -= 1
            opened = first >= 0 and self.lines[first].lstrip().startswith("/*")
            return first + 1 if opened else None
        while first >= 0 and re.match(marker, self.lines[first]):
            first -= 1
        return first + 2 if first < last else None


def _text(node: Any) -> str:
    return "" if node is None else str(node.text.decode("utf8", "replace"))


def _classified(node: Any, language: str) -> tuple[str, bool] | None:
    """The name of a definition, and whether it contains others."""
    if language == "c":
        return _in_c(node)
    if node.type in CONTAINERS or node.type in LEAVES:
        if node.type == "module" and language == "python":
            return None
        if node.type == "class" and language not in SCRIPTS:
            return None
        return _plain(node, language)
    return _in_script(node) if language in SCRIPTS else None


def _plain(node: Any, language: str) -> tuple[str, bool] | None:
    name = _text(node.child_by_field_name("name"))
    if node.type == "impl_item":
        name = re.sub(r"<.*", "", _text(node.child_by_field_name("type"))).split("::")[-1]
    if node.type == "method_declaration" and language == "go":
        receiver = re.sub(r"\[.*", "", _text(node.child_by_field_name("receiver")))
        words = re.findall(r"[A-Za-z_]\w*", receiver)
        name = (f"{words[-1]}." if words else "") + name
    return (name, node.type in CONTAINERS) if name else None


def _in_c(node: Any) -> tuple[str, bool] | None:
    several_lines = node.end_point[0] > node.start_point[0]
    if node.type == "function_definition":
        return _name_in_c(node), False
    if (
        node.type in ("struct_specifier", "enum_specifier", "union_specifier")
        and several_lines
        and node.child_by_field_name("body") is not None
        and node.child_by_field_name("name") is not None
    ):
        return _text(node.child_by_field_name("name")), False
    if node.type == "type_definition" and several_lines:
        return _name_in_c(node), False
    return None


def _name_in_c(node: Any) -> str:
    inner = ("identifier", "parenthesized_declarator", "function_declarator")
    at = node.child_by_field_name("declarator")
    while at is not None and at.type not in ("identifier", "field_identifier", "type_identifier"):
        below = at.child_by_field_name("declarator")
        if below is None:
            below = next((child for child in at.named_children if child.type in inner), None)
        at = below
    return _text(at)


def _in_script(node: Any) -> tuple[str, bool] | None:
    if node.type == "variable_declarator":
        return _variable(node)
    if node.type in ("pair", "public_field_definition", "field_definition"):
        value, key = node.child_by_field_name("value"), _key(node)
        if value is not None and value.type in FUNCTIONS and _long(value) and key is not None:
            return _text(key).strip("'\""), False
    elif node.type == "assignment_expression":
        value, left = node.child_by_field_name("right"), node.child_by_field_name("left")
        if value is not None and value.type in FUNCTIONS and 0 < len(_text(left)) < 80:
            return _text(left).replace(".prototype", ""), value.type == "class"
    return None


def _variable(node: Any) -> tuple[str, bool] | None:
    value, name = node.child_by_field_name("value"), node.child_by_field_name("name")
    if value is not None and value.type in FUNCTIONS:
        return _text(name), value.type == "class"
    above = node.parent.parent if node.parent is not None else None
    at_top = above is not None and above.type in ("program", "export_statement")
    if at_top and value is not None and _long(value) and name.type == "identifier":
        return _text(name), value.type == "object"
    return None


def _long(node: Any) -> bool:
    return bool(node.end_point[0] - node.start_point[0] >= 2)


def _key(node: Any) -> Any:
    names = ("key", "name", "property")
    return next((k for k in map(node.child_by_field_name, names) if k is not None), None)


Chunk = tuple[int, int, str]
"""first line, last line, symbol"""


def chunks(path: str, text: str) -> list[Chunk]:
    """They cover the lines of the file that are not blank."""
    language, lines = language_of(path), text.split("\n")
    found: list[Definition] = []
    if language is not None:
        try:
            found = definitions(text, language)
        except RecursionError:
            found = []
    return _merged(_emitted(lines, found, 1, len(lines), ""))


def _emitted(
    lines: list[str], found: list[Definition], start: int, end: int, symbol: str
) -> Iterator[Chunk]:
    at = start
    for each in sorted(found, key=lambda d: (d.start, -d.end)):
        first, last = max(each.top, at), each.end
        if last < at:
            continue
        if first > at:
            yield from _windows(lines, at, first - 1, symbol, WINDOW)
        length = last - first + 1
        big = each.container or each.end - each.start + 1 > LONGEST
        if big and each.children and length > 12:
            yield from _emitted(lines, each.children, first, last, each.qualified)
        else:
            window = WINDOW if length > LONGEST else length
            yield from _windows(lines, first, last, each.qualified, window)
        at = last + 1
    if at <= end:
        yield from _windows(lines, at, end, symbol, WINDOW)


def _windows(lines: list[str], start: int, end: int, symbol: str, size: int) -> Iterator[Chunk]:
    while start <= end and not lines[start - 1].strip():
        start += 1
    while end >= start and not lines[end - 1].strip():
        end -= 1
    length = end - start + 1
    step = -(-length // max(1, -(-length // max(size, 1))))
    while start <= end:
        last = min(end, start + step - 1)
        if any(line.strip() for line in lines[start - 1 : last]):
            yield start, last, symbol
        start = last + 1


def _merged(found: Iterable[Chunk]) -> list[Chunk]:
    """Very small neighbours share a chunk."""
    merged: list[Chunk] = []
    for first, last, symbol in found:
        if merged:
            start, end, name = merged[-1]
            small = last - first < 5 or end - start < 5
            if small and first - end <= 4 and last - start < 30:
                both = name if name == symbol or not symbol else f"{name} {symbol}".strip()
                merged[-1] = (start, last, both)
                continue
        merged.append((first, last, symbol))
    return merged
