"""A pull request is reviewed, from the webhook to what stands on GitHub."""

from __future__ import annotations

import asyncio

import pytest

from core import tasks
from core.db import repositories, review_findings
from core.db.work import Work
from tests.workers.review.conftest import CART, FAULTY, Stage
from workers import jobs
from workers.review.look import Look


async def test_a_clean_change_gets_a_green_check_and_not_a_word(stage: Stage) -> None:
    pull = stage.opens({"shop/cart.py": CART + "\n\ndef none():\n    return 0\n"})
    await stage.until_quiet()
    run = stage.check(pull)
    assert (run.status, run.conclusion) == ("completed", "success"), run.output
    assert run.output["title"] == "Nothing found in 1 file"
    assert "shop/cart.py" in run.output["summary"]
    assert "### The risk of this change is " in run.output["summary"], "nobody thinks about it here"
    assert not pull.comments
    assert not pull.submitted


async def test_what_a_change_introduces_is_said_beside_its_line_once(stage: Stage) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    run = stage.check(pull)
    assert (run.status, run.conclusion) == ("completed", "neutral")
    assert run.output["title"] == "1 problem found"
    (comment,) = pull.reviews
    assert (comment.path, comment.line) == ("shop/cart.py", 8)
    assert comment.body.endswith("-->")
    (review,) = pull.submitted
    assert review.body.startswith("1 problem")


async def test_a_fixed_problem_has_its_thread_resolved_and_its_commit_named(stage: Stage) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    (comment,) = pull.reviews
    shifted = FAULTY.replace('"""Carts."""', '"""Carts, and what is in them."""\n\nSIZE = 3')
    stage.alice.pushes(stage.there, "topic", {"shop/cart.py": shifted}, "Shift it")
    await stage.until_quiet()
    assert len(pull.submitted) == 1, "the same is not said again, wherever it stands"
    mended = shifted.replace("seen=[]", "seen=()").replace("seen.append(name)\n", "print(name)\n")
    head = stage.alice.pushes(stage.there, "topic", {"shop/cart.py": mended}, "Mend it")
    await stage.until_quiet()
    assert stage.check(pull).conclusion == "success"
    assert "Fixed since the last review" in stage.check(pull).output["summary"]
    assert comment.resolved_by is stage.stand_in.world.bot
    (reply,) = [each for each in pull.reviews if each.in_reply_to == comment.id]
    assert reply.body.startswith(f"Fixed in {head[:9]}.")


async def test_a_caller_that_was_left_behind_is_told_with_its_line(stage: Stage) -> None:
    pull = stage.opens({"shop/cart.py": CART.replace("(prices)", "(prices, tax)")})
    await stage.until_quiet()
    run = stage.check(pull)
    assert run.conclusion == "neutral"
    assert not run.annotations, "GitHub shows that line in no hunk of the diff"
    assert "`shop/till.py` line 7" in run.output["summary"]
    assert not pull.submitted


async def test_what_is_not_reviewed_says_why_and_is_never_green(stage: Stage) -> None:
    draft = stage.opens({"shop/cart.py": FAULTY}, "draft", draft=True)
    prose = stage.opens({"README.md": "A shop\n"}, "prose")
    bot = stage.stand_in.person("renovate[bot]")
    bot.pushes(stage.there, "renovate/x", {"shop/till.py": "X = 1\n"}, "Update")
    updated = bot.opens(stage.there, "renovate/x")
    await stage.until_quiet()
    told = {stage.check(pull).output["title"] for pull in (draft, prose, updated)}
    assert told == {
        "Not reviewed: it is a draft, and waits until it is ready for review",
        "Not reviewed: all of it is left out (not code: only secrets are looked for)",
        "Not reviewed: it was opened by a bot, renovate[bot]",
    }
    assert {stage.check(pull).conclusion for pull in (draft, prose, updated)} == {"neutral"}
    stage.alice.readies(stage.there, draft.number)
    await stage.until_quiet()
    assert len(draft.submitted) == 1


