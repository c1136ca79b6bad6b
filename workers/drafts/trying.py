"""Whether a change holds on its base as that is now: a Thought tries it there, and its run says."""

from __future__ import annotations

from uuid import UUID

from core.db import runs
from core.db.connect import Connection
from core.db.drafts import Draft
from core.db.findings import Finding
from core.db.runs import Run
from core.db.thoughts import Subject, Thought
from core.redact import redact
from workers.drafts.writing import Base
from workers.reports.markdown import code, safe
from workers.thoughts import verify

KIND = verify.NAME
_TRIES = ("draft_patch", "generate_tests", KIND)


def subject(draft: Draft, finding: Finding, base: Base, note: str) -> Subject:
    """What is to be tried, and where."""
    return Subject(
        *("finding", finding.path, "", "", base.commit, finding.fingerprint),
        note=note,
        ref=draft.ref,
    )


def verdict(base: Base, tried: Thought, run: Run | None) -> str:
    """Why a change does not hold on its base, in sentences; '' where it does."""
    if run is not None and run.metrics.get(verify.HOLDS) == 1:
        return ""
    told = redact(run.summary or run.problem) if run else redact(tried.problem)
    where = f"{code(base.branch)} as it is now ({code(base.commit[:9])})"
    if run is None or run.status != "done":
        return f"It could not be tried again on {where}. {safe(told, {})}".strip()
    return f"It does not hold on {where}. {safe(told, {})}".strip()


async def tried_at(connection: Connection, finding: Finding) -> str:
    """The commit at which the change was run last; '' where it never was, as what an analyser
    proposes and no test can judge."""
    tries = [check for check in finding.checks if check.get("thought") in _TRIES]
    run = await runs.get(connection, UUID(tries[-1]["run_id"])) if tries else None
    if run is not None:
        return run.commit_sha
    return finding.commit_sha if tries or finding.thought in _TRIES else ""
