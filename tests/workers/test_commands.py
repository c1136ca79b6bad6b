"""From a comment to what it commands, through GitHub's door and a worker's job."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import PATH, add_routes
from core.db import (
    answers,
    audit_log,
    drafts,
    ignored_pulls,
    installations,
    intents,
    repo_configs,
    repositories,
    work,
)
from core.db.connect import Database
from core.db.drafts import Draft
from core.db.repositories import Repository
from core.db.work import Work
from core.github import GitHub
from core.queue import Queue
from core.settings import Settings
from tests.github_stand_in import world
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.people import Person
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.threads import Thread
from workers import git
from workers.context import Context
from workers.explain import name_changes
from workers.jobs import run_work
from workers.reports.onboarding import introduce

__all__ = ["github", "github_settings", "stand_in"]


@dataclass
class Stage:
    """`alice` may write, `mallory` only reads; both comment on a pull request."""

    context: Context
    stand_in: StandIn
    there: world.Repository
    pull: Thread
    alice: Person
    mallory: Person

    async def say(self, who: Person, text: str, number: int | None = None) -> None:
        who.says(self.there, number or self.pull.number, text)
        await self.work()

    async def work(self) -> None:
        """All that follows from what was said, but for reviewing and indexing."""
        await self.stand_in.webhooks.settled()
        for _ in range(3):
            for row in await self.due():
                if row.kind in ("command", "configuration", "post"):
                    await run_work({"context": self.context}, row.id)
        await self.stand_in.webhooks.settled()

    async def due(self) -> list[Work]:
        async with self.context.database.system() as connection:
            return await work.due(connection)

    async def here(self) -> Repository:
        async with self.context.database.system() as connection:
            found = await repositories.by_github_id(connection, self.there.id)
        assert found
        return found

    async def drafts(self) -> list[Draft]:
        async with self.context.database.system() as connection:
            here = await self.here()
            return await drafts.of_repository(connection, here.id, states=["asked"])

    @property
    def said(self) -> list[str]:
        """By Ponder, on the pull request's page."""
        own = "ponder-test[bot]"
        return [each.body for each in self.pull.comments if each.author.login == own]


@pytest.fixture
async def stage(
    stand_in: StandIn,
    github: GitHub,
    github_settings: Settings,
    database: Database,
    queue: Queue,
    tmp_path: Path,
) -> AsyncIterator[Stage]:
    there = stand_in.world.repository(stand_in.world.installation())
    stand_in.seed(there, tmp_path / "there.git", {"a.py": "x = 1\n", "b.py": "y = 1\n"})
    alice, mallory = stand_in.person("alice"), stand_in.person("mallory")
    there.roles |= {"alice": "write", "mallory": "read"}
    settings = replace(github_settings, data_dir=tmp_path / "here")
    app = web.Application()
    add_routes(app, settings=settings, database=database, queue=queue, github=github)
    async with TestServer(app) as server:
        alice.pushes(there, "topic", {"a.py": "x = 2\n"}, "Change x")
        pull = alice.opens(there, "topic", title="Change x")
        stand_in.webhooks.target = str(server.make_url(PATH))
        context = Context(settings, database, queue, None, None, github)  # type: ignore[arg-type]
        yield Stage(context, stand_in, there, pull, alice, mallory)
        await stand_in.webhooks.settled()


async def test_who_may_not_is_told_once_and_nothing_is_done(stage: Stage) -> None:
    for text in ("/ponder pause", "/ponder fix\n/ponder review"):
        await stage.say(stage.mallory, text)
    assert len(stage.said) == 1
    assert "only people with write access" in stage.said[0]
    assert not (await stage.here()).paused_by
    assert await stage.drafts() == []
    assert "review" not in {row.kind for row in await stage.due()}


async def test_permission_is_asked_of_github_each_time(stage: Stage) -> None:
    await stage.say(stage.alice, "/ponder pause")
    stage.there.roles["alice"] = "read"
    await stage.say(stage.alice, "/ponder resume")
    assert (await stage.here()).paused_by == "alice"


