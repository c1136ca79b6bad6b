"""What people say of a finding: a verdict, a vote, that they read it, what to do with it."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from core.db import feedback, insights
from core.db.feedback import OnPage, Voice
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
    """Keep it, all of it or nothing. It is feedback, too."""
    by = access.viewer(request).actor
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        if said.state is not None:
            await insights.judge(connection, finding, state=said.state, by=by, reason=said.reason)
        if said.vote is not None:
            await insights.vote(connection, finding, said.vote)
        if said.patch:
            await insights.settle_patch(connection, finding, state=said.patch, by=by)
        if (vote := _worth(said)) is not None:
            voice = Voice(by, None, vote, "page", note=said.state or said.patch, may_write=True)
            await feedback.hear(connection, OnPage(finding), voice)
        if said.read is not None:
            await insights.mark_read(
                connection, repository.id, read=said.read, fingerprints=[finding.fingerprint]
            )


_WORTH = {"open": 0, "dismissed": -1, "false_positive": -1, "taken": 1, "refused": -1}


def _worth(said: Judgement) -> int | None:
    """As a vote, where it is one."""
    return said.vote if said.vote is not None else _WORTH.get(said.state or said.patch)
