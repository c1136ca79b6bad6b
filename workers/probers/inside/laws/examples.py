"""Examples of the documentation: what they give is what stands below them."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Iterator
from doctest import Example
from typing import Any

from ..closed import dotted
from ..harvest import examples, parsed
from ..package import Callable_
from ..pool import Pool
from ..trial import Trial

_MOST = 60
_PRINTS = re.compile(r"\bprint\(|pprint|rand|sample|shuffle|time\(\)|now\(|today\(")
_LOOSE = re.compile(r"\.\.\.|0x[0-9a-f]{4}|<.*>|Traceback")


def trials(pool: Pool) -> Iterator[Trial]:
    for each in (*pool.package.functions, *pool.package.classes, *pool.package.methods):
        said = inspect.cleandoc(each.documented)
        if ">>> " in said:
            names = _names(pool, each.module)
            yield from _of(each, examples(said)[:_MOST], names)


def _of(told: Callable_, listed: list[Example], names: dict[str, ast.expr]) -> Iterator[Trial]:
    for line, (body, of) in shown(listed, names):
        says = f"the documentation of `{told.symbol}` shows what `{_line(line)}` gives"
        yield Trial("examples", told.module, told.symbol, told.line, says, body, of)


def shown(
    listed: list[Example], names: dict[str, ast.expr]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Statements of each example that can be checked, with those before it; whether they are
    `shown` word for word or `written` in one of several ways."""
    before: list[str] = []
    for example in listed:
        tree = parsed(example.source)
        if tree is None or not tree.body:
            return
        made = _Dotted(names, _bound(tree) | _assigned(before)).visit(tree)
        text = ast.unparse(made)
        check, of = _check(made, example.want.strip())
        if check and not any(_PRINTS.search(each) for each in (*before, check)):
            yield text, ("\n".join([*before, check]), of)
        if "Traceback" not in example.want:
            before.append(text)


def _line(text: str) -> str:
    return text.strip().replace("`", "'").replace("\n", " ")[:120]


def _check(tree: ast.Module, want: str) -> tuple[str, str]:
    """'' where the example cannot be told from what is printed. What is not a literal may be
    written in another way."""
    last = tree.body[-1]
    if not want or len(tree.body) != 1 or not isinstance(last, ast.Expr):
        return "", ""
    given = ast.unparse(last.value)
    try:
        ast.literal_eval(want)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        if _LOOSE.search(want) or "\n" in want:
            return "", ""
        return f"assert repr({given}) == {want!r}", "written"
    return f"assert ({given}) == {want}", "shown"


def _names(pool: Pool, module: str) -> dict[str, ast.expr]:
    """What the names of a module are for others."""
    found: dict[str, Any] = vars(pool.package.modules.get(module, builtins))
    return {name: dotted(f"{module}.{name}") for name in found if not _is_builtin(name, found)}


def _is_builtin(name: str, known: dict[str, Any]) -> bool:
    return name.startswith("__") or known[name] is getattr(builtins, name, known)


def _assigned(texts: list[str]) -> set[str]:
    return {name for text in texts for name in _bound(ast.parse(text))}


def _bound(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


class _Dotted(ast.NodeTransformer):
    def __init__(self, names: dict[str, ast.expr], own: set[str]) -> None:
        self.names, self.own = names, own

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if isinstance(node.ctx, ast.Load) and node.id not in self.own and node.id in self.names:
            return self.names[node.id]
        return node
