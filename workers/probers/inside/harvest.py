"""Values and calls that tests, documents and sources spell out."""

from __future__ import annotations

import ast
import doctest
import re
import textwrap
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import closed
from .closed import Names

_LARGEST = 600_000
_MOST = 6_000
_BLOCK = re.compile(r"^```+\s*(?:py\w*|pycon)\s*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_DIRECTIVE = re.compile(
    r"^(?:\.\. (?:code-block|code|sourcecode):: *(?:python|pycon|py)\S*|[^\n]*::)[ \t]*\n"
    r"((?:[ \t]*\n|[ \t]+[^\n]*\n)+)",
    re.MULTILINE,
)
_REFUSED = re.compile(r"raises|assertRaises|warns|suppress|xfail|skip")


@dataclass(slots=True)
class Harvest:
    """Expressions in the order in which they were met. `calls` are those of calls; `texts` are
    literals of text; `tables` are rows of literals of equal width, with the name that they have;
    `documents` are whole texts that are no code."""

    calls: dict[str, ast.Call] = field(default_factory=dict)
    values: dict[str, ast.expr] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)
    tables: list[tuple[str, list[tuple[object, ...]]]] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def note(self, node: ast.expr) -> None:
        told = closed.text(node) if len(self.values) < _MOST else ""
        if not told:
            return
        self.values.setdefault(told, node)
        if isinstance(node, ast.Call):
            self.calls.setdefault(told, node)


class Reading(ast.NodeVisitor):
    """Of one file, statement by statement: what simple names stand for is known on the way."""

    def __init__(self, found: Harvest, names: Names, tree: ast.AST) -> None:
        """A name that the file gives another value somewhere is known from there on alone."""
        own = _given(tree)
        self.found = found
        self.names = {name: node for name, node in names.items() if name not in own}

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.expr):
            self._expression(node)
        super().visit(node)

    def _expression(self, node: ast.expr) -> None:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and 0 < len(node.value) <= 200:
                self.found.texts.setdefault(node.value)
        elif isinstance(node, ast.Call | ast.BinOp | ast.UnaryOp | ast.List | ast.Dict | ast.Tuple):
            made = closed.closed(node, self.names)
            if made is not None:
                self.found.note(made)
            if isinstance(node, ast.List | ast.Tuple):
                _table("", node, self.found)

    def visit_With(self, node: ast.With) -> None:
        if any(_REFUSED.search(ast.unparse(each.context_expr)) for each in node.items):
            return
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if not _REFUSED.search(name):
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer = dict(self.names)
        for each in (*node.args.args, *node.args.kwonlyargs):
            self.names.pop(each.arg, None)
        self.generic_visit(node)
        self.names = outer

    def visit_For(self, node: ast.For) -> None:
        for each in ast.walk(node.target):
            if isinstance(each, ast.Name):
                self.names.pop(each.id, None)
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """What is called on a value may change it: it is another one afterwards."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
            self._forget(node.value.func.value, made=True)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.generic_visit(node)
        self._forget(node.target)

    def _forget(self, node: ast.AST, *, made: bool = False) -> None:
        """`made`: only what stands for a value, not for a module or what it holds."""
        for each in ast.walk(node):
            if isinstance(each, ast.Name):
                known = self.names.get(each.id)
                if not made or not isinstance(known, ast.Name | ast.Attribute):
                    self.names.pop(each.id, None)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            self._forget(target)
        only = node.targets[0]
        if len(node.targets) == 1 and isinstance(only, ast.Name):
            made = closed.closed(node.value, self.names)
            if made is not None and closed.text(made):
                self.names[only.id] = made


def _given(tree: ast.AST) -> set[str]:
    """Names of variables and parameters."""
    nodes = [*ast.walk(tree)]
    stored = {
        each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    return stored | {each.arg for each in nodes if isinstance(each, ast.arg)}


def _table(name: str, node: ast.List | ast.Tuple, found: Harvest) -> None:
    """Rows of literals."""
    try:
        rows = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return
    if len(rows) >= 4 and all(isinstance(row, tuple | list) for row in rows):
        widths = {len(row) for row in rows}
        if len(widths) == 1 and 2 <= min(widths) <= 4:
            found.tables.append((name, [tuple(row) for row in rows[:400]]))


def parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def read(path: Path) -> str:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
        return ""
    return path.read_text(encoding="utf-8", errors="replace")


def harvested(
    paths: Collection[str],
    packages: Collection[str],
    exports: Mapping[str, Collection[str]],
    known: Callable[[str], Names],
) -> Harvest:
    """Of files of Python and of documents, tests first. `known` gives the names that examples in a
    file may use without importing them."""
    found = Harvest()
    for path in paths:
        text = read(Path(path))
        if path.endswith(".py"):
            tree = parsed(text)
            if tree is None:
                continue
            names = {**known(path), **closed.imported(tree, packages, exports)}
            Reading(found, names, tree).visit(tree)
            _documents(tree, found, names, packages, exports)
        else:
            found.documents.append(text)
            for block in blocks(text):
                names = {**known(path), **closed.imported(block, packages, exports)}
                Reading(found, names, block).visit(block)
    return found


def _documents(
    tree: ast.Module,
    found: Harvest,
    names: Names,
    packages: Collection[str],
    exports: Mapping[str, Collection[str]],
) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            for block in blocks(ast.get_docstring(node) or ""):
                more = closed.imported(block, packages, exports)
                Reading(found, {**names, **more}, block).visit(block)


def blocks(text: str) -> Iterator[ast.Module]:
    """Code in a document: examples, and blocks that say that they are Python."""
    if ">>> " in text:
        for part in re.split(r"\n\s*\n(?=\S)", text):
            tree = parsed("".join(each.source for each in examples(part)))
            if tree is not None:
                yield tree
    for code in sources(text):
        tree = parsed(code)
        if tree is not None:
            yield tree


def sources(text: str) -> Iterator[str]:
    """Blocks of a document that may be Python, without prompts."""
    for pattern in (_BLOCK, _DIRECTIVE):
        for match in pattern.finditer(text + "\n"):
            if ">>> " not in match[1]:
                yield textwrap.dedent(match[1])


def examples(text: str) -> list[doctest.Example]:
    """Paragraphs that are not written as examples have to be hide no others."""
    try:
        return doctest.DocTestParser().get_examples(text)
    except ValueError:
        return [each for part in re.split(r"\n[ \t]*\n", text) for each in _paragraph(part)]


def _paragraph(text: str) -> list[doctest.Example]:
    try:
        return doctest.DocTestParser().get_examples(text)
    except ValueError:
        return []
