"""What an answer cites is followed; where somebody changed it, the answer says so, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.db import answers, citations, files, repositories, work
from core.db.answers import Answer, Jsonb
from core.db.citations import Anchor, Citation
from core.db.connect import Database
from core.db.work import Work
from core.errors import Skip
from core.github import GitHub
from core.queue import Queue
from core.settings import Settings
from tests.github_stand_in import world
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.people import Person
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.threads import Thread
from tests.workers.reports.conftest import FINISHED, Place, place
from workers.answer.source import text_hash
from workers.context import Context
from workers.kinds import KINDS
from workers.reports.comment import reply_to

__all__ = ["github", "github_settings", "place", "stand_in"]

CODE = (
    "import os\n\n\ndef first(a):\n    b = a + 1\n    return b\n\n\ndef second():\n    return 2\n"
)


@dataclass
class Told(Place):
    """An answer on GitHub that cites lines 4 to 6 of a.py: the function `first`."""

    alice: Person
    context: Context
    answer_: Answer
    comment: world.Comment
    pushed: list[str] = field(default_factory=list)

    async def push(self, **files_: str | None) -> str:
        """Keywords name files: a_py is a.py."""
        changed = {name.replace("_py", ".py"): text for name, text in files_.items()}
        sha = self.alice.pushes(self.there, "main", changed, "Change")
        await self.index()
        return sha

    async def push_to(self, pull: Thread, *, a_py: str) -> str:
        assert pull.pull
        sha = self.alice.pushes(self.there, pull.pull.head, {"a.py": a_py}, "Change")
        subject = {"repository_id": self.here.id, "number": pull.number, "head": sha}
        async with self.database.system() as connection:
            row = await work.add(
                connection,
                installation_id=self.here.installation_id,
                kind="configuration",
                queue="indexing",
                subject=subject,
            )
        await self.do(row)
        return sha

    async def index(self) -> None:
        async with self.database.system() as connection:
            row = await work.for_repository(connection, "index", self.here)
        await self.do(row)

    async def do(self, row: Work) -> None:
        async with self.database.system() as connection:
            claimed = await work.claim(connection, row.id)
        assert claimed
        with suppress(Skip):
            await KINDS[row.kind](self.context, claimed)
        async with self.database.system() as connection:
            await work.finish(connection, claimed.id)
        await self.post()

    async def stale(self) -> str:
        async with self.database.system() as connection:
            found = await answers.get(connection, self.answer_.id)
        assert found is not None
        return found.stale

    async def anchor(self) -> Anchor:
        async with self.database.system() as connection:
            return (await citations.anchors(connection, self.answer_.id))[1]

    def edits(self) -> int:
        return len(self.stand_in.asked("PATCH", "/comments/"))

    stand_in: StandIn = field(kw_only=True)


@pytest.fixture
async def told(
    place: Place,
    stand_in: StandIn,
    github: GitHub,
    github_settings: Settings,
    database: Database,
    queue: Queue,
    tmp_path: Path,
) -> AsyncIterator[Told]:
    stand_in.seed(place.there, tmp_path / "there.git", {"a.py": CODE})
    context = Context(github_settings, database, queue, searcher=None, endpoint=None, github=github)
    alice = stand_in.person("alice")
    here = [getattr(place, name) for name in Place.__dataclass_fields__]
    asked = await place.answer(FINISHED)
    made = Told(*here, alice, context, asked, place.question, stand_in=stand_in)
    await made.index()
    await _cite(made)
    async with database.tenant(asked.installation_id) as connection:
        answer = await answers.get(connection, asked.id)
        assert answer is not None
        await reply_to(connection, github_settings, answer)
    await made.post()
    made.comment = place.there.threads[5].comments[-1]
    yield made
    await stand_in.webhooks.settled()


async def _cite(told: Told) -> None:
    async with told.database.tenant(told.here.installation_id) as connection:
        repository = await repositories.get(connection, told.here.id)
        assert repository is not None
        assert repository.snapshot_id is not None
        (file,) = await files.of_snapshot(connection, repository.snapshot_id)
        commit = told.there.bare.resolve("main") or ""
        lines = "\n".join(CODE.split("\n")[3:6])
        url = f"https://github.com/octo/x/blob/{commit}/a.py#L4-L6"
        cited = Citation(1, "a.py", 4, 6, commit, file.blob_id, text_hash(lines), url)
        await citations.add(connection, told.here.installation_id, told.answer_.id, [cited])
        await connection.execute(
            "UPDATE answers SET commit_sha = %s, target = %s",
            (commit, Jsonb({"number": 5, "pull": True})),
        )


async def test_the_comment_is_edited_once_with_the_line_and_the_commit(told: Told) -> None:
    changed = await told.push(a_py=CODE.replace("a + 1", "a + 2"), b_py="x = 1\n")
    assert await told.stale() == f"`a.py:5` changed in `{changed[:9]}`"
    first = told.comment.body
    assert first.startswith("> **This answer may be out of date:** `a.py:5` changed in ")
    assert f"[`{changed[:9]}`](" in first
    assert f"/commit/{changed[:9]})" in first
    assert "It adds one" in first
    await told.push(a_py=CODE.replace("a + 1", "a + 3"))
    await told.push(a_py=None)
    assert (told.comment.body, told.edits()) == (first, 1)
    assert len(told.there.threads[5].comments) == 2  # the question, and one reply


async def test_of_many_commits_the_one_that_changed_the_line_is_named(told: Told) -> None:
    pushes = [CODE + "\n\nx = 1\n", CODE.replace("b = a", "c = a"), CODE.replace("a + 1", "a + 9")]
    shas = [told.alice.pushes(told.there, "main", {"a.py": text}, "Change") for text in pushes]
    await told.index()
    assert await told.stale() == f"`a.py:5` changed in `{shas[1][:9]}`"


async def test_lines_that_moved_are_followed_in_silence(told: Told) -> None:
    sha = await told.push(a_py='"""Say more."""\n' + CODE)
    anchor = await told.anchor()
    assert (anchor.path, anchor.start_line, anchor.end_line) == ("a.py", 5, 7)
    assert anchor.commit_sha == sha
    both = CODE.split("\n\n\n")
    await told.push(a_py="\n\n\n".join([both[0], both[2].rstrip("\n"), both[1]]) + "\n")
    assert (await told.anchor()).start_line == 8
    assert (await told.stale(), told.edits()) == ("", 0)


async def test_a_renamed_file_is_followed_and_what_changes_in_it_then_is_told(told: Told) -> None:
    await told.push(a_py=None, renamed_py=CODE)
    assert ((await told.anchor()).path, await told.stale()) == ("renamed.py", "")
    changed = await told.push(renamed_py=CODE.replace("a + 1", "a + 2"))
    assert await told.stale() == f"`renamed.py:5` changed in `{changed[:9]}`"


async def test_a_function_that_went_to_another_file_is_followed_by_its_name(told: Told) -> None:
    parts = CODE.split("\n\n\n")
    await told.push(
        a_py="\n\n\n".join([parts[0], parts[2]]), other_py="y = 1\n\n\n" + parts[1] + "\n"
    )
    anchor = await told.anchor()
    assert (anchor.path, anchor.start_line, await told.stale()) == ("other.py", 4, "")


async def test_a_file_that_is_gone_is_told(told: Told) -> None:
    gone = await told.push(a_py=None, b_py="x = 1\n")
    assert await told.stale() == f"`a.py` was removed in `{gone[:9]}`"


async def test_an_answer_about_a_pull_request_follows_its_head(told: Told) -> None:
    head = told.alice.pushes(told.there, "topic", {"b.py": "x = 1\n"}, "Begin")
    pull = told.alice.opens(told.there, "topic")
    async with told.database.system() as connection:
        ref = f"refs/pull/{pull.number}/head"
        await connection.execute("UPDATE answers SET ref = %s, commit_sha = %s", (ref, head))
        await connection.execute("UPDATE citations SET commit_sha = %s", (head,))
    await told.push(a_py=CODE.replace("a + 1", "a + 9"))
    assert await told.stale() == "", "the default branch is not what it was about"
    await told.push_to(pull, a_py='"""Say more."""\n' + CODE)
    anchor = await told.anchor()
    assert (anchor.start_line, await told.stale(), told.edits()) == (5, "", 0)
    changed = await told.push_to(pull, a_py=CODE.replace("a + 1", "a + 2"))
    assert await told.stale() == f"`a.py:5` changed in `{changed[:9]}`"
    assert (told.edits(), changed[:9] in told.comment.body) == (1, True)


async def test_a_comment_that_a_person_deleted_is_not_written_again(told: Told) -> None:
    told.alice.deletes(told.there, told.comment)
    changed = await told.push(a_py=CODE.replace("a + 1", "a + 2"))
    assert changed[:9] in await told.stale()
    assert [each.author for each in told.there.threads[5].comments] == [told.question.author]
