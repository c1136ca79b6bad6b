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
from workers.embeddings.provider import ENDPOINT, endpoint_provider
from workers.index.terms import term_id
from workers.model import Endpoint
from workers.retrieve.query import Question
from workers.retrieve.semantic import NEAREST, Near
from workers.retrieve.snapshot_index import SnapshotIndex

if TYPE_CHECKING:
    Floats = NDArray[np.float32]

PATIENCE_SECONDS = 2.0
"""An endpoint that is slower does without: the other lists answer."""

_log = log.get(__name__)


class Nearest:
    """Asks whatever provider made the vectors; without vectors, or without the endpoint that made
    them, nothing is near."""

    def __init__(self, database: Database, endpoint: Endpoint | None) -> None:
        self._database = database
        self._endpoint = endpoint

    async def to(self, snapshot: Snapshot, question: Question, index: SnapshotIndex) -> list[Near]:
        async with self._database.tenant(snapshot.installation_id) as connection:
            model = await embedding_models.in_state(connection, snapshot.repository_id, "serving")
            if model is None:
                return []
            if not model.provider.startswith(ENDPOINT):
                vector = await _by_terms(connection, model, question)
                return await _search(connection, model, vector, index)
        vector = await self._by_endpoint(model, question)
        async with self._database.tenant(snapshot.installation_id) as connection:
            return await _search(connection, model, vector, index)

    async def _by_endpoint(self, model: EmbeddingModel, question: Question) -> Floats:
        nothing = np.zeros(0, dtype=np.float32)
        if self._endpoint is None or endpoint_provider(self._endpoint) != model.provider:
            return nothing
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                (made,) = await self._endpoint.embed([question.text])
        except (UserError, TryLater, TimeoutError) as error:
            _log.warning("question not embedded", reason=str(error) or "too slow")
            return nothing
        vector = np.array(made, dtype=np.float32)
        return vector / max(float(np.linalg.norm(vector)), 1e-9)


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
    ours = [near for near in found if near[0] in index.blob_ids]
    if len(ours) < len(found) // 2:
        ours = await embeddings.nearest(
            connection, model, vector, NEAREST, blob_ids=list(index.blob_ids)
        )
    return [Near(*near) for near in ours]
