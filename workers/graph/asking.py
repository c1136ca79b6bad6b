"""The graph of a snapshot, asked with definitions as the database has them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ParamSpec, TypeVar

from core.db import facts, file_history, symbol_graph
from core.db.connect import Database
from core.db.facts import Fact
from core.db.snapshots import Snapshot
from core.db.symbol_graph import Definition
from workers.graph.facts import Telling, last_changed, touched
from workers.graph.graph import Graph
from workers.graph.pagerank import Ranks, ranks
from workers.graph.questions import Place, Questions, Step, Use

SURE = 0.3
"""A weight below this says that the name may as well mean something else."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Asking:
    """Answers are worked out in a thread, one at a time."""

    def __init__(
        self, database: Database, snapshot: Snapshot, graph: Graph, unlinked: Sequence[int] = ()
    ) -> None:
        """`unlinked`: blobs whose links were not there yet."""
        self._database = database
        self.unlinked = unlinked
        self.snapshot = snapshot
        self.graph = graph
        self.questions = Questions(graph)
        self._telling = Telling(self.questions)
        self._one = asyncio.Lock()
        self._ranks: Ranks | None = None

    async def run(self, work: Callable[_P, _R], /, *arguments: _P.args, **named: _P.kwargs) -> _R:
        async with self._one:
            return await asyncio.to_thread(work, *arguments, **named)

    async def ranks(self) -> Ranks:
        """How much depends on everything: every reference is resolved, which takes minutes in the
        largest repositories, so not while somebody waits. It is remembered."""
        if self._ranks is None:
            self._ranks = await self.run(ranks, self.questions)
        return self._ranks

    def place(self, path: str, ordinal: int) -> Place | None:
        """None where the graph has no such symbol: a heading, a key of a data file."""
        file = self.graph.tree.numbers.get(path)
        if file is None or not 0 <= ordinal < len(self.graph.outline(file).links.symbols):
            return None
        return Place(file, ordinal)

    async def uses(self, path: str, ordinal: int, *, least: float = SURE) -> list[Use]:
        """Who uses a definition, the surest and strongest first."""
        place = self.place(path, ordinal)
        found = await self.run(self.questions.uses, place) if place else []
        return [use for use in found if use.weight >= least]

    async def uses_of(self, definitions: Sequence[Definition]) -> list[Use]:
        """Who uses one of these, which have the same name; however unsure."""
        places = [self.place(each.path, each.ordinal) for each in definitions]
        return await self.run(self.questions.uses, *[each for each in places if each])

    async def uses_of_name(self, name: str) -> list[Use]:
        """Who uses a name, whatever it may mean there."""
        return await self.run(self.questions.named, name)

    async def importers(self, path: str) -> list[Use]:
        """Files that import a file; none of one that the graph does not have."""
        file = self.graph.tree.numbers.get(path)
        return await self.run(self.questions.importers, file) if file is not None else []

    async def calls(self, path: str, ordinal: int, *, least: float = SURE) -> list[Definition]:
        """What a definition calls that the repository defines, in the order of the lines."""
        place = self.place(path, ordinal)
        steps: Sequence[Step] = await self.run(self.questions.steps, place) if place else []
        return await self.definitions([step.place for step in steps if step.weight >= least])

    async def implementers(self, path: str, ordinal: int) -> list[Definition]:
        """Classes that inherit from a class, methods that override a method."""
        place = self.place(path, ordinal)
        found = await self.run(self.questions.implementers, place) if place else []
        return await self.definitions(found)

    async def facts(self, scope: str) -> list[Fact]:
        """Checked statements about a scope, remembered for whoever asks next."""
        found = await self.run(self._telling.scope, scope)
        installation_id, until = self.snapshot.installation_id, self.snapshot.committed_at
        cited = touched(found, scope.strip().strip("/"))
        async with self._database.tenant(installation_id) as connection:
            if cited and until:
                last = await file_history.last_of(
                    connection, self.snapshot.repository_id, list(cited), until=until
                )
                found[1:1] = [last_changed(each, cited[each.path]) for each in last]
            await facts.remember(
                connection,
                installation_id=installation_id,
                snapshot_id=self.snapshot.id,
                scope=scope,
                facts=found,
            )
        return found

    async def definitions(self, places: Sequence[Place]) -> list[Definition]:
        """With their signatures and docstrings; in the order of the places."""
        files = self.graph.files
        keys = [(files[place.file].blob_id, place.symbol) for place in places]
        paths = {key: files[p.file].path for key, p in zip(keys, places, strict=True)}
        async with self._database.tenant(self.snapshot.installation_id) as connection:
            found = await symbol_graph.defined(connection, list(dict.fromkeys(keys)))
        return [replace(each, path=paths[each.blob_id, each.ordinal]) for each in found]
