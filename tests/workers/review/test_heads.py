"""What becomes of a pull request between reviews: other heads, bases, names, and company."""

from __future__ import annotations

from core.github import installations
from tests.github_stand_in.bare import Files
from tests.workers.review.conftest import CART, FAULTY, Stage
from workers.review.pull import pull_of


def stacked(stage: Stage) -> None:
    """A topic that is made on a branch which has the problem already."""
    stage.alice.pushes(stage.there, "stable", {"shop/cart.py": FAULTY}, "It was always so")
    more: Files = {"shop/cart.py": FAULTY + "\n\nSIZE = 3\n"}
    stage.alice.force_pushes(stage.there, "topic", more, onto="refs/heads/stable")


async def test_what_is_back_after_a_force_push_is_said_in_its_thread_and_nowhere_else(
    stage: Stage,
) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    assert pull.pull
    first = pull.pull.head_sha
    (comment,) = pull.reviews
    mended = stage.alice.pushes(stage.there, "topic", {"shop/cart.py": CART}, "Mend it")
    await stage.until_quiet()
    assert comment.resolved_by
    stage.alice.resets(stage.there, "topic", first)
    await stage.until_quiet()
    run = stage.check(pull)
    assert (run.status, run.conclusion) == ("completed", "neutral")
    assert len(pull.submitted) == 1
    assert not comment.resolved_by, "it is open again"
    (reply,) = [each for each in pull.reviews if each.in_reply_to == comment.id]
    said = f"Fixed in {mended[:9]}, and there again since {first[:9]}."
    assert reply.body.startswith(said)


async def test_pull_requests_of_one_head_share_a_check_that_hides_nothing(stage: Stage) -> None:
    stacked(stage)
    pull = stage.alice.opens(stage.there, "topic")
    await stage.until_quiet()
    assert stage.check(pull).conclusion == "neutral"
    other = stage.alice.opens(stage.there, "topic", base="stable")
    await stage.until_quiet()
    run = stage.check(pull)
    assert not other.submitted, "against that base it brings nothing"
    assert run.conclusion == "neutral"
    assert run.output["title"] == f"Nothing found in 1 file. #{pull.number}: 1 problem found"
    stage.alice.closes(stage.there, pull.number)
    stage.alice.reruns(stage.there, run)
    await stage.until_quiet()
    draft = stage.alice.opens(stage.there, "topic", draft=True)
    await stage.until_quiet()
    assert run.conclusion == "neutral"
    assert f"#{draft.number}: it is a draft" in run.output["title"]


async def test_another_base_brings_other_things_to_light_and_opening_again_none(
    stage: Stage,
) -> None:
    stacked(stage)
    pull = stage.alice.opens(stage.there, "topic", base="stable")
    await stage.until_quiet()
    assert stage.check(pull).conclusion == "success"
    assert not pull.submitted
    stage.alice.retargets(stage.there, pull.number, stage.there.default_branch)
    await stage.until_quiet()
    assert stage.check(pull).conclusion == "neutral"
    assert len(pull.submitted) == 1
    stage.alice.closes(stage.there, pull.number)
    await stage.until_quiet()
    stage.alice.reopens(stage.there, pull.number)
    await stage.until_quiet()
    run = stage.check(pull)
    assert (run.status, run.conclusion) == ("completed", "neutral")
    assert run.output["title"] == "1 problem found"
    assert len(pull.submitted) == 1


async def test_what_an_app_wrote_under_an_earlier_name_is_still_its_own(stage: Stage) -> None:
    await stage.configure("review: {summary: comment}")
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    (comment,) = pull.comments
    assert comment.body.startswith("This change brings 1 problem:")
    world = stage.stand_in.world
    world.slug = "seer"
    comment.author = world.bot
    assert stage.context.github
    stage.context.github._asked_at -= 2 * installations._APP_SECONDS
    stage.alice.pushes(stage.there, "topic", {"shop/cart.py": CART}, "Mend it")
    await stage.until_quiet()
    assert comment.body.startswith("What was found here is fixed, as of ")
    assert pull.comments == [comment]


async def test_the_comment_stands_for_what_the_diff_does_not_show_until_somebody_deletes_it(
    stage: Stage,
) -> None:
    changed = CART.replace("(prices)", "(prices, tax)")
    pull = stage.opens({"shop/cart.py": changed})
    await stage.until_quiet()
    (comment,) = pull.comments
    assert "outside of what its diff shows" in comment.body
    assert "`shop/till.py` line 7" in comment.body
    stage.alice.pushes(stage.there, "topic", {"README.md": "A shop\n"}, "Say it")
    await stage.until_quiet()
    assert [each.id for each in pull.comments] == [comment.id]
    assert comment.body.count("`shop/till.py` line 7") == 1
    stage.alice.deletes(stage.there, comment)
    stage.alice.pushes(stage.there, "topic", {"README.md": "Our shop\n"}, "Say it again")
    await stage.until_quiet()
    assert not pull.comments
    assert stage.check(pull).conclusion == "neutral"


def test_a_head_whose_repository_was_deleted_is_a_fork() -> None:
    there = pull_of(
        {
            "number": 5,
            "head": {"sha": "a" * 40, "ref": "ponder/fix", "repo": None},
            "base": {"sha": "b" * 40, "repo": {"id": 7}},
            "user": None,
            "state": "open",
        }
    )
    assert there.fork
    assert there.author == "ghost"
