"""A draft, one step further: who asks, what for, what has to be thought first, what is written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.db import drafts, findings, intents, repositories, runs, snapshots, thoughts
from core.db.connect import Connection
from core.db.drafts import WAITING, Draft, State
from core.db.findings import Finding
from core.db.intents import Intent
from core.db.repo_configs import config
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.thoughts import Thought
from core.db.work import Work
from core.errors import Skip, UserError
from core.github import NotFound, Refused
from workers import git
from workers.context import Context
from workers.drafts import asking, trying
from workers.drafts.choosing import chosen, has_change, is_offered, path_in, thought
from workers.drafts.of_pull import take_over, told_at, worth_tests
from workers.drafts.place import Place, place
from workers.drafts.telling import in_vain, nothing, offered_already, settle, tell, too_many
from workers.drafts.writing import Base, Plan, content, link_to, plan
from workers.reports import draft_pull_request as report
from workers.reports.markdown import code

MOST_OPEN = 2
"""At once in a repository, whatever its configuration says."""
_LONGEST = timedelta(hours=2)
_LOOK_SECONDS = 5.0
_WRITTEN_SECONDS = 2.0

Build = Callable[[Repository, str], Awaitable[object]]
"""Index a ref of a repository."""


async def advance(context: Context, claimed: Work, build: Build) -> list[Work]:
    """Returns the work to wake, the next step among it. Each step may be taken twice."""
    async with context.database.tenant(claimed.installation_id) as connection:
        draft = await drafts.get(connection, claimed.subject["draft_id"])
    repository = await _repository(context, claimed)
    if draft is None or draft.state not in WAITING:
        raise Skip("this draft is over")
    step = Step(context, repository, draft, build)
    try:
        return await step.taken()
    except (NotFound, Refused, UserError) as error:
        # Whoever waits for it is told; what may pass by itself is tried again.
        return await step.over("failed", f"I cannot go on with this: {str(error).rstrip('.')}.")


async def _repository(context: Context, claimed: Work) -> Repository:
    async with context.database.tenant(claimed.installation_id) as connection:
        found = await repositories.get(connection, claimed.subject["repository_id"])
    if found is None:
        raise Skip("the repository was removed meanwhile")
    return found


@dataclass(frozen=True, slots=True)
class Step:
    context: Context
    repository: Repository
    draft: Draft
    build: Build

    async def taken(self) -> list[Work]:
        match self.draft.state:
            case "asked":
                return await self.asked()
            case "thinking":
                return await self.thinking()
            case _:
                return await self.writing()

    async def asked(self) -> list[Work]:
        reason = await asking.refusal(self.context.github, self.repository, self.draft)
        if reason:
            return await self.over("refused", reason)
        where = await place(self.context, self.repository, self.draft.ref)
        async with self._tenant() as connection:
            if self.draft.ref:
                await take_over(connection, self.repository, self.draft, where.head)
            finding = await chosen(connection, self.draft)
        if finding is not None and has_change(finding):
            return await self._offer(finding, where)
        return await self._think(finding, where)

    async def _about(self, where: Place) -> str:
        """The file that is named, or the one that a pull request grew most."""
        said = path_in(self.draft)
        if said or not self.draft.ref or self.draft.kind != "tests":
            return said
        mirror = git.mirror_path(self.context.mirrors, self.repository.id)
        base = await asyncio.to_thread(git.resolve, mirror, "")
        return await worth_tests(mirror, base, where.head)

    async def _think(self, finding: Finding | None, where: Place) -> list[Work]:
        path = await self._about(where)
        wanted = thought(self.draft, finding, where.head, path)
        if wanted is None:
            return await self.over("refused", nothing(self.draft, await self._told(where.head)))
        if self.draft.ref:
            await self.build(self.repository, self.draft.ref)
        kind, subject = wanted
        said = "On it: I look for a change, and try it before I offer it."
        async with self._tenant() as connection:
            asked = await thoughts.ask(
                connection, self.repository, kind, subject, by=self.draft.asked_by
            )
            if finding is not None:
                await drafts.choose(connection, self.draft, finding.fingerprint)
            await drafts.think(connection, self.draft, asked.id, said, text=path)
            return [
                *await tell(connection, self.repository, self.draft, said),
                await drafts.again(
                    connection, self.repository, self.draft.id, seconds=_LOOK_SECONDS
                ),
            ]

    async def _told(self, head: str) -> int:
        """How many problems the reviews of a pull request told at its head."""
        if not self.draft.ref:
            return 0
        async with self._tenant() as connection:
            return await told_at(connection, self.repository, self.draft, head)

    async def thinking(self) -> list[Work]:
        async with self._tenant() as connection:
            asked = await thoughts.get(connection, self.draft.thought_id or 0)
            finding = await chosen(connection, self.draft)
            if asked is not None and asked.state in ("queued", "running") and self._is_young():
                return [await self._again(connection, _LOOK_SECONDS)]
            run = await runs.last_of(connection, asked.id) if asked else None
        if asked is not None and finding is not None and asked.kind == trying.KIND:
            return await self._tried(finding, asked, run)
        # Where no test can be run, what an analyser proves and proposes is offered as that.
        usable = is_offered if run and run.status == "nothing" else has_change
        if finding is None or not usable(finding):
            return await self.over("refused", in_vain(run))
        return await self._offer(
            finding, await place(self.context, self.repository, self.draft.ref)
        )

    def _is_young(self) -> bool:
        return datetime.now(UTC) - self.draft.created_at < _LONGEST

    async def _offer(self, finding: Finding, where: Place, *, is_tried: bool = False) -> list[Work]:
        """As a draft pull request, where that is allowed; else as a diff to apply. It is tried
        first where its base is now; `is_tried`: it was, at `where`."""
        async with self._tenant() as connection:
            rows = await drafts.of_finding(connection, self.repository.id, finding.fingerprint)
            limits = (await config(connection, self.repository)).drafts
        if reason := offered_already(rows, self.draft):
            return await self.over("refused", reason)
        if where.base is None:
            return await self._as_diff(finding, where.why_not)
        mirror = git.mirror_path(self.context.mirrors, self.repository.id)
        planned = await plan(mirror, where.base, finding.patch or "", limits)
        if planned.reason:
            return await self._as_diff(finding, planned.reason)
        if not planned.changes:
            return await self.over("refused", f"`{where.base.branch}` has this change already.")
        most = min(limits.max_open, MOST_OPEN)
        return await self._open(finding, where.base, planned, most, is_tried)

    async def _open(
        self, finding: Finding, base: Base, planned: Plan, most: int, is_tried: bool
    ) -> list[Work]:
        if not await asking.may_write(self.context.database, self.repository):
            url = self.context.settings.github_url
            return await self._as_diff(finding, asking.how_to_opt_in(url))
        if not is_tried and await self._has_moved(finding, base):
            return await self._try(finding, base)
        return await self._write(finding, base, planned, most, is_tried)

    async def _has_moved(self, finding: Finding, base: Base) -> bool:
        async with self._tenant() as connection:
            return await trying.tried_at(connection, finding) not in ("", base.commit)

    async def _try(self, finding: Finding, base: Base) -> list[Work]:
        """Once the index is where the base is."""
        if not self._is_young():
            return await self.over("failed", f"{code(base.branch)} was not indexed in time.")
        if self.draft.ref:
            await self.build(self.repository, self.draft.ref)
        about = trying.subject(self.draft, finding, base, "before it is offered")
        said = f"{code(base.branch)} has moved: I try the change there before I offer it."
        async with self._tenant() as connection:
            snapshot = await snapshots.current(connection, self.repository.id)
            if not self.draft.ref and (snapshot is None or snapshot.commit_sha != base.commit):
                return [await self._again(connection, _LOOK_SECONDS)]
            asked = await thoughts.ask(
                connection, self.repository, trying.KIND, about, by=self.draft.asked_by
            )
            await drafts.choose(connection, self.draft, finding.fingerprint)
            await drafts.think(connection, self.draft, asked.id, said, text=self.draft.text)
            return [
                *await tell(connection, self.repository, self.draft, said),
                await self._again(connection, _LOOK_SECONDS),
            ]

    async def _tried(self, finding: Finding, asked: Thought, run: Run | None) -> list[Work]:
        """On that commit it is offered: where the base moves on meanwhile, it is tended like all
        that are open."""
        where = await place(self.context, self.repository, self.draft.ref)
        commit = run.commit_sha if run else asked.about.after
        base = where.base and replace(where.base, commit=commit)
        if base and (reason := trying.verdict(base, asked, run)):
            return await self.over("refused", reason)
        return await self._offer(finding, replace(where, base=base), is_tried=True)

    async def _write(
        self, finding: Finding, base: Base, planned: Plan, most: int, is_tried: bool
    ) -> list[Work]:
        async with self._tenant() as connection:
            await drafts.choose(connection, self.draft, finding.fingerprint)
            if not await drafts.take_place(connection, self.draft, most=most):
                rows = await drafts.of_repository(connection, self.repository.id, states=["open"])
                said = too_many([row.number for row in rows if row.number], most)
                told = await settle(connection, self.repository, self.draft, "refused", said)
                # What was closed while nobody listened must not keep others out for ever.
                return [*told, *await drafts.tend(connection, self.repository)]
            await drafts.stand(
                connection,
                self.draft,
                patch=finding.patch or "",
                base=base.branch,
                base_commit=base.commit,
            )
            link = self._link(finding)
            queued = await intents.intend(
                connection,
                self.repository,
                key=self.draft.key,
                kind="draft_pull_request",
                target={},
                content=content(
                    self.draft, finding, base, planned.changes, link=link, is_tried=is_tried
                ),
                urgent=True,
            )
            return [*queued, await self._again(connection, _WRITTEN_SECONDS)]

    async def writing(self) -> list[Work]:
        """Look whether it is there."""
        async with self._tenant() as connection:
            intent = await intents.by_key(connection, self.draft.key)
            if intent is None:
                raise Skip("what was to be written is gone")
            if intent.state == "open" and self._is_young():
                return [await self._again(connection, _WRITTEN_SECONDS)]
            finding = await findings.get(connection, self.repository.id, self.draft.fingerprint)
        if intent.state == "done":
            return await self._opened(intent)
        reason = intent.error or "it was not written in time"
        if finding is None:
            return await self.over("failed", reason)
        return await self._as_diff(finding, f"{reason[:1].upper()}{reason[1:]}.", state="failed")

    async def _opened(self, intent: Intent) -> list[Work]:
        number = intent.made["number"]
        said = f"Opened #{number}, a draft that waits for you: nothing but a person merges it."
        async with self._tenant() as connection:
            return await settle(
                connection, self.repository, self.draft, "open", said, number=number
            )

    async def _as_diff(
        self, finding: Finding, reason: str, *, state: State = "offered"
    ) -> list[Work]:
        async with self._tenant() as connection:
            await drafts.choose(connection, self.draft, finding.fingerprint)
            page = f"[All that is known of it]({self._link(finding)})"
            more = f"{report.diff(finding.patch or '')}\n\n{page}"
            return await settle(connection, self.repository, self.draft, state, reason, more=more)

    async def over(self, state: State, said: str) -> list[Work]:
        async with self._tenant() as connection:
            return await settle(connection, self.repository, self.draft, state, said)

    async def _again(self, connection: Connection, seconds: float) -> Work:
        return await drafts.again(connection, self.repository, self.draft.id, seconds=seconds)

    def _link(self, finding: Finding) -> str:
        return link_to(self.context.settings.public_url, finding)

    def _tenant(self) -> AbstractAsyncContextManager[Connection]:
        return self.context.database.tenant(self.repository.installation_id)
