"""Questions about change, answered from history: every commit that is named was read from git, and
what it changed is cited at that commit."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from core.db import commits
from core.errors import UserError
from workers import git
from workers.answer.history_item import Past
from workers.answer.history_model import written
from workers.answer.history_place import Where, find
from workers.answer.history_question import Change, read_change
from workers.answer.history_span import Resolved, resolve
from workers.answer.history_told import compose
from workers.answer.telling import Telling, Told
from workers.git import GitFailed
from workers.index.together import partners
from workers.model import Endpoint

WITHOUT_MODEL = "Made without a model, from what the commits say of themselves."
_COUNTED = frozenset({"owners", "together"})
"""What is counted there stands in no commit."""
_WITHOUT_PLACE = frozenset({"removed", "added", "fixed", "why"})
"""What is asked there may be gone, or be in messages alone."""


async def told_from_history(telling: Telling, endpoint: Endpoint | None) -> Told | None:
    """None: the question is not about change, or about nothing that history knows. A model writes
    the answer from the commits, where there is one; what it cannot, they tell themselves."""
    change = read_change(" ".join(telling.asked.row.question.split()))
    if change is None:
        return None
    where = await find(telling.database, telling.searcher, telling.asked, telling.question, change)
    if where is None and change.kind not in _WITHOUT_PLACE:
        return None
    if where is None and not change.topic:
        return None
    await telling.emit({"type": "status", "text": "Looking through the history"})
    try:
        where = where or Where("", words=tuple(change.topic.split()))
        return await _told(telling, change, where, endpoint)
    except UserError as error:
        return Told(str(error), refused=True)
    except GitFailed:
        return None


async def _told(
    telling: Telling, change: Change, where: Where, endpoint: Endpoint | None
) -> Told | None:
    asked = telling.asked
    within = await asyncio.to_thread(resolve, asked.mirror, asked.snapshot.commit_sha, change.span)
    past = await _past(telling, change, where, within)
    text = await asyncio.to_thread(compose, past)
    if not text:
        return None
    cited = past.citations
    told = Told(text, cited.cited, passed=cited.passed, failed=cited.failed)
    told.notices = [WITHOUT_MODEL]
    if endpoint and past.told and change.kind not in _COUNTED:
        told = await written(telling, endpoint, past, told)
    told.citations = await telling.keep(told.citations)
    told.notices += _reach(asked.mirror)
    return told


async def _past(telling: Telling, change: Change, where: Where, within: Resolved) -> Past:
    asked = telling.asked
    past = Past(
        change.kind,
        asked.mirror,
        asked.snapshot.commit_sha,
        where,
        within,
        tuple(change.topic.split()),
        asks_why="why" in asked.row.question.lower(),
        citations=telling.of_commits([]),
    )
    async with telling.database.tenant(asked.row.installation_id) as connection:
        if change.kind == "owners":
            shares = await commits.authors_of(connection, asked.repository.id, where.paths)
            return replace(past, shares=shares)
        if change.kind == "together":
            rows = await commits.touching(connection, asked.repository.id, where.paths)
            return replace(past, partners=partners(rows, where.paths))
    return past


def _reach(mirror: Path) -> list[str]:
    """What an answer from half a history has to say of itself."""
    if not git.boundary(mirror):
        return []
    return ["The history that is there is shallow: what is older than it is not in this answer."]
