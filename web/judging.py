"""What people say of a finding: a verdict, a vote, that they read it, what to do with it."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from core.db import insights
from core.db.findings import Finding, State
from core.db.repositories import Repository
from web import access, keys

VERDICTS: tuple[State, ...] = ("open", "dismissed", "false_positive")
PATCH_VERDICTS = ("taken", "refused")
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Judgement:
    """None, and '' of `patch`, leave a thing as it is."""

    state: State | None = None
    reason: str = ""
    vote: int | None = None
    read: bool | None = None
    patch: str = ""


async def judge(
    request: web.Request, repository: Repository, finding: Finding, said: Judgement
) -> None:
    """Keep it, all of it or nothing."""
    by = access.viewer(request).actor
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        if said.state is not None:
            await insights.judge(connection, finding, state=said.state, by=by, reason=said.reason)
        if said.vote is not None:
            await insights.vote(connection, finding, said.vote)
        if said.patch:
            await insights.settle_patch(connection, finding, state=said.patch, by=by)
        if said.read is not None:
            await insights.mark_read(
                connection, repository.id, read=said.read, fingerprints=[finding.fingerprint]
            )
