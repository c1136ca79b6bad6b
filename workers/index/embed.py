"""Brings the vectors of a repository's default snapshot up to date, after it became visible.

Only chunks without a vector are embedded. Another provider, or a model that the code has outgrown,
is built beside the one that serves, which goes on serving until the new one is whole. Where a local
model cannot be had, vectors that are learned from the repository take its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TypeVar
from zlib import crc32

import numpy as np

from core.db import (
    blob_vectors,
    embedding_models,
    files,
    postings,
    repositories,
    vocabularies,
)
from core.db.blob_vectors import Key
from core.db.chunk_columns import ChunkColumns
from core.db.connect import Database
from core.db.embedding_models import EmbeddingModel
from core.db.repositories import Repository
from core.db.vocabularies import Vocabulary
from core.errors import UserError
from workers.embeddings import lsa
from workers.embeddings.apart import apart
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

MOST_FITTED = 200_000
"""A model is fitted to about so many chunks at most, and the others are folded in."""

BLOBS_AT_ONCE = 1000

Item = TypeVar("Item")


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
            return Embedded(
                serving.provider, await self._fill(serving, self.provider, missing), False
            )
        if missing and await self._is_outgrown(serving, missing):
            return await self._train()
        return Embedded(LSA, await self._fold(serving, missing) if missing else 0, False)

    async def _is_outgrown(self, serving: EmbeddingModel, missing: Sequence[int]) -> bool:
        """Counts the new chunks as folded in."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            new = len((await postings.columns(connection, missing)).ordinal)
        serving.parameters["folded"] = int(serving.parameters.get("folded", 0)) + new
        fitted = int(serving.parameters["chunks"])
        return bool(serving.parameters["folded"] > max(FEW, OUTGROWN * fitted))

    async def _fold(self, serving: EmbeddingModel, missing: Sequence[int]) -> int:
        """With the model as it is: the terms that it does not know count for nothing."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            known = await vocabularies.of_model(connection, serving)
        assert known is not None, "a model that was learned here has a vocabulary"
        return await self._fill(serving, Trained(lsa.of_vocabulary(known)), missing)

    async def _train(self) -> Embedded:
        self.progress("embed", 0, 1)
        packed = await self._some_terms()
        trained = await apart(lsa.fit, packed)
        if trained is None:
            return Embedded("", 0, False)
        model = await self._begin(LSA, trained.dimensions, {"chunks": len(packed)})
        known = Vocabulary.of(trained.terms, trained.rarity, trained.vectors)
        async with self.database.tenant(self.repository.installation_id) as connection:
            await vocabularies.add(connection, model, known)
        # As it is stored: what is folded in later must lie where it would have lain.
        return await self._build(model, Trained(lsa.of_vocabulary(known)))

    async def _some_terms(self) -> list[bytes]:
        """Of every chunk or, where there are very many, of the same share of them in every run."""
        found: list[bytes] = []
        async with self.database.tenant(self.repository.installation_id) as connection:
            for batch in _batched(list(self.paths), BLOBS_AT_ONCE):
                found += _terms(await postings.columns(connection, batch))
        share = len(found) // MOST_FITTED + 1
        return found if share == 1 else [each for each in found if crc32(each) % share == 0]

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
        made = await self._fill(model, provider, await self._missing(model))
        async with self.database.tenant(self.repository.installation_id) as connection:
            await embedding_models.serve(connection, model)
        return Embedded(model.provider, made, True)

    async def _missing(self, model: EmbeddingModel) -> list[int]:
        """Blobs, in the order of embedding."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await blob_vectors.missing(connection, model.id, list(self.paths))

    async def _fill(self, model: EmbeddingModel, provider: Provider, missing: Sequence[int]) -> int:
        """Whole blobs at a time; returns how many chunks they have."""
        self.progress("embed", 0, len(missing))
        done = made = 0
        for blobs in _batched(missing, BLOBS_AT_ONCE):
            for batch in _batches(await self._chunks(blobs), provider.batch):
                await self._store(model, provider, batch)
                made += len(batch)
            done += len(blobs)
            self.progress("embed", done, len(missing))
        return made

    async def _chunks(self, blobs: Sequence[int]) -> list[tuple[Key, bytes]]:
        async with self.database.tenant(self.repository.installation_id) as connection:
            found = await postings.columns(connection, blobs)
        keys = zip(found.blob_id.tolist(), found.ordinal.tolist(), strict=True)
        rank = {blob_id: number for number, blob_id in enumerate(blobs)}
        chunks = zip(keys, _terms(found), strict=True)
        return sorted(chunks, key=lambda each: (rank[each[0][0]], each[0][1]))

    async def _store(
        self, model: EmbeddingModel, provider: Provider, batch: Sequence[tuple[Key, bytes]]
    ) -> None:
        parts = [await self._vectors(provider, part) for part in _batched(batch, provider.batch)]
        model.parameters["revision"] = model.revision + 1
        async with self.database.tenant(self.repository.installation_id) as connection:
            keys = [key for key, _ in batch]
            await blob_vectors.add(connection, model, keys, np.concatenate(parts))
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


def _batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _batches(
    chunks: Sequence[tuple[Key, bytes]], size: int
) -> Iterator[Sequence[tuple[Key, bytes]]]:
    """Of whole blobs, and no longer than the size unless one blob is."""
    blobs = [[*group] for _, group in groupby(chunks, key=lambda each: each[0][0])]
    batch: list[tuple[Key, bytes]] = []
    for blob in blobs:
        if batch and len(batch) + len(blob) > size:
            yield batch
            batch = []
        batch = batch + blob
    if batch:
        yield batch


def _terms(chunks: ChunkColumns) -> list[bytes]:
    """The packed terms of each chunk."""
    ends = np.cumsum(chunks.term_sizes).tolist()
    return [chunks.terms[start:end] for start, end in pairwise([0, *ends])]
