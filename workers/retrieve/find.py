"""A search with conditions: what fits them, ranked by its words.

Words alone are ranked as a question is. With a phrase or an expression the places are the lines
that match; with `symbol:` they are definitions, and lines within them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.db.connect import Database
from core.db.snapshots import Snapshot
from core.db.symbol_graph import Definition
from workers.retrieve import exact
from workers.retrieve.exact import Expression, Matched
from workers.retrieve.kinds import flags_of
from workers.retrieve.literals import runs
from workers.retrieve.named import named
from workers.retrieve.scope import files_within
from workers.retrieve.search import Hit, Searcher
from workers.retrieve.snapshot_index import Bools, SnapshotIndex
from workers.retrieve.spots import BEHIND, Numbered, Place, Spots
from workers.retrieve.syntax import Query
from workers.retrieve.texts import Texts, narrowed

MOST = 1000
"""Places of one search."""

SECONDS = 5.0
"""How long texts are looked through."""

_AT_ONCE = 16
"""Files looked through together at first; then twice as many each time …"""

_MOST_AT_ONCE = 256
"""… up to this."""

_Defined = Mapping[int, Sequence[Definition]]
"""Definitions by blob."""


@dataclass(frozen=True, slots=True)
class Found:
    """Places, best first. Not `complete`: there are more, or time ran out."""

    places: list[Place]
    complete: bool = True


async def find(
    database: Database, searcher: Searcher, snapshot: Snapshot, query: Query, *, most: int = MOST
) -> Found:
    """Raises UserError for an expression or a language that is none."""
    index = await searcher.index(snapshot)
    texts = Texts(database, snapshot, searcher.texts)
    return await _Search(database, searcher, snapshot, query, index, texts, most).run()


@dataclass(frozen=True, slots=True)
class _Search:
    database: Database
    searcher: Searcher
    snapshot: Snapshot
    query: Query
    index: SnapshotIndex
    texts: Texts
    most: int

    @property
    def spots(self) -> Spots:
        return Spots(self.index)

    async def run(self) -> Found:
        if not self.query.operators:
            return await self._asked()
        files = files_within(self.index, self.query)
        wanted, unwanted = self._expressions(excluded=False), self._expressions(excluded=True)
        defined = await self._defined(excluded=False)
        if wanted:
            found = await self._cut(*await self._lines(wanted, files, defined))
        elif defined is not None:
            found = await self._cut(self._definitions(defined, files))
        elif self.query.words.strip():
            found = await self._ranked(files)
        else:
            spots = self.spots
            found = await self._cut([spots.file(n) for n in spots.with_chunks(files)])
        return await self._without(found, unwanted)

    def _expressions(self, *, excluded: bool) -> list[Expression]:
        return [
            *(exact.phrase(text) for text in self.query.of("phrase", excluded=excluded)),
            *(exact.regex(text) for text in self.query.of("regex", excluded=excluded)),
        ]

    async def _defined(self, *, excluded: bool) -> _Defined | None:
        values = self.query.of("symbol", excluded=excluded)
        return await named(self.database, self.snapshot, values) if values else None

    async def _asked(self) -> Found:
        """Words alone: what a question finds."""
        hits = await self.searcher.search(self.snapshot, self.query.words, limit=self.most)
        return Found([_place(hit) for hit in hits], len(hits) < self.most)

    async def _ranked(self, files: Bools) -> Found:
        chunks = files[self.index.file]
        ranked = await self.searcher.within(self.snapshot, self.query.words, chunks)
        kept = ranked[: self.most]
        places = [replace(self.spots.chunk(each.chunk), score=each.score) for each in kept]
        return Found(places, len(ranked) <= self.most)

    def _definitions(self, defined: _Defined, files: Bools) -> list[Numbered]:
        return [
            self.spots.definition(number, each)
            for number in self.spots.having(defined, files)
            for each in defined[int(self.index.blobs[number])]
        ]

    async def _lines(
        self, wanted: Sequence[Expression], files: Bools, defined: _Defined | None
    ) -> tuple[list[Numbered], bool]:
        """And whether all was looked through: what is aside comes last."""
        kept = narrowed(self.index, wanted, files)
        spots, flags = self.spots, self.index.flags
        numbers = spots.with_chunks(kept) if defined is None else spots.having(defined, kept)
        ordered = sorted(numbers, key=lambda number: (bool(flags[number] & BEHIND), number))
        found: list[Numbered] = []
        end = time.monotonic() + SECONDS
        start, count = 0, _AT_ONCE
        while start < len(ordered):
            if len(found) > self.most or time.monotonic() > end:
                return found, False
            part = {n: int(self.index.blobs[n]) for n in ordered[start : start + count]}
            start, count = start + count, min(2 * count, _MOST_AT_ONCE)
            matched = await self.texts.matched(set(part.values()), wanted)
            for number, blob_id in part.items():
                lines = matched[blob_id]
                inside = lines if defined is None else _inside(lines, defined[blob_id])
                found += spots.lines(number, inside)
        return found, True

    async def _cut(self, found: Sequence[Numbered], complete: bool = True) -> Found:
        """By the score of the chunks that they are in."""
        words = ranking_words(self.query)
        ranked = await self.searcher.within(self.snapshot, words, self.spots.mask(found))
        scores = {each.chunk: each.score for each in ranked}
        places = [replace(each.place, score=scores.get(each.chunk, 0.0)) for each in found]
        places.sort(key=lambda place: place.order)
        return Found(places[: self.most], complete and len(places) <= self.most)

    async def _without(self, found: Found, unwanted: Sequence[Expression]) -> Found:
        """Without what lies in an excluded definition, or in a file where an excluded phrase is."""
        places = found.places
        if defined := await self._defined(excluded=True):
            places = [p for p in places if not _within(p, defined.get(p.blob_id, ()))]
        if unwanted:
            bad = await self.texts.having({place.blob_id for place in places}, unwanted)
            places = [place for place in places if place.blob_id not in bad]
        return replace(found, places=places)


def _place(hit: Hit) -> Place:
    return Place(
        path=hit.path,
        start_line=hit.start_line,
        end_line=hit.end_line,
        symbol=hit.symbol,
        kind=hit.kind,
        language=hit.language,
        flags=flags_of(hit.path),
        blob_id=hit.blob_id,
        score=hit.score,
    )


def ranking_words(query: Query) -> str:
    """What places are ranked by: the words, and where there are none what else was typed."""
    if query.words.strip():
        return query.words
    literal = [run for pattern in query.of("regex") for run in runs(pattern)]
    return " ".join([*query.of("symbol"), *query.of("phrase"), *literal])


def _inside(lines: Matched, definitions: Sequence[Definition]) -> Matched:
    return {
        line: spans
        for line, spans in lines.items()
        if any(d.start_line <= line <= d.end_line for d in definitions)
    }


def _within(place: Place, definitions: Sequence[Definition]) -> bool:
    return any(
        d.start_line <= place.start_line and place.end_line <= d.end_line for d in definitions
    )
