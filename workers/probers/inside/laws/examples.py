"""Examples of the documentation: what they give is what stands below them."""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Iterator
from typing import Any

from ..closed import dotted
from ..harvest import sources
from ..package import Callable_
from ..pool import Pool
from ..shown import Line, Listing, noted, told
from ..trial import Trial

_MOST = 60


def trials(pool: Pool) -> Iterator[Trial]:
    for each in (*pool.package.functions, *pool.package.classes, *pool.package.methods):
        said = inspect.cleandoc(each.documented)
        names = _names(pool, each.module)
        if ">>> " in said:
            yield from _of(pool, each, told(said, _MOST), names)
        for code in sources(said):
            yield from _of(pool, each, noted(code), names)


def _of(
    pool: Pool, told_of: Callable_, lines: list[Line], names: dict[str, ast.expr]
) -> Iterator[Trial]:
    for each in Listing(names, pool.running.names).follow(lines):
        said = each.line.strip().replace("`", "'").replace("\n", " ")[:120]
        says = f"the documentation of `{told_of.symbol}` shows what `{said}` gives"
        place = (told_of.module, told_of.symbol, told_of.line)
        yield Trial("examples", *place, says, each.body, each.of, each.short)


def _names(pool: Pool, module: str) -> dict[str, ast.expr]:
    """What the names of a module are for others."""
    found: dict[str, Any] = vars(pool.package.modules.get(module, builtins))
    return {name: dotted(f"{module}.{name}") for name in found if not _is_builtin(name, found)}


def _is_builtin(name: str, known: dict[str, Any]) -> bool:
    return name.startswith("__") or known[name] is getattr(builtins, name, known)
