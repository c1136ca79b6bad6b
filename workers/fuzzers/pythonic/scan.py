"""Functions of Python worth fuzzing, and calls of them with plain arguments, read from sources."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from workers.fuzzers.base import Target
from workers.fuzzers.inside import terms
from workers.runners.pythonic.layout import is_test
from workers.sandbox import files

_LARGEST = 600_000
_MOST_FILES = 3_000
_MOST_CALLS = 40
_BOUNDARY = re.compile(
    r"(^|_)(parse|loads?|decode|from|read|split|token\w*|lex|scan|normali[sz]e|convert|unescape|"
    r"unquote|extract|match|validate|deserialize|expand|compile|eval|detect|guess|compare)(_|$)"
)
_NEVER = {"main", "run", "cli", "serve", "exec", "setup", "shutdown", "system"}
_ASIDE = {"bin", "ci", "dev", "scripts", "tools"}
_CHORES = {"setup.py", "noxfile.py", "tasks.py", "fabfile.py", "conftest.py"}
"""What a repository does with itself, and nobody imports."""
_DECORATED = re.compile(
    r"overload|abstractmethod|property|fixture|setter|getter|deleter|command|group|route|"
    r"contextmanager|singledispatch|register|deprecated"
)
_DOCUMENT = re.compile(r"(?i)(README[^/]*|docs?/[^/]*)\.(md|rst|txt)")
_BLOCK = re.compile(r"^```(?:py|python)[^\n]*+\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LITERAL = re.compile(
    r"^(?:\.\. (?:code-block|code|sourcecode):: *python|.*::) *\n(?: +:.*\n)*\n((?:(?: +.*)?\n)+)",
    re.MULTILINE,
)
_MOST_DOCUMENTS = 30
_BRANCHES = (ast.If, ast.For, ast.While, ast.Try, ast.IfExp, ast.BoolOp, ast.Subscript)


@dataclass(slots=True)
class Scanned:
    """Targets by name, and calls by the last part of a function's name."""

    targets: list[Target] = field(default_factory=list)
    calls: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    caught: dict[str, set[str]] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)


def scan(folder: Path, paths: Sequence[str], sources: Sequence[str]) -> Scanned:
    """`paths` are all files, whose calls count; `sources` those whose functions may be fuzzed."""
    found = Scanned()
    trees = {path: tree for path in paths if (tree := _parsed(folder, path)) is not None}
    for example in _shown(folder, paths):
        _read_calls(example, found)
    for path, tree in trees.items():
        _read_calls(tree, found)
        if path.endswith("/__init__.py"):
            found.exported |= set(_exports(tree))
    wanted = {path for path in sources if path in trees and _is_imported(path)}
    for path in sorted(wanted):
        found.targets += _functions(path, trees[path], found)
    found.targets.sort(key=lambda each: (-each.score, each.path, each.start_line))
    return found


def _is_imported(path: str) -> bool:
    """By others: no test, and nothing that is run at the repository's root alone."""
    first = path.partition("/")[0]
    return not is_test(path) and first not in _ASIDE and path not in _CHORES


def _parsed(folder: Path, path: str) -> ast.Module | None:
    target = folder / path
    if not path.endswith(".py") or target.is_symlink() or not target.is_file():
        return None
    if target.stat().st_size > _LARGEST:
        return None
    try:
        return _tree(target.read_text(errors="replace"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _shown(folder: Path, paths: Sequence[str]) -> Iterator[ast.Module]:
    """Examples of the documents: blocks of Python, and lines after a prompt."""
    for path in [each for each in paths if _DOCUMENT.fullmatch(each)][:_MOST_DOCUMENTS]:
        text = (files.read(folder, path, _LARGEST) or b"").decode(errors="replace")
        for block in (*(found[1] for found in _BLOCK.finditer(text)), *_indented(text)):
            with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                yield _tree(dedent(block))
        yield from _examples(text)


def _indented(text: str) -> Iterator[str]:
    """Blocks of reStructuredText."""
    for found in _LITERAL.finditer(text):
        yield found[1]


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _exports(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            yield from (name.asname or name.name for name in node.names)


def _functions(path: str, tree: ast.Module, found: Scanned) -> Iterator[Target]:
    private = any(part.startswith("_") for part in path.removesuffix("__init__.py").split("/"))
    for node in tree.body:
        if private and getattr(node, "name", "") not in found.exported:
            continue
        if isinstance(node, ast.FunctionDef) and _is_public(node):
            yield _target(path, "", node, found)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and _is_public(inner):
                    yield _target(path, node.name, inner, found)


def _is_public(node: ast.FunctionDef) -> bool:
    taken = node.args
    if node.name.startswith("_") or node.name in _NEVER:
        return False
    if any(_DECORATED.search(ast.unparse(each)) for each in node.decorator_list):
        return False
    return bool({each.arg for each in (*taken.args, *taken.kwonlyargs, *taken.posonlyargs)}
                - {"self", "cls"})  # fmt: skip


def _target(path: str, owner: str, node: ast.FunctionDef, found: Scanned) -> Target:
    symbol = f"{owner}.{node.name}" if owner else node.name
    branches = sum(isinstance(each, _BRANCHES) for each in ast.walk(node))
    annotated = any(each.annotation is not None for each in node.args.args)
    score = min(1.5, branches / 12) + 0.3 * annotated + 0.4 * (node.name in found.exported)
    score += 1.0 if _BOUNDARY.search(node.name) else 0.0
    score += 0.6 if node.name in found.calls else 0.0
    score -= 0.5 if owner else 0.0
    promised = set(re.findall(r"\b\w+(?:Error|Exception)\b", ast.get_docstring(node) or ""))
    promised |= found.caught.get(node.name, set())
    end = node.end_lineno or node.lineno
    return Target(path, symbol, node.lineno, end, score, frozenset(promised))


def _read_calls(tree: ast.Module, found: Scanned) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _read_call(node, found)
        elif isinstance(node, ast.Try):
            _read_caught(node, found)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            for example in _examples(ast.get_docstring(node) or ""):
                _read_calls(example, found)


def _examples(text: str) -> Iterator[ast.Module]:
    for line in re.findall(r"^[^\S\n]*>>> (.+)$", text, re.MULTILINE)[:20]:
        try:
            yield _tree(line)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _read_call(node: ast.Call, found: Scanned) -> None:
    name = _called(node)
    known = found.calls.get(name, [])
    if not name or len(known) >= _MOST_CALLS or (not node.args and not node.keywords):
        return
    try:
        given = [terms.of(ast.literal_eval(each)) for each in node.args]
        named = {each.arg or "": terms.of(ast.literal_eval(each.value)) for each in node.keywords}
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return
    call = {
        "arguments": [terms.packed(each) for each in given],
        "keywords": {key: terms.packed(each) for key, each in named.items()},
    }
    if "" not in named and call not in known:
        found.calls.setdefault(name, []).append(call)


def _read_caught(node: ast.Try, found: Scanned) -> None:
    """Who catches an exception around a call knows that it may come."""
    kinds = set[str]()
    for handler in node.handlers:
        named = ast.unparse(handler.type) if handler.type else "Exception"
        kinds |= set(re.findall(r"\w+$|\w+(?=[,)])", named)) - {"Exception", "BaseException"}
    for each in node.body:
        for inner in ast.walk(each):
            if isinstance(inner, ast.Call) and (name := _called(inner)):
                found.caught.setdefault(name, set()).update(kinds)
