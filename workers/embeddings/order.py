"""In which order chunks are embedded: where it takes long, what is asked about most comes first."""

from __future__ import annotations

from collections.abc import Sequence

from core.db import file_history
from core.db.connect import Connection
from core.db.files import File
from workers.retrieve.kinds import flags_of


async def first_to_last(
    connection: Connection, repository_id: int, listed: Sequence[File]
) -> dict[int, str]:
    """Blobs, each with one of its paths: code before tests and documents, and of those that changed
    lately first."""
    history = await file_history.of_repository(connection, repository_id)
    changed = {row.path: row.last_committed_at.timestamp() for row in history}
    ordered = sorted(
        (file for file in listed if file.blob_id is not None),
        key=lambda file: (flags_of(file.path) > 0, -changed.get(file.path, 0.0), file.path),
    )
    paths: dict[int, str] = {}
    for file in ordered:
        if file.blob_id is not None:
            paths.setdefault(file.blob_id, file.path)
    return paths
