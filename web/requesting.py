"""Thoughts that people ask for: about a finding, or one that ran before, once more."""

from __future__ import annotations

from aiohttp import web

from core.db import thoughts
from core.db.findings import Finding
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.thoughts import Subject, Thought
from web import access, keys
from web.asking import require_on
from web.limits import THOUGHTS_A_MINUTE, check_rate
from web.problem import Problem

REQUESTS = {"draft": "draft_patch", "verify": "verify"}
"""What can be asked for about a finding, and the Thought that does it."""


async def request_thought(
    request: web.Request, repository: Repository, finding: Finding, act: str
) -> Thought:
    """Raise Problem 409 for what a pull request alone has: nothing of it is run."""
    if finding.ref:
        raise Problem(409, "Only what the default branch has is tried and mended; merge it first.")
    subject = Subject("finding", path=finding.path, finding=finding.fingerprint)
    return await _ask(request, repository, REQUESTS[act], subject)


async def run_again(request: web.Request, repository: Repository, run: Run) -> Thought:
    return await _ask(request, repository, run.kind, run.about)


async def _ask(
    request: web.Request, repository: Repository, kind: str, subject: Subject
) -> Thought:
    """Raise Problem where too much is asked for at once, or everything is switched off."""
    await check_rate(request, access.viewer(request), "thought", THOUGHTS_A_MINUTE, "requests")
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        await require_on(request, connection)
        return await thoughts.ask(
            connection, repository, kind, subject, by=access.viewer(request).actor
        )


async def cancel_run(request: web.Request, repository: Repository, run: Run) -> None:
    """Raise Problem 409 where it is over already."""
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        is_cancelled = run.status == "running" and await thoughts.cancel(
            connection, run.thought_id, by=access.viewer(request).actor
        )
    if not is_cancelled:
        raise Problem(409, "The run is over already; there is nothing to cancel.")
