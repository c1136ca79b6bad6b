"""Brings the vectors of a repository's default snapshot up to date, after it became visible.

Only chunks without a vector are embedded. Another provider, or a model that the code has outgrown,
is built beside the one that serves, which goes on serving until the new one is whole. Where a local
model cannot be had, vectors that are learned from the repository take its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.db import (
    embedding_models,
    embedding_terms,
    embeddings,
    files,
    postings,
    repositories,
)
from core.db.connect import Database
from core.db.embedding_models import EmbeddingModel
from core.db.embeddings import Key
from core.db.repositories import Repository
from core.errors import UserError
from workers.embeddings import lsa
from workers.embeddings.local import LocalModel
from workers.embeddings.order import first_to_last
from workers.embeddings.provider import (
    LSA,
    Floats,
    Provider,
    Remote,
    Subject,
    Trained,
    endpoint_provider,
)
from workers.model import Endpoint
from workers.progress import Progress

OUTGROWN = 0.25
"""Chunks folded in since the fit, as a share of those it was fitted to, that call for a new fit."""

FEW = 200
"""So many new chunks never do."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """`provider` is '' where there is nothing to embed, or too little to learn from; `problem` says
    why it is not the one that was asked for."""

    provider: str
    embedded: int
    swapped: bool
    problem: str = ""


async def embed(
    *,
    database: Database,
    endpoint: Endpoint | None,
    repository: Repository,
    progress: Progress | None = None,
    local: LocalModel | None = None,
) -> Embedded:
    """Raise UserError or TryLater where the endpoint fails: what is stored by then stays, and what
    served goes on serving."""
    told = progress or (lambda stage, done, total: None)
    provider, problem = await _chosen(endpoint, local)
    async with embedding_models.one_at_a_time(database, repository.id):
        run = _Run(database, provider, repository, await _paths(database, repository), told)
        done = await run.bring_up_to_date() if run.paths else Embedded("", 0, False)
        return replace(done, problem=problem)


async def _chosen(
    endpoint: Endpoint | None, local: LocalModel | None
) -> tuple[Provider | None, str]:
    """None where vectors are to be learned from the repository, and why that is not as asked."""
    if local is not None:
        try:
            return await local.loaded(), ""
        except UserError as error:
            return None, str(error)
    if endpoint is not None and endpoint.embedding_model:
        return Remote(endpoint, endpoint_provider(endpoint)), ""
    return None, ""


async def _paths(database: Database, repository: Repository) -> dict[int, str]:
    """The blobs of the default snapshot, each with one of its paths, in the order of embedding."""
    async with database.tenant(repository.installation_id) as connection:
        current = await repositories.get(connection, repository.id)
        if current is None or current.snapshot_id is None:
            return {}
        listed = await files.of_snapshot(connection, current.snapshot_id)
        return await first_to_last(connection, repository.id, listed)


@dataclass(frozen=True, slots=True)
class _Run:
    database: Database
    provider: Provider | None
    repository: Repository
    paths: dict[int, str]
    progress: Progress

    async def bring_up_to_date(self) -> Embedded:
        wanted = self.provider.name if self.provider else LSA
        serving = await self._in_state("serving")
        if serving is None and self.provider:
            # An endpoint may take an hour, or fail: the questions of the meantime are not left out.
            await self._train()
        if serving is not None and serving.provider == wanted:
            return await self._refresh(serving)
        return await (self._with(self.provider) if self.provider else self._train())

    async def _in_state(self, state: embedding_models.State) -> EmbeddingModel | None:
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await embedding_models.in_state(connection, self.repository.id, state)

    async def _refresh(self, serving: EmbeddingModel) -> Embedded:
        missing = await self._missing(serving)
        if self.provider:
            await self._fill(serving, self.provider, missing)
            return Embedded(serving.provider, len(missing), False)
        fitted = int(serving.parameters["chunks"])
        folded = int(serving.parameters.get("folded", 0)) + len(missing)
        if folded > max(FEW, OUTGROWN * fitted):
            return await self._train()
        if missing:
            serving.parameters["folded"] = folded
            await self._fold(serving, missing)
        return Embedded(LSA, len(missing), False)

    async def _fold(self, serving: EmbeddingModel, missing: Sequence[tuple[Key, bytes]]) -> None:
        """With the model as it is: the terms that it does not know count for nothing."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            terms, rarity, vectors = await embedding_terms.every(connection, serving.id)
        await self._fill(serving, Trained(lsa.Model(terms, rarity, vectors)), missing)
        async with self.database.tenant(self.repository.installation_id) as connection:
            await embedding_models.remember(connection, serving)

    async def _train(self) -> Embedded:
        self.progress("embed", 0, 1)
        packed = await self._all_terms()
        trained = await asyncio.to_thread(lsa.fit, packed)
        if trained is None:
            return Embedded("", 0, False)
        model = await self._begin(LSA, trained.dimensions, {"chunks": len(packed)})
        async with self.database.tenant(self.repository.installation_id) as connection:
            await embedding_terms.add(
                connection, model, trained.terms, trained.rarity, trained.vectors
            )
        return await self._build(model, Trained(trained))

    async def _all_terms(self) -> list[bytes]:
        async with self.database.tenant(self.repository.installation_id) as connection:
            chunks = [
                chunk
                async for batch in postings.chunks(connection, list(self.paths))
                for chunk in batch
            ]
        # In a fixed order, so that the same files give the same model.
        return [chunk[-1] for chunk in sorted(chunks, key=lambda chunk: chunk[:2])]

    async def _with(self, provider: Provider) -> Embedded:
        """Goes on with what an earlier run began."""
        building = await self._in_state("building")
        if building is None or building.provider != provider.name:
            probe = await provider.vectors([Subject(b"", "def main():")])
            building = await self._begin(provider.name, probe.shape[1], {})
        return await self._build(building, provider)

    async def _begin(
        self, name: str, dimensions: int, parameters: dict[str, int]
    ) -> EmbeddingModel:
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await embedding_models.add(
                connection,
                installation_id=self.repository.installation_id,
                repository_id=self.repository.id,
                provider=name,
                dimensions=dimensions,
                parameters=parameters,
            )

    async def _build(self, model: EmbeddingModel, provider: Provider) -> Embedded:
        missing = await self._missing(model)
        await self._fill(model, provider, missing)
        async with self.database.tenant(self.repository.installation_id) as connection:
            await embedding_models.serve(connection, model)
        return Embedded(model.provider, len(missing), True)

    async def _missing(self, model: EmbeddingModel) -> list[tuple[Key, bytes]]:
        """In the order of embedding."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            found = await embeddings.missing(connection, model.id, list(self.paths))
        rank = {blob_id: number for number, blob_id in enumerate(self.paths)}
        return sorted(found, key=lambda each: (rank[each[0][0]], each[0][1]))

    async def _fill(
        self, model: EmbeddingModel, provider: Provider, missing: Sequence[tuple[Key, bytes]]
    ) -> None:
        self.progress("embed", 0, len(missing))
        for start in range(0, len(missing), provider.batch):
            batch = missing[start : start + provider.batch]
            vectors = await self._vectors(provider, batch)
            async with self.database.tenant(self.repository.installation_id) as connection:
                await embeddings.add(connection, model, [key for key, _ in batch], vectors)
            self.progress("embed", start + len(batch), len(missing))
        await self._index(model)

    async def _index(self, model: EmbeddingModel) -> None:
        """Once it has more vectors than are scanned in a few milliseconds."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            many = await embeddings.count(connection, model.id) > embeddings.EXACT
            if many and not model.parameters.get("indexed"):
                await embeddings.build_index(connection, model)
                model.parameters["indexed"] = True
                await embedding_models.remember(connection, model)

    async def _vectors(self, provider: Provider, batch: Sequence[tuple[Key, bytes]]) -> Floats:
        texts = await self._texts([key for key, _ in batch]) if provider.wants_text else {}
        return await provider.vectors(
            [Subject(packed, texts.get(key, "")) for key, packed in batch]
        )

    async def _texts(self, keys: Sequence[Key]) -> dict[Key, str]:
        """Path and symbol above the lines."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            found = await postings.texts(connection, keys)
        return {
            key: f"{self.paths[key[0]]} {symbol}\n{text}" for key, (symbol, text) in found.items()
        }
