"""Looks after draft pull requests that are open: what a person decided is kept, and where their
base moved they are brought along, or closed with the reason. GitHub is asked, whatever events
said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core.db import drafts, findings, intents
from core.db.drafts import Draft
from core.db.findings import Finding
from core.db.intents import Intent
from core.db.repo_configs import config
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip
from core.github import GitHub, NotFound
from core.repo_config import Drafts
from workers import git
from workers.context import Context
from workers.drafts.place import Place, place
from workers.drafts.writing import Base, content, link_to, plan
from workers.reports.markdown import code

Row = dict[str, Any]


async def tend(context: Context, repository: Repository) -> list[Work]:
    """Returns the work to wake."""
    if context.github is None:
        raise Skip("no GitHub App is configured")
    async with context.database.tenant(repository.installation_id) as connection:
        rows = await drafts.of_repository(connection, repository.id, states=["open"])
        limits = (await config(connection, repository)).drafts
    queued: list[Work] = []
    for draft in rows:
        queued += await _Tending(context, context.github, repository, draft, limits).tended()
    return queued


@dataclass(frozen=True, slots=True)
class _Tending:
    context: Context
    github: GitHub
    repository: Repository
    draft: Draft
    limits: Drafts

    async def tended(self) -> list[Work]:
        async with self.context.database.tenant(self.repository.installation_id) as connection:
            intent = await intents.by_key(connection, self.draft.key)
            finding = await findings.get(connection, self.repository.id, self.draft.fingerprint)
        if intent is None or intent.state == "open":
            return []
        pull = await self._pull()
        if decided := _decided(self.draft, pull):
            return await self._settle(*decided)
        assert pull is not None
        if pull["head"]["sha"] not in intent.made.get("commits", []):
            return []  # a person pushed to it: it is theirs
        where = await self._place()
        if isinstance(where, str):
            return await self._close(where)
        return await self._brought(where, finding, intent)

    async def _pull(self) -> Row | None:
        acting = self.github.acting(self.repository, {"pull_requests": "read"})
        try:
            row: Row = await acting.get(f"/pulls/{self.draft.number}", "show a pull request")
        except NotFound:
            return None
        return row

    async def _place(self) -> Base | str:
        """The base as it is now, or why there is none any more."""
        try:
            where: Place = await place(self.context, self.repository, self.draft.ref)
        except NotFound:
            return "What it was made for is gone."
        return where.base or where.why_not

    async def _brought(self, base: Base, finding: Finding | None, intent: Intent) -> list[Work]:
        """Onto the base as it is now."""
        if base.commit == self.draft.base_commit and base.branch == self.draft.base:
            return []
        if finding is None:
            return await self._close("What it was about is not known any more.")
        if finding.state != "open" and self.draft.kind == "fix":
            return await self._close(f"What it mends is {_STATES[finding.state]} by now.")
        mirror = git.mirror_path(self.context.mirrors, self.repository.id)
        planned = await plan(mirror, base, self.draft.patch, self.limits)
        if planned.reason:
            return await self._close(planned.reason)
        if not planned.changes:
            return await self._close(f"{code(base.branch)} has this change by now.")
        link = link_to(self.context.settings.public_url, finding)
        said = content(self.draft, finding, base, planned.changes, link=link)
        said |= {"branch": intent.content["branch"], "title": intent.content["title"]}
        return await self._move(base, said)

    async def _move(self, base: Base, said: Row) -> list[Work]:
        moved = replace(self.draft, base=base.branch, base_commit=base.commit)
        async with self.context.database.tenant(self.repository.installation_id) as connection:
            await drafts.stand(
                connection, moved, patch=moved.patch, base=moved.base, base_commit=base.commit
            )
            return await intents.intend(
                connection,
                self.repository,
                key=self.draft.key,
                kind="draft_pull_request",
                target={},
                content=said,
            )

    async def _close(self, reason: str) -> list[Work]:
        """With the reason, so that a reader need not guess. A change that was closed by us may be
        asked for again: nobody refused it."""
        number = self.draft.number
        target = {"number": number, "pull": True}
        async with self.context.database.tenant(self.repository.installation_id) as connection:
            said = await intents.intend(
                connection,
                self.repository,
                key=f"{self.draft.key}:why-closed",
                kind="comment",
                target=target,
                content={"body": f"{reason} I close this draft, so that it does not wait in vain."},
            )
            closing = await intents.intend(
                connection,
                self.repository,
                key=f"{self.draft.key}:closed",
                kind="close_pull_request",
                target={"number": number},
                content={"delete_branch": True},
            )
            await drafts.settle(connection, self.draft, "failed", reason)
            board = await drafts.refresh_dashboard(connection, self.repository)
            return [*said, *closing, board]

    async def _settle(self, state: drafts.State, said: str) -> list[Work]:
        async with self.context.database.tenant(self.repository.installation_id) as connection:
            await drafts.settle(connection, self.draft, state, said)
            return [await drafts.refresh_dashboard(connection, self.repository)]


_STATES = {"fixed": "mended", "dismissed": "dismissed", "false_positive": "found to be no bug"}


def _decided(draft: Draft, pull: Row | None) -> tuple[drafts.State, str] | None:
    """What a person made of it; None while it is open."""
    if pull is None:
        return "closed", f"#{draft.number} is gone."
    if pull.get("merged_at"):
        return "merged", f"#{draft.number} was merged."
    if pull["state"] == "closed":
        return "closed", f"#{draft.number} was closed; this change is not offered again."
    return None
