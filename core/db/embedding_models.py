"""Embedding models of a repository: the one that serves, and one that is being built beside it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection, Database

State = Literal["building", "serving"]

_LOCK = 0x766563  # 'vec'


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """`provider` names the method and its version; vectors of two providers do not compare."""

    id: int
    installation_id: int
    repository_id: int
    provider: str
    dimensions: int
    state: State
    parameters: dict[str, Any]

    @property
    def revision(self) -> int:
        """Another one where vectors were added meanwhile."""
        return int(self.parameters.get("revision", 0))


_COLUMNS = ", ".join(EmbeddingModel.__dataclass_fields__)


async def in_state(
    connection: Connection, repository_id: int, state: State
) -> EmbeddingModel | None:
    cursor = connection.cursor(row_factory=class_row(EmbeddingModel))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM embedding_models WHERE repository_id = %s AND state = %s "
        "ORDER BY id DESC LIMIT 1",
        (repository_id, state),
    )
    return await cursor.fetchone()


async def add(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    provider: str,
    dimensions: int,
    parameters: dict[str, Any],
) -> EmbeddingModel:
    """A model that is being built; whatever else was being built for the repository is dropped."""
    await connection.execute(
        "DELETE FROM embedding_models WHERE repository_id = %s AND state = 'building'",
        (repository_id,),
    )
    cursor = connection.cursor(row_factory=class_row(EmbeddingModel))
    await cursor.execute(
        "INSERT INTO embedding_models (installation_id, repository_id, provider, dimensions, "
        f"state, parameters) VALUES (%s, %s, %s, %s, 'building', %s) RETURNING {_COLUMNS}",
        (installation_id, repository_id, provider, dimensions, Jsonb(parameters)),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def serve(connection: Connection, model: EmbeddingModel) -> None:
    """Swap: from the end of this transaction on, questions use this model. The one before goes, and
    its vectors with it."""
    await connection.execute(
        "DELETE FROM embedding_models WHERE repository_id = %s AND id <> %s",
        (model.repository_id, model.id),
    )
    await connection.execute(
        "UPDATE embedding_models SET state = 'serving' WHERE id = %s", (model.id,)
    )


async def remember(connection: Connection, model: EmbeddingModel) -> None:
    """Store its parameters."""
    await connection.execute(
        "UPDATE embedding_models SET parameters = %s WHERE id = %s",
        (Jsonb(model.parameters), model.id),
    )


def one_at_a_time(database: Database, repository_id: int) -> AbstractAsyncContextManager[None]:
    """One run embeds a repository; the next waits."""
    return database.lock(_LOCK << 36 ^ repository_id)
