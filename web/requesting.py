"""Thoughts that people ask for: about a finding, or one that ran before, once more."""

from __future__ import annotations

from aiohttp import web

from core.db import audit_log, drafts, thoughts
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


async def request_pull(request: web.Request, repository: Repository, finding: Finding) -> None:
    """Ask for a finding's patch as a draft pull request. Raise Problem 409 where there is none to
    be had; whether the person may, GitHub is asked again when the work begins."""
    if repository.github_id is None or not finding.patch:
        raise Problem(409, "There is no patch here that could become a pull request on GitHub.")
    viewer = access.viewer(request)
    await check_rate(
        request,
        viewer,
        "thought",
        THOUGHTS_A_MINUTE,
        "requests",
        installation_id=repository.installation_id,
    )
    kind: drafts.Kind = "tests" if finding.rule == "missing-test" else "fix"
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        await require_on(request, connection)
        queued = await drafts.request(
            connection,
            repository,
            kind=kind,
            asked_by=viewer.actor,
            fingerprint=finding.fingerprint,
            ref=finding.ref,
        )
        detail = {"fingerprint": finding.fingerprint, "door": "web"}
        await audit_log.add(
            connection,
            audit_log.New(
                *(repository.installation_id, repository.id, viewer.actor, "command", kind), detail
            ),
        )
    for each in queued:
        await request.app[keys.QUEUE].wake(each)


async def run_again(request: web.Request, repository: Repository, run: Run) -> Thought:
    return await _ask(request, repository, run.kind, run.about)


async def _ask(
    request: web.Request, repository: Repository, kind: str, subject: Subject
) -> Thought:
    """Raise Problem where too much is asked for at once, or everything is switched off."""
    await check_rate(
        request,
        access.viewer(request),
        "thought",
        THOUGHTS_A_MINUTE,
        "requests",
        installation_id=repository.installation_id,
    )
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
