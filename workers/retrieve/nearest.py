"""The nearest chunks of a question, by the vectors that serve at the moment."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from core import log
from core.db import blob_vectors, embedding_models, vocabularies
from core.db.connect import Database
from core.db.embedding_models import EmbeddingModel
from core.db.snapshots import Snapshot
from core.db.vocabularies import Vocabulary
from core.errors import TryLater, UserError
from workers.embeddings import lsa
from workers.embeddings.local import PREFIX, LocalModel
from workers.embeddings.provider import ENDPOINT, Provider, Remote, Subject, endpoint_provider
from workers.index.terms import term_id
from workers.model import Endpoint
from workers.retrieve.disk import Disk
from workers.retrieve.query import Question
from workers.retrieve.segment import Segment
from workers.retrieve.semantic import NEAREST, Near
from workers.retrieve.snapshot_index import SnapshotIndex
from workers.retrieve.vectors import NOWHERE, Vectors, best, precise

Floats = NDArray[np.float32]

PATIENCE_SECONDS = 2.0
"""Where a provider is slower, a question does without: the other lists answer."""

BLOBS_AT_ONCE = 1000
WORTH_WRITING = 0.9
"""Vectors of so many of the chunks are written to files; the rest is read from the database."""

SCANNED = 2
"""So many times the nearest are looked at closely."""

VOCABULARIES = 32
"""So many are kept in memory."""

_log = log.get(__name__)


class Nearest:
    """Asks whatever provider made the vectors; without vectors, or without the endpoint or local
    model that made them, nothing is near."""

    def __init__(
        self,
        database: Database,
        endpoint: Endpoint | None,
        local: LocalModel | None = None,
        disk: Disk | None = None,
    ) -> None:
        self._database = database
        self._endpoint = endpoint
        self._local = local
        self._disk = disk
        self._vocabularies: OrderedDict[int, Vocabulary] = OrderedDict()
        self._vectors: WeakKeyDictionary[Segment, dict[int, Vectors]] = WeakKeyDictionary()
        self._reading: dict[tuple[int, int], asyncio.Task[Vectors]] = {}

    async def to(self, snapshot: Snapshot, question: Question, index: SnapshotIndex) -> list[Near]:
        model = await self._model(snapshot)
        if model is None:
            return []
        if model.provider.startswith((ENDPOINT, PREFIX)):
            vector = await self._by_provider(model, question)
        else:
            vector = await self._by_terms(model, question)
        if len(vector) != model.dimensions:
            return []
        vectors = [await self._of(model, index, segment) for segment in index.segments]
        return await asyncio.to_thread(_nearest, index, vectors, vector)

    async def warm(self, snapshot: Snapshot, index: SnapshotIndex) -> None:
        """Read what the next question needs."""
        model = await self._model(snapshot)
        if model is not None:
            for segment in index.segments:
                await self._of(model, index, segment)

    async def _model(self, snapshot: Snapshot) -> EmbeddingModel | None:
        async with self._database.tenant(snapshot.installation_id) as connection:
            return await embedding_models.in_state(connection, snapshot.repository_id, "serving")

    async def _of(self, model: EmbeddingModel, index: SnapshotIndex, segment: Segment) -> Vectors:
        """Read once, however many ask; again where more may have been stored meanwhile."""
        found = self._vectors.setdefault(segment, {}).get(model.id)
        if found is not None and (found.revision == model.revision or found.known.all()):
            return found
        key = (model.id, id(segment))
        if key not in self._reading:
            name = f"{index.name}.{model.id}" if segment is index.segments[0] else ""
            self._reading[key] = asyncio.create_task(self._read(model, segment, name))
            self._reading[key].add_done_callback(lambda _: self._reading.pop(key))
        return await asyncio.shield(self._reading[key])

    async def _read(self, model: EmbeddingModel, segment: Segment, name: str) -> Vectors:
        """`name`: of the files that they are mapped from, where the segment is."""
        disk = self._disk if name[0:1] not in ("", ".") else None
        found = self._vectors[segment].get(model.id) or Vectors.empty(
            len(segment.file), model.dimensions
        )
        if disk and not found.known.any():
            arrays = await asyncio.to_thread(disk.get, model.repository_id, name)
            found = Vectors.of(arrays) if arrays else found
        missing = found.missing(segment)
        if missing:
            found = await self._filled(model, segment, found, missing)
            if disk and found.known.mean() > WORTH_WRITING:
                found = await asyncio.to_thread(_written, disk, model.repository_id, name, found)
        found.revision = model.revision
        self._vectors[segment][model.id] = found
        return found

    async def _filled(
        self, model: EmbeddingModel, segment: Segment, found: Vectors, missing: list[int]
    ) -> Vectors:
        filled = found.copy()
        async with self._database.tenant(model.installation_id) as connection:
            for start in range(0, len(missing), BLOBS_AT_ONCE):
                batch = missing[start : start + BLOBS_AT_ONCE]
                stored = await blob_vectors.of_blobs(connection, model, batch)
                await asyncio.to_thread(filled.put, segment, stored)
        return filled

    async def _by_provider(self, model: EmbeddingModel, question: Question) -> Floats:
        """Empty where that provider is not there, too slow, or knows no word of the question."""
        nothing = np.zeros(0, dtype=np.float32)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                provider = await self._made(model)
                if provider is None:
                    return nothing
                (vector,) = await provider.vectors([Subject(b"", question.text)])
        except (UserError, TryLater, TimeoutError) as error:
            _log.warning("question not embedded", reason=str(error) or "too slow")
            return nothing
        return vector if vector.any() else nothing

    async def _made(self, model: EmbeddingModel) -> Provider | None:
        """The provider that made a model's vectors, if it is the one in use."""
        provider: Provider | None = None
        if model.provider.startswith(PREFIX):
            provider = await self._local.loaded() if self._local else None
        elif self._endpoint is not None:
            provider = Remote(self._endpoint, endpoint_provider(self._endpoint))
        return provider if provider and provider.name == model.provider else None

    async def _by_terms(self, model: EmbeddingModel, question: Question) -> Floats:
        """Empty where the model knows no word of the question."""
        if model.id not in self._vocabularies:
            async with self._database.tenant(model.installation_id) as connection:
                found = await vocabularies.of_model(connection, model)
            if found is None:
                return np.zeros(0, dtype=np.float32)
            self._vocabularies[model.id] = found
        self._vocabularies.move_to_end(model.id)
        while len(self._vocabularies) > VOCABULARIES:
            self._vocabularies.popitem(last=False)
        weights = {term_id(term): weight for term, weight in question.weights.items()}
        return lsa.question_vector(weights, self._vocabularies[model.id].known(list(weights)))


def _written(disk: Disk, repository_id: int, name: str, vectors: Vectors) -> Vectors:
    """The same, mapped; in memory where they cannot be written."""
    try:
        with disk.draft(repository_id, name) as draft:
            draft.finish(vectors.arrays())
    except OSError as error:
        _log.warning("vectors not written", reason=str(error))
    arrays = disk.get(repository_id, name)
    return Vectors.of(arrays) if arrays else vectors


def _nearest(index: SnapshotIndex, vectors: list[Vectors], vector: Floats) -> list[Near]:
    found = np.concatenate([each.similarities(vector) for each in vectors])
    found[~index.alive] = NOWHERE
    # The scan rounds the question, so it finds more than are wanted.
    chunks = best(found, SCANNED * NEAREST)
    exact = precise(vectors, chunks, vector)
    order = np.argsort(-exact, kind="stable")[:NEAREST]
    keys = index.keys_of(chunks[order])
    return [Near(*key, value) for key, value in zip(keys, exact[order].tolist(), strict=True)]
