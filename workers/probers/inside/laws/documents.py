"""Examples of documents that are no code: what they give is what stands below them."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

from ..closed import dotted, modules
from ..harvest import sources
from ..package import Callable_
from ..pool import Pool
from ..shown import Line, Listing, noted, told
from ..trial import Trial

_MOST = 200


def trials(pool: Pool) -> Iterator[Trial]:
    """Each paragraph of examples goes on with what the ones before it named."""
    named = [*pool.package.functions, *pool.package.classes]
    by_text = {each.text: each for each in named}
    names = {each.symbol: dotted(each.text) for each in reversed(named)}
    for text in pool.harvest.documents:
        written = [line for code in sources(text) for line in noted(code)][:_MOST]
        for lines in (told(textwrap.dedent(text), _MOST), written):
            yield from _of(pool, lines, by_text, names)


def _of(
    pool: Pool, lines: list[Line], by_text: dict[str, Callable_], names: dict[str, ast.expr]
) -> Iterator[Trial]:
    for each in Listing(names, pool.running.names).follow(lines):
        used = modules(ast.parse(each.short), by_text.keys())
        if used:
            blamed = by_text[min(used)]
            said = each.line.replace("`", "'").replace("\n", " ")[:100]
            says = f"a document shows what `{said}` gives"
            place = (blamed.module, blamed.symbol, blamed.line)
            yield Trial("documents", *place, says, each.body, each.of, each.short)
