"""One search of a repository, as the terminal and the job of the browser run it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.db import snapshots
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.snapshots import Snapshot
from core.errors import UserError
from workers.git import Mirror
from workers.index.build import Report
from workers.index.terms import identifier_terms
from workers.retrieve import facets, query
from workers.retrieve.facets import Chosen
from workers.retrieve.find import MOST, find
from workers.retrieve.preview import Line, preview
from workers.retrieve.search import Searcher
from workers.retrieve.spots import Place
from workers.retrieve.syntax import Operator, Query, parse
from workers.retrieve.texts import Texts

SnapshotOf = Callable[[str], Awaitable[Snapshot]]
"""The snapshot of a ref, made where there is none; '' is the default branch."""


def snapshots_of(
    database: Database, repository: Repository, build: Callable[[str], Awaitable[Report]]
) -> SnapshotOf:
    """Of a repository that is indexed by others; of its other refs by `build`."""

    async def snapshot_of(ref: str) -> Snapshot:
        built = (await build(ref)).snapshot_id if ref else None
        async with database.tenant(repository.installation_id) as connection:
            found = await snapshots.get(connection, built or repository.snapshot_id or 0)
        if found is None:
            raise UserError(f"{repository.name} is not indexed yet; search it when that is done.")
        return found

    return snapshot_of


@dataclass(frozen=True, slots=True)
class Shown:
    place: Place
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Result:
    """`shown` are the first of the places that were found, after `chosen` facets."""

    snapshot: Snapshot
    query: Query
    shown: list[Shown]
    total: int
    complete: bool
    facets: dict[str, list[tuple[str, int]]]
    seconds: float


@dataclass(frozen=True, slots=True)
class Search:
    database: Database
    searcher: Searcher
    mirror: Path
    snapshot_of: SnapshotOf

    async def run(self, text: str, *, ref: str = "", limit: int, chosen: Chosen) -> Result:
        """Raises UserError, in one sentence, for a search that cannot be made."""
        snapshot, asked = await self._asked(text, ref)
        began = time.monotonic()
        found = await find(self.database, self.searcher, snapshot, asked, most=max(MOST, limit))
        kept = [place for place in found.places if chosen.keeps(place)]
        shown = await self._shown(snapshot, asked, kept[:limit])
        return Result(
            snapshot,
            asked,
            shown,
            len(kept),
            found.complete,
            facets.counted(found.places, chosen),
            time.monotonic() - began,
        )

    async def told(self, text: str, *, limit: int, chosen: Chosen) -> dict[str, Any]:
        """The last event of a stream: what was found, or how to mend the search."""
        try:
            return as_event(await self.run(text, limit=limit, chosen=chosen))
        except UserError as error:
            return {"type": "error", "message": str(error), "mendable": True}

    async def _asked(self, text: str, ref: str) -> tuple[Snapshot, Query]:
        asked = parse(text)
        if asked.empty:
            raise UserError(
                "Type what to search for: words, a name, "
                '"an exact phrase", /an expression/, or symbol:name.'
            )
        if not asked.ref:
            return await self.snapshot_of(ref), asked
        if ref:
            raise UserError(f"Name one ref: either '{ref}' or @{asked.ref}.")
        return await self._at_ref(text, asked)

    async def _at_ref(self, text: str, asked: Query) -> tuple[Snapshot, Query]:
        """'@property' is a word where the code has it and the repository has no such ref."""
        default = await self.snapshot_of("")
        if not await asyncio.to_thread(self._is_ref, asked.ref):
            written = Query(operators=(Operator("phrase", f"@{asked.ref}"),))
            if (await find(self.database, self.searcher, default, written, most=1)).places:
                return default, parse(text, refs=False)
        return await self.snapshot_of(asked.ref), asked

    def _is_ref(self, name: str) -> bool:
        if not self.mirror.exists():
            return False
        try:
            with Mirror(self.mirror) as mirror:
                return bool(mirror.resolve(name))
        except UserError:
            return False

    async def _shown(
        self, snapshot: Snapshot, asked: Query, places: Sequence[Place]
    ) -> list[Shown]:
        terms = shown_terms(asked)
        reading = Texts(self.database, snapshot, self.searcher.texts)
        texts = await reading.lines({place.blob_id for place in places})
        return [Shown(p, preview(p, texts.get(p.blob_id, []), terms)) for p in places]


def shown_terms(asked: Query) -> frozenset[str]:
    """What to highlight where no phrase or expression says it: of a symbol, its whole name."""
    if asked.words.strip():
        return query.parse(asked.words).own
    names = [value.strip("*.").rpartition(".")[2] for value in asked.of("symbol")]
    return frozenset(terms[-1] for name in names if (terms := identifier_terms(name)))


def as_event(result: Result) -> dict[str, Any]:
    """What a door elsewhere is told: JSON, the last event of its stream."""
    return {
        "type": "done",
        "commit": result.snapshot.commit_sha,
        "ref": result.query.ref,
        "total": result.total,
        "complete": result.complete,
        "seconds": round(result.seconds, 4),
        "results": [_as_json(each) for each in result.shown],
        "facets": {
            facet: [{"value": value, "count": count} for value, count in counts]
            for facet, counts in result.facets.items()
        },
    }


def _as_json(shown: Shown) -> dict[str, Any]:
    place = shown.place
    return {
        "path": place.path,
        "start_line": place.start_line,
        "end_line": place.end_line,
        "symbol": place.symbol,
        "kind": place.kind,
        "language": place.language,
        "part": facets.part_of(place),
        "score": round(place.score, 6),
        "lines": [
            {"number": line.number, "text": line.text, "spans": [list(span) for span in line.spans]}
            for line in shown.lines
        ],
    }
