"""Runs for pages and programs: found where the viewer may see them, and told."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from aiohttp import web

from core.db import repositories, runs
from core.db.repositories import Repository
from core.db.runs import LOG, Run
from core.errors import TryLater
from web import keys
from web.access import viewer
from web.insights import artifact_url
from web.problem import Problem

ARTIFACT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_LOG_BYTES = 128 * 1024
_KIND = re.compile(r"[a-z_]{0,40}")


async def run_in_path(request: web.Request, *, write: bool = False) -> tuple[Run, Repository]:
    """Raise Problem 404 alike for what is not there and for what must not be seen."""
    text = request.match_info["run_id"]
    try:
        run_id = UUID(text)
    except ValueError as error:
        raise Problem(404, f"'{text[:40]}' is no run; its id is a UUID.") from error
    async with request.app[keys.DATABASE].system() as connection:
        run = await runs.get(connection, run_id)
        of = await repositories.get(connection, run.repository_id) if run else None
    if run is None or of is None or not viewer(request).sees(of):
        raise Problem(404, f"There is no run {run_id}, or you may not see its repository.")
    if write and not viewer(request).writes(of):
        raise Problem(403, f"You need write access to {of.name} on GitHub for this.")
    return run, of


def before_in(request: web.Request) -> UUID | None:
    """The run behind which a list goes on. Raise Problem 422."""
    text = request.query.get("before", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        detail = "must be the id of a run"
        errors = [{"parameter": "before", "detail": detail}]
        raise Problem(422, f"before {detail}.", errors=errors) from error


def kind_in(request: web.Request) -> str:
    """The Thought whose runs are wanted, '' for all. Raise Problem 422."""
    text = request.query.get("thought", "")
    if not _KIND.fullmatch(text):
        errors = [{"parameter": "thought", "detail": "is no name of a Thought"}]
        raise Problem(422, f"'{text[:40]}' is no name of a Thought.", errors=errors)
    return text


async def log_of(request: web.Request, run: Run) -> str:
    """The end of a run's log; '' where it has none, or the store does not answer."""
    if not any(each["name"] == LOG for each in run.artifacts):
        return ""
    try:
        content = await request.app[keys.ARTIFACTS].get(run.id, LOG)
    except TryLater:
        return "The object store does not answer; try again shortly."
    text = (content or b"").decode(errors="replace").replace("\x00", "␀")
    if len(text) <= _LOG_BYTES:
        return text
    return "… the beginning is in the artifact.\n" + text[-_LOG_BYTES:].partition("\n")[2]


def as_json(run: Run) -> dict[str, Any]:
    return {
        "run_id": str(run.id),
        "repo_id": run.repository_id,
        "thought_id": run.thought_id,
        "thought": run.kind,
        "subject": run.about.title,
        "commit": run.commit_sha,
        "status": run.status,
        "summary": run.summary,
        "problem": run.problem,
        "found": run.found,
        "metrics": run.metrics,
        "artifacts": [
            {**each, "url": artifact_url(run.id, str(each["name"]))} for each in run.artifacts
        ],
        "seconds": run.seconds,
        "cpu_seconds": run.cpu_seconds,
        "model_tokens": run.model_tokens,
        "cost_usd": run.cost_usd,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
    }