async def test_a_pause_lasts_until_somebody_resumes(stage: Stage) -> None:
    await stage.say(stage.alice, "/ponder pause")
    assert (await stage.here()).paused_by == "alice"
    await stage.say(stage.mallory, "/ponder status")
    await stage.say(stage.alice, "/ponder resume")
    assert (await stage.here()).paused_by == ""
    paused, status, resumed = stage.said
    assert "nothing is reviewed" in paused
    assert "**Paused** by alice" in status
    assert "I go on here." in resumed


async def test_an_ignored_pull_request_is_left_alone(stage: Stage) -> None:
    await stage.say(stage.alice, "/ponder ignore this pull request")
    here = await stage.here()
    async with stage.context.database.tenant(here.installation_id) as connection:
        assert await ignored_pulls.has(connection, here.id, stage.pull.number)
    await stage.say(stage.alice, "/ponder resume")
    async with stage.context.database.tenant(here.installation_id) as connection:
        assert not await ignored_pulls.has(connection, here.id, stage.pull.number)
        lines = await audit_log.of_repository(connection, here.id)
    assert {line.what for line in lines if line.act == "command"} == {"ignore", "resume"}


async def test_several_commands_are_done_and_told_in_one_reply(stage: Stage) -> None:
    await stage.say(stage.alice, "/ponder review\n/ponder fix a.py\n/ponder tests")
    assert "review" in {row.kind for row in await stage.due()}
    fix, tests = sorted(await stage.drafts(), key=lambda draft: draft.id)
    assert (fix.kind, fix.text, fix.ref) == ("fix", "a.py", f"refs/pull/{stage.pull.number}/head")
    assert (tests.kind, tests.asked_by) == ("tests", "alice")
    assert len(stage.said) == 1
    assert "I am reviewing this pull request" in stage.said[0]


async def test_a_command_that_is_added_by_an_edit_is_heard_once(stage: Stage) -> None:
    comment = stage.alice.says(stage.there, stage.pull.number, "/ponder fix a.py")
    await stage.work()
    for text in ("/ponder fix a.py\n/ponder tests", "/ponder fix a.py\n/ponder tests\nplease"):
        stage.alice.rewrites(stage.there, comment, text)
        await stage.work()
    assert sorted(draft.kind for draft in await stage.drafts()) == ["fix", "tests"]


async def test_outside_of_a_pull_request_there_is_nothing_to_review(stage: Stage) -> None:
    issue = stage.alice.opens_issue(stage.there, "slow")
    await stage.say(stage.alice, "/ponder review", issue.number)
    (said,) = [each.body for each in issue.comments if each.author.login != "alice"]
    assert "`review` is about a pull request" in said


async def test_a_reply_in_our_own_thread_needs_no_mention(stage: Stage) -> None:
    await stage.say(stage.alice, "/ponder help")
    here = await stage.here()
    theirs = stage.alice.remarks(stage.there, stage.pull.number, "hm", path="a.py", line=1)
    stage.mallory.replies(stage.there, stage.pull.number, theirs, "why is that?")
    await stage.work()
    ours = stage.alice.remarks(stage.there, stage.pull.number, "a finding", path="a.py", line=1)
    async with stage.context.database.tenant(here.installation_id) as connection:
        await intents.intend(connection, here, key="review:1", kind="review", target={}, content={})
        await connection.execute(
            "UPDATE intents SET state = 'done', made = jsonb_build_object('comments', "
            "jsonb_build_object('finding:1:f', %s::bigint)) WHERE key = 'review:1'",
            (ours.id,),
        )
    stage.mallory.replies(stage.there, stage.pull.number, ours, "why is that?")
    await stage.work()
    asked = [row.subject["answer_id"] for row in await stage.due() if row.kind == "answer"]
    async with stage.context.database.system() as connection:
        (answer,) = [await answers.get(connection, each) for each in asked]
    assert answer
    assert answer.question.startswith("why is that?")
    assert answer.target["root_id"] == ours.id


