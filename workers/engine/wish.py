"""A Thought that the engine itself wants, queued with its worth and the reason in words."""

from __future__ import annotations

from core.db import thoughts
from core.db.connect import Connection
from core.db.thoughts import Subject
from workers.engine.priority import Worth

_WHOLE = Subject()
Whose = tuple[int, int]
"""The ids of an installation and of its repository."""


async def wish(
    connection: Connection,
    whose: Whose,
    kind: str,
    worth: Worth,
    because: str,
    *,
    subject: Subject = _WHOLE,
) -> None:
    """What is queued already, as worthy or more, stays as it is."""
    installation_id, repository_id = whose
    await thoughts.add(
        connection,
        installation_id=installation_id,
        repository_id=repository_id,
        kind=kind,
        subject=subject,
        priority=worth.priority,
        reason=worth.reason(because),
    )
