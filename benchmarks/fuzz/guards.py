"""Defects made by hand's rule: the first guard of a function is taken out."""

from __future__ import annotations

import ast
from collections.abc import Collection
from pathlib import Path


def without_guards(path: Path, symbols: Collection[str]) -> list[str]:
    """Take the first `if` that only returns or raises out of each of these functions, in place;
    return the functions that had one."""
    text = path.read_text()
    lines = text.splitlines(keepends=True)
    found = []
    for node in sorted(_functions(ast.parse(text)), key=lambda each: -each[1].lineno):
        name, function = node
        guard = next((each for each in function.body if _is_guard(each)), None)
        if name in symbols and guard is not None:
            indent = lines[guard.lineno - 1][: guard.col_offset]
            lines[guard.lineno - 1 : guard.end_lineno] = [f"{indent}pass\n"]
            found.append(name)
    path.write_text("".join(lines))
    return found


def _functions(tree: ast.Module) -> list[tuple[str, ast.FunctionDef]]:
    found = [(each.name, each) for each in tree.body if isinstance(each, ast.FunctionDef)]
    for owner in tree.body:
        if isinstance(owner, ast.ClassDef):
            inner = [each for each in owner.body if isinstance(each, ast.FunctionDef)]
            found += [(f"{owner.name}.{each.name}", each) for each in inner]
    return found


def _is_guard(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and not node.orelse
        and len(node.body) == 1
        and isinstance(node.body[0], ast.Return | ast.Raise)
    )
