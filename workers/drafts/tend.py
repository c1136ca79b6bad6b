"""Looks after draft pull requests that are open: what a person decided is kept, and where their
base moved they are tried there again and brought along, or closed with the reason. GitHub is asked,
whatever events said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core.db import drafts, findings, intents, runs, snapshots, thoughts
from core.db.drafts import Draft
from core.db.findings import Finding
from core.db.intents import Intent
from core.db.repo_configs import config
from core.db.repositories import Repository
from core.db.thoughts import Subject
from core.db.work import Work
from core.errors import Skip
from core.github import GitHub, NotFound
from core.repo_config import Drafts
from workers import git
from workers.context import Context
from workers.drafts import trying
from workers.drafts.advance import Build
from workers.drafts.place import Place, place
from workers.drafts.writing import Base, Plan, content, link_to, plan
from workers.reports.markdown import code

Row = dict[str, Any]
_LOOK_SECONDS = 30.0
_GOES_ON = ("queued", "running")


async def tend(context: Context, repository: Repository, build: Build) -> list[Work]:
    """Returns the work to wake."""
    if context.github is None:
        raise Skip("no GitHub App is configured")
    async with context.database.tenant(repository.installation_id) as connection:
        rows = await drafts.of_repository(connection, repository.id, states=["open"])
        limits = (await config(connection, repository)).drafts
    queued: list[Work] = []
    for draft in rows:
        tending = _Tending(context, context.github, repository, draft, limits, build)
        queued += await tending.tended()
    return queued


@dataclass(frozen=True, slots=True)
class _Tending:
    context: Context
    github: GitHub
    repository: Repository
    draft: Draft
    limits: Drafts
    build: Build

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
        planned = await self._planned(base, finding)
        if isinstance(planned, str):
            return await self._close(planned)
        assert finding is not None
        tried = await self._tried(base, finding)
        if not isinstance(tried, str):
            return tried
        if tried:
            return await self._close(tried)
        link = link_to(self.context.settings.public_url, finding)
        said = content(self.draft, finding, base, planned.changes, link=link, is_tried=True)
        said |= {"branch": intent.content["branch"], "title": intent.content["title"]}
        return await self._move(base, finding, said)

    async def _planned(self, base: Base, finding: Finding | None) -> Plan | str:
        """What would change there; or why that is nothing that may be offered."""
        if finding is None or not finding.patch:
            return "What it was about is not known any more."
        if finding.state != "open" and self.draft.kind == "fix":
            return f"What it mends is {_STATES[finding.state]} by now."
        mirror = git.mirror_path(self.context.mirrors, self.repository.id)
        planned = await plan(mirror, base, finding.patch, self.limits)
        if planned.reason:
            return planned.reason
        return planned if planned.changes else f"{code(base.branch)} has this change by now."

    async def _tried(self, base: Base, finding: Finding) -> str | list[Work]:
        """Why it does not hold where its base is now, '' where it does, as a run shows; the work of
        looking again where that is not known yet."""
        subject = trying.subject(self.draft, finding, base, f"for #{self.draft.number}")
        async with self.context.database.tenant(self.repository.installation_id) as connection:
            snapshot = await snapshots.current(connection, self.repository.id)
            known = await thoughts.get(connection, self.draft.thought_id or 0)
            run = await runs.last_of(connection, known.id) if known else None
        if not self.draft.ref and (snapshot is None or snapshot.commit_sha != base.commit):
            return []  # whoever indexes it looks after drafts next
        if known is None or known.subject_key != subject.key:
            return await self._try(subject)
        if known.state in _GOES_ON:
            return await self._later()
        if run is not None and run.commit_sha != base.commit:
            return await self._try(subject)
        return trying.verdict(base, known, run)

    async def _try(self, subject: Subject) -> list[Work]:
        """What failed before has to pass there, and so does all that passed."""
        if self.draft.ref:
            await self.build(self.repository, self.draft.ref)
        reason = f"the base of #{self.draft.number} moved"
        by = self.draft.asked_by
        async with self.context.database.tenant(self.repository.installation_id) as connection:
            asked = await thoughts.ask(
                connection, self.repository, trying.KIND, subject, by=by, reason=reason
            )
            await drafts.try_again(connection, self.draft, asked.id)
        return await self._later()

    async def _later(self) -> list[Work]:
        async with self.context.database.tenant(self.repository.installation_id) as connection:
            return await drafts.tend(connection, self.repository, seconds=_LOOK_SECONDS)

    async def _move(self, base: Base, finding: Finding, said: Row) -> list[Work]:
        moved = replace(self.draft, base=base.branch, base_commit=base.commit)
        async with self.context.database.tenant(self.repository.installation_id) as connection:
            await drafts.stand(
                connection,
                moved,
                patch=finding.patch or "",
                base=moved.base,
                base_commit=base.commit,
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
