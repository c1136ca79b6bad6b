"""Questions about change are answered with commits that are there, cited at what they changed."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest

from core.db import citations, repositories
from core.db.connect import Database
from core.settings import Model, Secret, Settings
from tests.checkout import Checkout
from tests.model_stand_in import (
    ModelStandIn,
    Request,
    Said,
    always,
    answer_json,
    passages,
    probed,
    sentence,
)
from tests.shop import Searcher, Shop
from workers import git
from workers.answer.history import WITHOUT_MODEL
from workers.model import Endpoint, open_endpoint

DAY = 86_400
START = 1_700_000_000  # 2023-11-14

RETRY = '''"""Requests that failed are sent again."""


def backoff(attempt):
    """Seconds to wait before an attempt."""
    return 2 ** attempt


def retry(send, attempts=3):
    """Send until it works."""
    for attempt in range(attempts):
        if send():
            return True
    return False
'''
MAIN = "from retry import retry\n\n\ndef main():\n    return retry(lambda: True)\n"


def write_history(checkout: Checkout) -> dict[str, str]:
    made = {}

    def commit(name: str, message: str, author: str = "Ada") -> None:
        made[name] = checkout.commit(message, at=START + len(made) * DAY, author=author)

    checkout.write("retry.py", RETRY)
    checkout.write("old.py", "def legacy_login(user):\n    return user\n")
    checkout.write("README.md", "# Shop\n\nThe shop of legacy_login.\n")
    commit("first", "Open the shop")
    checkout.git("tag", "v1.0.0")
    checkout.write("main.py", MAIN)
    commit("main", "Add an entry point", "Grace Hopper")
    checkout.git(
        "tag", "--annotate", "--message", "2.1", "v2.1.0",
        GIT_COMMITTER_DATE=f"{START + DAY} +0000",
    )  # fmt: skip
    checkout.write("retry.py", RETRY.replace("attempts=3", "attempts=5"))
    commit(
        "five",
        "Try five times\n\nThree were too few for the slow gateway @octocat.\n\n"
        "Signed-off-by: Ada <ada@example.org>",
        "Grace Hopper",
    )
    (checkout.path / "old.py").unlink()
    checkout.write(
        "long.py", "".join(f"n_{n} = {n}\n" for n in range(90)) + "\n\ndef far():\n    pass\n"
    )
    commit("gone", "Remove the old login\n\nNobody has used it since 1.0.")
    checkout.write("retry.py", RETRY.replace("attempts=3", "attempts=5").replace("2 **", "3 **"))
    checkout.write("main.py", MAIN + "\n\nmain()\n")
    commit("fix", "Fix the wait of ![x](http://evil.example/x.png) retries #7")
    return made


@pytest.fixture(scope="module")
async def past(
    settings: Settings, _pool: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Shop, dict[str, str]]]:
    checkout = Checkout(tmp_path_factory.mktemp("past"))
    made = write_history(checkout)
    async with _pool.tenant(0) as connection:
        repository = await repositories.connect_local(
            connection, name="past", source=str(checkout.path)
        )
    opened = Shop(settings, _pool, checkout, repository, "", Searcher(_pool, None))
    opened.commit = await opened.index()
    yield opened, made
    shutil.rmtree(opened.mirrors, ignore_errors=True)


Opened = tuple[Shop, dict[str, str]]


@pytest.fixture
async def modelled(past: Opened, stand_in: ModelStandIn) -> AsyncIterator[Endpoint]:
    model = Model(stand_in.url, Secret("k"), stand_in.model, "")
    async with open_endpoint(model, past[0].database) as opened:
        assert opened is not None
        yield opened


async def told(past: Opened, question: str) -> str:
    answer = await past[0].ask(question)
    assert not answer.refused
    assert answer.checks_failed == 0
    return answer.text


async def test_what_changed_since_a_version_lists_the_commits_of_the_place(past: Opened) -> None:
    text = await told(past, "what changed in retry since 2.1?")
    lead, _, first, second = text.split("\n")
    assert lead == "2 commits changed `retry.py` since `v2.1.0` (2023-11-15):"
    assert f"`{past[1]['fix'][:9]}` (2023-11-18, Ada): “Fix the wait" in first
    assert f"`{past[1]['five'][:9]}` (2023-11-16, Grace Hopper): “Try five times”" in second


async def test_a_citation_is_of_the_lines_that_the_commit_brought(past: Opened) -> None:
    shop, made = past
    answer = await shop.ask("what changed in retry since 2.1?")
    newest, older = await shop.cited(answer.id)
    assert (newest.path, newest.start_line, newest.commit_sha) == ("retry.py", 6, made["fix"])
    assert (older.path, older.start_line, older.commit_sha) == ("retry.py", 9, made["five"])
    assert f"/blob/{made['five']}/retry.py#L9" in older.url


async def test_what_a_citation_of_the_past_shows_is_kept_with_the_answer(past: Opened) -> None:
    shop, made = past
    answer = await shop.ask("what changed in retry since 2.1?")
    async with shop.database.tenant(0) as connection:
        blob = await citations.blob_at(connection, shop.repository.id, made["five"], "retry.py")
        moved = await citations.of_changed_files(connection, shop.repository.id, 0)
    assert blob is not None
    # The newest commit is that of the answer, and its lines may move; those of older ones cannot.
    assert {each.start_line for each in moved if each.answer_id == answer.id} == {6}


async def test_what_others_wrote_into_a_commit_does_nothing(past: Opened) -> None:
    text = await told(past, "what changed in retry since 2.1?")
    assert "evil.example" not in text
    assert "`#7`" in text
    assert "@octocat" not in (await told(past, "why was retry changed?")).replace("`@octocat`", "")


async def test_who_touched_it_last_and_why(past: Opened) -> None:
    text = await told(past, "Who changed `retry` last, and why?")
    assert text.startswith("Grace Hopper made the last change to `retry` (function, `retry.py`)")
    assert "Three were too few" in text
    text = await told(past, "Who last changed the function `main`, and why?")
    assert text.startswith("Grace Hopper made the last change to `main` (function, `main.py`)")
    assert "The commit says no more than that." in text


async def test_why_quotes_what_the_commit_says(past: Opened) -> None:
    text = await told(past, "why were the attempts of `retry` changed?")
    assert "Three were too few for the slow gateway" in text
    assert "Signed-off-by" not in text


async def test_when_it_was_added_names_the_first_commit_and_the_first_tag(past: Opened) -> None:
    text = await told(past, "When was the function main added?")
    assert text.startswith(
        f"Grace Hopper added `main` (function, `main.py`) in `{past[1]['main'][:9]}` on 2023-11-15"
    )
    assert "The first tag that has it is `v2.1.0`." in text


async def test_what_is_gone_is_cited_as_it_was_before(past: Opened) -> None:
    shop, made = past
    answer = await shop.ask("When was legacy_login removed?")
    assert f"took `legacy_login` away in `{made['gone'][:9]}`" in answer.text
    assert "Nobody has used it since 1.0." in answer.text
    (cited,) = await shop.cited(answer.id)
    assert (cited.path, cited.commit_sha) == ("old.py", made["five"])


async def test_what_is_there_was_not_removed(past: Opened) -> None:
    assert "was not removed: it is there." in await told(past, "When was `backoff` removed?")


async def test_a_file_that_is_gone_is_found_by_its_path(past: Opened) -> None:
    assert f"`{past[1]['gone'][:9]}`" in await told(past, "why was old.py deleted?")


async def test_a_time_without_changes_is_said_with_the_last_one_before(past: Opened) -> None:
    text = await told(past, "What changed in the last week?")
    assert text.startswith("Nothing changed since ")
    assert past[1]["fix"][:9] in text


async def test_a_release_is_what_came_since_the_one_before(past: Opened) -> None:
    text = await told(past, "What changed in 2.1?")
    assert text.startswith("1 commit in `v2.1.0` (2023-11-15), since `v1.0.0` (2023-11-14):")


async def test_who_wrote_it_counts_commits(past: Opened) -> None:
    text = await told(past, "Who wrote retry.py?")
    assert "Ada (2 of 3 commits" in text
    assert "Grace Hopper (1 of 3 commits" in text


async def test_a_fix_is_found_by_what_it_says(past: Opened) -> None:
    assert past[1]["fix"][:9] in await told(past, "When was the wait of retries fixed?")


async def test_a_version_that_is_no_tag_is_refused_with_those_that_are(past: Opened) -> None:
    answer = await past[0].ask("What changed since 7.3?")
    assert answer.refused
    assert "I know of no `7.3`" in answer.text
    assert "`v2.1.0`" in answer.text


async def test_a_place_that_is_nowhere_is_refused(past: Opened) -> None:
    answer = await past[0].ask("Who wrote the opera The Magic Flute?")
    assert answer.refused


async def test_this_is_what_the_answer_before_was_about(past: Opened) -> None:
    shop, made = past
    conversation = await shop.converse()
    await shop.ask("Where is `backoff`?", conversation=conversation)
    answer = await shop.ask("Who touched this last, and why?", conversation=conversation)
    assert f"`{made['fix'][:9]}`" in answer.text
    assert "`backoff`" in answer.text


async def test_every_commit_that_is_named_is_there(past: Opened) -> None:
    shop, made = past
    text = await told(past, "What changed since 1.0?")
    with git.Mirror(shop.mirror) as mirror:
        for sha in made.values():
            assert mirror.has_commit(sha)
    known = {sha[:9] for sha in made.values()}
    assert {part for part in text.split("`") if len(part) == 9 and part.isalnum()} <= known


async def test_of_many_lines_those_with_the_name_are_cited(past: Opened) -> None:
    shop, made = past
    answer = await shop.ask("When was the function far added?")
    (cited,) = await shop.cited(answer.id)
    assert (cited.path, cited.start_line, cited.end_line) == ("long.py", 93, 94)
    assert cited.commit_sha == made["gone"]


LAST = "who touched retry.py last, and why?"


async def test_a_model_writes_the_answer_from_the_commits(
    past: Opened, stand_in: ModelStandIn, modelled: Endpoint
) -> None:
    shop, made = past

    async def model(request: Request) -> Said:
        last = next(p for p in passages(request) if made["fix"][:9] in p.text)
        quote = "Fix the wait of"
        return Said(answer_json([sentence("The wait was mended last.", (last.number, quote))]))

    stand_in.personality = probed(model)
    answer = await shop.ask(LAST, endpoint=modelled)
    [cited] = await shop.cited(answer.id)
    assert answer.text == "The wait was mended last [1]."
    assert (cited.path, cited.commit_sha) == ("retry.py", made["fix"])
    assert cited.blob_id is not None
    assert (answer.model, answer.checks_passed, answer.checks_failed) == ("stand-in", 1, 0)
    assert answer.notice == ""


async def test_what_no_commit_says_is_no_evidence_and_the_commits_tell_themselves(
    past: Opened, stand_in: ModelStandIn, modelled: Endpoint
) -> None:
    shop, _ = past

    async def liar(_request: Request) -> Said:
        return Said(answer_json([sentence("Nobody ever touched it at all.", (1, "never touched"))]))

    stand_in.personality = probed(liar)
    answer = await shop.ask(LAST, endpoint=modelled)
    assert "made the last change" in answer.text
    assert answer.notice.startswith("Made without a model: the model's reply had nothing")
    assert answer.checks_failed > 0


async def test_a_model_that_fails_costs_nobody_the_history(
    past: Opened, stand_in: ModelStandIn, modelled: Endpoint
) -> None:
    stand_in.personality = always(Said(status=500))
    answer = await past[0].ask("what changed in retry since 2.1?", endpoint=modelled)
    assert "`retry.py`" in answer.text
    assert answer.notice.startswith("Made without a model: ")


async def test_what_is_counted_needs_no_model(
    past: Opened, stand_in: ModelStandIn, modelled: Endpoint
) -> None:
    answer = await past[0].ask("who wrote retry.py?", endpoint=modelled)
    assert answer.notice == WITHOUT_MODEL
    assert stand_in.requests == []


async def test_why_it_is_so_is_what_the_commit_says_that_brought_it(past: Opened) -> None:
    shop, made = past
    answer = await shop.ask("Why does retry try five times to send?")
    assert f"“Try five times”, says the commit `{made['five'][:9]}` on 2023-11-16 [" in answer.text
    assert "Three were too few" in answer.text
    [cited] = [c for c in await shop.cited(answer.id) if c.commit_sha == made["five"]]
    assert (cited.path, cited.start_line) == ("retry.py", 9)
    assert cited.blob_id is not None
