"""Examples of documents that are no code: what they give is what stands below them."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from doctest import Example

from ..closed import dotted, modules
from ..harvest import examples
from ..package import Callable_
from ..pool import Pool
from ..trial import Trial
from .examples import shown

_MOST = 40


def trials(pool: Pool) -> Iterator[Trial]:
    """Each paragraph of examples goes on with what the ones before it named."""
    named = [*pool.package.functions, *pool.package.classes]
    by_text = {each.text: each for each in named}
    names = {each.symbol: dotted(each.text) for each in reversed(named)}
    for text in pool.harvest.documents:
        if ">>> " in text:
            yield from _of(examples(textwrap.dedent(text))[:_MOST], by_text, names)


def _of(
    listed: list[Example], by_text: dict[str, Callable_], names: dict[str, ast.expr]
) -> Iterator[Trial]:
    for told, trial in shown(listed, names):
        used = modules(ast.parse(told), by_text.keys())
        if used:
            each = by_text[min(used)]
            says = f"a document shows what `{told[:100]}` gives".replace("\n", " ")
            place = (each.module, each.symbol, each.line)
            yield Trial("documents", *place, says, trial[0], trial[1])
