"""What is normalized stays as it is when it is normalized again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.db.symbol_graph import Definition
from workers.oracles.base import Promise, is_public

_NAME = re.compile(
    r"(^|_)(normali[sz]e|canonicali[sz]e|dedent|strip|sort|dedup|deduplicate)"
    # What makes a key or a function makes something else than it takes.
    r"(_(?!(.*_)?(key|keygen|order|func|function|factory|parser|test)$)|$)"
)


def promises(path: str, definitions: Sequence[Definition]) -> list[Promise]:
    return [
        Promise(
            *("idempotence", path, each.qualified),
            f"`{each.qualified}` leaves what it has made as it is",
            each.name,
        )
        for each in definitions
        if each.kind in ("function", "method") and is_public(each) and _NAME.search(each.name)
    ]
