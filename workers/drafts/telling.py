"""What the person who asked is told: one comment, edited as it goes on."""

from __future__ import annotations

from core.db import drafts, intents
from core.db.connect import Connection
from core.db.drafts import Draft, State
from core.db.repositories import Repository
from core.db.work import Work


async def settle(
    connection: Connection,
    repository: Repository,
    draft: Draft,
    state: State,
    said: str,
    *,
    more: str = "",
    number: int | None = None,
) -> list[Work]:
    """Keep what came of it, and tell it where it was asked for; `more` is told there alone."""
    await drafts.settle(connection, draft, state, said, number=number)
    told = await tell(connection, repository, draft, f"{said}\n\n{more}".strip())
    return [*told, await drafts.refresh_dashboard(connection, repository)]


async def tell(
    connection: Connection, repository: Repository, draft: Draft, text: str
) -> list[Work]:
    if not draft.told:
        return []
    return await intents.intend(
        connection,
        repository,
        key=f"{draft.key}:told",
        kind="reply" if "root_id" in draft.told else "comment",
        target=draft.told,
        content={"body": text},
        urgent=True,
    )
