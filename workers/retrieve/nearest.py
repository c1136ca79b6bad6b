"""The nearest chunks of a question, by the vectors that serve at the moment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core import log
from core.db import embedding_models, embedding_terms, embeddings
from core.db.connect import Connection, Database
from core.db.embedding_models import EmbeddingModel
from core.db.snapshots import Snapshot
from core.errors import TryLater, UserError
from workers.embeddings import lsa
from workers.embeddings.local import PREFIX, LocalModel
from workers.embeddings.provider import ENDPOINT, Provider, Remote, Subject, endpoint_provider
from workers.index.terms import term_id
from workers.model import Endpoint
from workers.retrieve.query import Question
from workers.retrieve.semantic import NEAREST, Near
from workers.retrieve.snapshot_index import SnapshotIndex

if TYPE_CHECKING:
    Floats = NDArray[np.float32]

PATIENCE_SECONDS = 2.0
"""Where a provider is slower, a question does without: the other lists answer."""

_log = log.get(__name__)


class Nearest:
    """Asks whatever provider made the vectors; without vectors, or without the endpoint or local
    model that made them, nothing is near."""

    def __init__(
        self, database: Database, endpoint: Endpoint | None, local: LocalModel | None = None
    ) -> None:
        self._database = database
        self._endpoint = endpoint
        self._local = local

    async def to(self, snapshot: Snapshot, question: Question, index: SnapshotIndex) -> list[Near]:
        async with self._database.tenant(snapshot.installation_id) as connection:
            model = await embedding_models.in_state(connection, snapshot.repository_id, "serving")
            if model is None:
                return []
            if not model.provider.startswith((ENDPOINT, PREFIX)):
                vector = await _by_terms(connection, model, question)
                return await _search(connection, model, vector, index)
        vector = await self._by_provider(model, question)
        async with self._database.tenant(snapshot.installation_id) as connection:
            return await _search(connection, model, vector, index)

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


async def _by_terms(connection: Connection, model: EmbeddingModel, question: Question) -> Floats:
    weights = {term_id(term): weight for term, weight in question.weights.items()}
    known = await embedding_terms.known(connection, model.id, list(weights))
    return lsa.question_vector(weights, known)


async def _search(
    connection: Connection, model: EmbeddingModel, vector: Floats, index: SnapshotIndex
) -> list[Near]:
    """Vectors of other snapshots lie among those of this one: where they take too many places, only
    this snapshot's are searched."""
    if len(vector) != model.dimensions:
        return []
    found = await embeddings.nearest(connection, model, vector, NEAREST)
    known = np.isin([near[0] for near in found], index.blob_ids)
    ours = [near for near, is_ours in zip(found, known.tolist(), strict=True) if is_ours]
    if len(ours) < len(found) // 2:
        ours = await embeddings.nearest(
            connection, model, vector, NEAREST, blob_ids=index.blob_ids.tolist()
        )
    return [Near(*near) for near in ours]
