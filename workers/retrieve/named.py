"""Definitions by name: what `symbol:` finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import re2

from core.db import symbol_graph
from core.db.connect import Database
from core.db.snapshots import Snapshot
from core.db.symbol_graph import Definition

MOST = 20_000

_SEPARATORS = re.compile(r"::|#|->|\\")
_WILD = re.compile(r"([%_\\])")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it was asked for. '*' stands for any rest of a part; small letters fit capitals."""

    dotted: str

    @classmethod
    def of(cls, value: str) -> Name:
        return cls(_SEPARATORS.sub(".", value).strip("."))

    @property
    def any_case(self) -> bool:
        return self.dotted == self.dotted.lower()

    @property
    def like(self) -> tuple[str, str]:
        """LIKE patterns: of the name itself, and of the qualified one, which they narrow."""
        written = _WILD.sub(r"\\\1", self.dotted).replace("*", "%")
        return written.rpartition(".")[2], f"%{written}"

    def fits(self) -> Callable[[str], bool]:
        """Whether whole parts at the end of a qualified name are this one. By RE2: a backtracking
        engine would try many stars against each other."""
        written = "[^.]*".join(re2.escape(part) for part in self.dotted.split("*"))
        pattern = re2.compile(rf"{'(?i)' if self.any_case else ''}(?:.*\.)?(?:{written})")
        return lambda qualified: pattern.fullmatch(qualified) is not None


async def named(
    database: Database, snapshot: Snapshot, values: Iterable[str]
) -> dict[int, list[Definition]]:
    """Definitions that fit any of the names, by blob; also of blobs that the snapshot has not."""
    found: dict[int, dict[int, Definition]] = {}
    async with database.tenant(snapshot.installation_id) as connection:
        for name in map(Name.of, values):
            fits, (like, qualified) = name.fits(), name.like
            for each in await symbol_graph.like(
                connection,
                snapshot.repository_id,
                name=like,
                qualified=qualified,
                any_case=name.any_case,
                limit=MOST,
            ):
                if fits(each.qualified):
                    found.setdefault(each.blob_id, {})[each.ordinal] = each
    return {blob: list(of_blob.values()) for blob, of_blob in found.items()}
