"""The dashboard: one issue, where the repository wants it, edited in place."""

from __future__ import annotations

from datetime import UTC, datetime

from core.budget import Purse
from core.db import budgets, drafts, insights, intents, learning, snapshots, thoughts
from core.db.connect import Connection, Database
from core.db.drafts import WAITING, Draft
from core.db.findings import Finding
from core.db.insights import Wanted
from core.db.repo_configs import config
from core.db.repositories import Repository
from core.db.work import Work
from core.learning import UNSAID
from workers.engine.charge import charge
from workers.reports import dashboard as report
from workers.reports.dashboard import Seen

_LATER_SECONDS = 1800.0
_BOXES = 20
_MOST = 200
_OVER = ("open", "merged")


async def refresh(database: Database, repository: Repository, public_url: str) -> list[Work]:
    """Bring the issue up to what is known now; where nothing changed, nothing is written. One that
    is not wanted any more is closed. Nobody asked for an edit: it is paid from the budget of
    writes, and where that is used up it is made later."""
    async with database.tenant(repository.installation_id) as connection:
        wanted = (await config(connection, repository)).dashboard
        before = await intents.by_key(connection, drafts.dashboard_key(repository))
        if not wanted and before is None:
            return []
        if wanted:
            link = f"{public_url}/repositories/{repository.id}/insights"
            body = report.body(await _seen(connection, repository, link))
            content = {"title": report.TITLE, "body": body, "link": link, "state": "open"}
            if before is not None and before.content == content:
                return []
            if await charge(connection, repository, {"github_writes": 1}, datetime.now(UTC)):
                later = _LATER_SECONDS
                return [await drafts.refresh_dashboard(connection, repository, seconds=later)]
        else:
            assert before is not None
            content = before.content | {"state": "closed"}
        return await intents.intend(
            connection,
            repository,
            key=drafts.dashboard_key(repository),
            kind="issue",
            target={},
            content=content,
        )


async def _seen(connection: Connection, repository: Repository, link: str) -> Seen:
    found = await insights.listed(
        connection, repository.id, Wanted(evidence=("reproduced", "proven")), limit=_MOST
    )
    asked = await _asked(connection, repository)
    waiting = [each for each in found if _waits(each, asked.get(each.fingerprint))]
    snapshot = await snapshots.current(connection, repository.id)
    running = await thoughts.of_repository(connection, repository.id, states=["running"])
    counts = await thoughts.counts(connection, repository.id)
    open_ = await drafts.of_repository(connection, repository.id, states=["open"])
    return Seen(
        waiting[:_BOXES],
        max(0, len(waiting) - _BOXES),
        asked,
        sorted(each.number for each in open_ if each.number),
        sorted({each.kind for each in running}),
        counts.get("queued", 0),
        await _is_on(connection, repository),
        await _spent(connection, repository),
        snapshot.commit_sha if snapshot else "",
        link,
    )


async def _asked(connection: Connection, repository: Repository) -> dict[str, Draft]:
    """What was asked for last, by fingerprint."""
    states = [*WAITING, "open", "offered", "refused", "failed", "closed", "merged"]
    rows = await drafts.of_repository(connection, repository.id, states=states, limit=500)
    return {row.fingerprint: row for row in reversed(rows)}


def _waits(finding: Finding, asked: Draft | None) -> bool:
    """Whether a person could have something done about it: there is a change, or a test that fails
    to find one by."""
    if asked is not None and asked.state in _OVER:
        return False
    return bool(finding.patch or finding.reproducer) and finding.patch_state not in (
        *("taken", "refused"),
    )


async def _is_on(connection: Connection, repository: Repository) -> bool:
    said = await learning.get(connection, repository.id)
    return said is not None and said.on


async def _spent(connection: Connection, repository: Repository) -> dict[str, tuple[float, float]]:
    rows = await budgets.of_repository(connection, repository.installation_id, repository.id)
    said = await learning.get(connection, repository.id)
    counts = said.effective if said else UNSAID
    stored = rows[0].buckets if rows else {}
    purse = Purse.of(counts.rates, stored, datetime.now(UTC), counts.zone)
    return {name: (each.day_spent, each.month_spent) for name, each in purse.buckets.items()}