async def test_of_a_burst_of_pushes_the_last_is_reviewed_and_no_check_stays_open(
    stage: Stage,
) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY})
    for number in range(3):
        text = FAULTY + f"\n\nSIZE = {number}\n"
        stage.alice.pushes(stage.there, "topic", {"shop/cart.py": text}, "More")
    await stage.until_quiet()
    assert {run.status for run in stage.there.check_runs.values()} == {"completed"}
    ended = [each.state for each in await stage.reviews(pull)]
    assert ended.count("done") == 1
    assert len(pull.submitted) == 1


async def test_buttons_obey_those_who_may_and_explain_to_everybody_once(stage: Stage) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    run = stage.check(pull)
    assert {each["identifier"] for each in run.actions} == {"rerun", "explain", "fix"}
    mallory = stage.stand_in.person("mallory")
    stage.there.roles["mallory"] = "read"
    stage.stand_in.person("renovate[bot]").presses(stage.there, run, "explain")
    mallory.presses(stage.there, run, "fix")
    await stage.until_quiet()
    (refusal,) = pull.comments
    assert "only people with write access" in refusal.body
    mallory.presses(stage.there, run, "explain")
    stage.alice.presses(stage.there, run, "explain")
    await stage.until_quiet()
    (_, comment) = pull.comments
    assert "remember" in comment.body
    stage.alice.reruns(stage.there, run)
    await stage.until_quiet()
    assert (run.status, run.conclusion) == ("completed", "neutral")
    assert len(pull.submitted) == 1


async def test_a_review_that_was_cut_off_is_concluded_all_the_same(stage: Stage) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.stand_in.webhooks.settled()
    async with stage.bot.database.system() as connection:
        await connection.execute("DELETE FROM work WHERE kind = 'review'")
        await connection.execute("UPDATE reviews SET asked_at = now() - interval '1 hour'")
    await jobs.sweep({"context": stage.context})
    await stage.until_quiet()
    run = stage.check(pull)
    assert (run.status, run.conclusion) == ("completed", "neutral")
    assert run.output["title"].startswith("Not reviewed: it took too long")


async def test_what_was_dismissed_is_never_raised_again_on_the_same_code(stage: Stage) -> None:
    first = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    (found,) = await stage.findings(first)
    here = await stage.here()
    async with stage.bot.database.tenant(here.installation_id) as connection:
        assert await review_findings.dismiss(connection, here.id, found.fingerprint)
    again = stage.opens({"shop/cart.py": FAULTY}, "again")
    await stage.until_quiet()
    assert stage.check(again).conclusion == "success"
    assert not again.submitted


async def test_a_label_asks_for_a_review_of_a_draft_where_the_person_may_write(
    stage: Stage,
) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY}, draft=True)
    await stage.until_quiet()
    stage.alice.labels(stage.there, pull.number, "bug")
    await stage.until_quiet()
    assert not pull.submitted
    stage.alice.labels(stage.there, pull.number, "ponder")
    await stage.until_quiet()
    assert len(pull.submitted) == 1


async def test_a_fork_is_reviewed_like_any_other_and_reruns_as_a_whole(stage: Stage) -> None:
    mallory = stage.stand_in.person("mallory")
    fork = mallory.forks(stage.there)
    mallory.pushes(fork, "evil", {"shop/cart.py": FAULTY}, "Change it")
    pull = mallory.opens(stage.there, "evil", source=fork)
    await stage.until_quiet()
    assert len(pull.submitted) == 1
    run = stage.check(pull)
    assert "ruff" in run.output["summary"]
    stage.alice.reruns_all(stage.there, run.head_sha)
    await stage.until_quiet()
    assert [each.manual for each in await stage.reviews(pull)] == [True]
    assert (run.status, run.conclusion) == ("completed", "neutral")
    assert len(pull.submitted) == 1