async def test_explain_names_what_the_pull_request_changes(stage: Stage) -> None:
    await stage.say(stage.mallory, "/ponder explain")
    here = await stage.here()
    (row,) = [row for row in await stage.due() if row.kind == "answer"]
    async with stage.context.database.system() as connection:
        answer = await answers.get(connection, row.subject["answer_id"])
    assert answer
    mirror = git.mirror_path(stage.context.mirrors, here.id)
    await git.fetch(str(stage.there.git), mirror, ref=answer.ref)
    assert stage.context.github
    named = await name_changes(stage.context.github, stage.context.database, here, mirror, answer)
    assert named.question.startswith("Explain what this pull request changes")
    assert "`a.py`" in named.question
    assert "b.py" not in named.question


BROKEN = "review:\n  max_inlne: 3\n  rounds: 2\n"


async def test_a_pull_request_that_changes_the_configuration_gets_a_check(stage: Stage) -> None:
    await stage.say(stage.alice, "/ponder help")
    assert stage.there.check_runs == {}
    pushed = {".github/ponder.yml": BROKEN}
    head = stage.alice.pushes(stage.there, "topic", pushed, "Configure")
    await stage.work()
    (run,) = [r for r in stage.there.check_runs.values() if r.name == "Ponder configuration"]
    assert (run.head_sha, run.status, run.conclusion) == (head, "completed", "failure")
    assert run.output["title"] == "1 thing to mend in .github/ponder.yml"
    assert "| `review.rounds` | `10` | `2` |" in run.output["summary"]
    (annotation,) = run.annotations
    assert (annotation["path"], annotation["start_line"]) == (".github/ponder.yml", 2)
    assert "did you mean 'max_inline'?" in annotation["message"]
    # What it says counts for nobody yet.
    here = await stage.here()
    async with stage.context.database.tenant(here.installation_id) as connection:
        assert (await repo_configs.config(connection, here)).review.rounds == 10

    misnamed = {".github/ponder.yml": None, ".github/ponder.yaml": "agents: false\n"}
    head = stage.alice.pushes(stage.there, "topic", misnamed, "Rename")
    await stage.work()
    runs = [r for r in stage.there.check_runs.values() if r.name == "Ponder configuration"]
    (run,) = [r for r in runs if r.head_sha == head]
    assert (run.conclusion, run.output["title"]) == (
        "failure",
        ".github/ponder.yaml is not read",
    )
    mended = {".github/ponder.yml": "review: {rounds: 2}\n", ".github/ponder.yaml": None}
    head = stage.alice.pushes(stage.there, "topic", mended, "Mend")
    await stage.work()
    runs = [r for r in stage.there.check_runs.values() if r.name == "Ponder configuration"]
    assert [r.conclusion for r in runs if r.head_sha == head] == ["success"]


async def test_a_new_installation_is_greeted_once(stage: Stage) -> None:
    await stage.say(stage.alice, "/ponder help")
    here = await stage.here()
    installation = stage.stand_in.world.installation_of(stage.there)
    async with stage.context.database.system() as connection:
        await installations.save(
            connection,
            installation_id=installation.id,
            account="octo",
            account_type="User",
            permissions=dict(installation.permissions),
            suspended=False,
        )
    (index,) = [row for row in await stage.due() if row.kind == "index"]
    await run_work({"context": stage.context}, index.id)
    await stage.work()
    (issue,) = [thread for thread in stage.there.threads.values() if not thread.pull]
    assert issue.title == "Ponder is here"
    assert "2 files at commit" in issue.body
    assert "Reviews of pull requests: on" in issue.body
    async with stage.context.database.tenant(here.installation_id) as connection:
        assert await introduce(connection, stage.context.settings, here) == []
