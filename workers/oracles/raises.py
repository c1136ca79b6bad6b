"""Exceptions that the documentation names, and no others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.db.symbol_graph import Definition
from workers.oracles.base import Promise, is_public

_RAISES = re.compile(
    r"^[^\S\n]*(?::raises?\s+(?P<a>[\w.]+)|(?P<b>[A-Z]\w{0,60}(?:Error|Exception))\s*:|"
    r"[Rr]aises?\s+(?:an?\s+)?[`:~\w]{0,60}?(?P<c>[A-Z]\w{0,60}(?:Error|Exception)))",
    re.MULTILINE,
)


def promises(path: str, definitions: Sequence[Definition]) -> list[Promise]:
    found = []
    for each in definitions:
        match = _RAISES.search(each.docstring) if is_public(each) else None
        if match is not None and each.kind in ("function", "method"):
            kind = match["a"] or match["b"] or match["c"]
            says = f"`{each.qualified}` raises {kind} where its documentation says so, else nothing"
            found.append(Promise("raises", path, each.qualified, says, match[0].strip()))
    return found