async def test_a_secret_that_is_taken_out_again_is_fixed(stage: Stage) -> None:
    token = "ghp_" + "q7RwZkP2mX9vLtBnY4cHsJ8dF6gA3eKu5TiO"
    pull = stage.opens({"README.md": f"Use {token}\n", "shop/till.py": "X = 1\n"})
    await stage.until_quiet()
    assert [each.rule for each in await stage.findings(pull)] == ["secret/token"]
    assert token not in str(pull.reviews) + str(stage.check(pull).output)
    stage.alice.pushes(stage.there, "topic", {"README.md": "Use a token\n"}, "Take it out")
    await stage.until_quiet()
    assert [each.state for each in await stage.findings(pull)] == ["fixed"]


async def test_of_equal_files_the_second_is_told_of_when_only_the_first_is_mended(
    stage: Stage,
) -> None:
    pull = stage.opens({"shop/one.py": FAULTY, "shop/two.py": FAULTY})
    await stage.until_quiet()
    assert [each.path for each in pull.reviews] == ["shop/one.py"]
    stage.alice.pushes(stage.there, "topic", {"shop/one.py": CART}, "Mend one")
    await stage.until_quiet()
    assert stage.check(pull).output["title"] == "1 problem found"
    roots = [each for each in pull.reviews if each.in_reply_to is None]
    assert [(each.path, bool(each.resolved_by)) for each in roots] == [
        ("shop/one.py", True),
        ("shop/two.py", False),
    ]


async def test_who_asks_below_a_finding_is_told_what_shows_it(stage: Stage) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    (root,) = pull.reviews
    stage.alice.replies(stage.there, pull.number, root, "why is this wrong?")
    stage.alice.replies(stage.there, pull.number, root, "what does `total` do?")
    await stage.until_quiet()
    explained, other = [each.body for each in pull.reviews[3:]]
    assert "Do not use mutable data structures for argument defaults [&#91;1&#93;](" in explained
    assert "`ruff/B006` at line 8" in explained
    assert "1 of 1 citations checked true" in explained
    assert "ruff/B006" not in other


async def test_in_a_paused_repository_only_who_asks_is_told(stage: Stage) -> None:
    here = await stage.here()
    async with stage.bot.database.system() as connection:
        await repositories.pause(connection, here.id, "alice")
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    assert not stage.there.check_runs
    stage.alice.says(stage.there, pull.number, "/ponder review")
    await stage.until_quiet()
    assert len(pull.submitted) == 1
    assert stage.check(pull).conclusion == "neutral"


async def test_who_pauses_in_the_midst_of_a_review_ends_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_LOOK_SECONDS", 0.01)
    ended: list[str] = []

    async def never(_: object) -> list[Work]:
        here = await stage.here()
        async with stage.bot.database.system() as connection:
            await repositories.pause(connection, here.id, "alice")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cleaned up")
        return []

    monkeypatch.setattr(Look, "concluded", lambda *_: never(None))
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    assert ended == ["cleaned up"]
    (review,) = await stage.reviews(pull)
    assert (review.state, review.reason) == ("skipped", "alice paused Ponder here")
    assert all(each.status == "completed" for each in stage.there.check_runs.values())
    assert not pull.submitted


async def test_what_is_there_often_already_hides_nothing_of_what_comes(stage: Stage) -> None:
    many = CART + "".join(_mutable(number) for number in range(4))
    stage.alice.pushes(stage.there, stage.there.default_branch, {"shop/cart.py": many}, "Remember")
    added = "".join(_mutable(number) for number in range(4, 18))
    pull = stage.opens({"shop/cart.py": many + added})
    await stage.until_quiet()
    run = stage.check(pull)
    assert (run.conclusion, run.output["title"]) == ("neutral", "14 problems found")
    assert len(pull.reviews) == 3
    assert len(run.annotations) == 11


def _mutable(number: int) -> str:
    return f"\n\ndef remember_{number}(name, seen=[]):\n    seen.append(name)\n    return seen\n"
