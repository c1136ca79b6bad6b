"""A push mends what was found before a reader could see it, or just as it is written."""

from __future__ import annotations

from tests.workers.review.conftest import CART, FAULTY, Stage
from workers import jobs

MENDED = {"shop/cart.py": CART + "\n\ndef none():\n    return 0\n"}


def _mend_after_the_first_review(stage: Stage) -> None:
    def watch() -> None:
        if "review" in stage.done and not mended:
            mended.append(stage.alice.pushes(stage.there, "topic", MENDED, "Mend it"))

    mended: list[str] = []
    stage.watch = watch


async def _github_takes_it_again(stage: Stage) -> None:
    stage.stand_in.faults.clear()
    async with stage.bot.database.system() as connection:
        await connection.execute("UPDATE writers SET next_at = now()")
    await jobs.sweep({"context": stage.context})
    await stage.until_quiet()


async def test_what_was_mended_while_it_was_written_has_its_thread_resolved(stage: Stage) -> None:
    """GitHub has it, and does not say so until somebody else makes the writer look again."""
    _mend_after_the_first_review(stage)
    mend = stage.watch
    pull = stage.opens({"shop/cart.py": FAULTY})
    stage.stand_in.fail("*", "/reviews", status=502, after=True, times=1000)

    def watch() -> None:
        mend()
        if stage.done.count("review") == 3 and stage.stand_in.faults:
            stage.stand_in.faults.clear()
            stage.alice.says(stage.there, pull.number, "/ponder help")

    stage.watch = watch
    await stage.until_quiet()
    assert stage.check(pull).conclusion == "success"
    (comment, reply) = pull.reviews
    assert comment.resolved_by is stage.stand_in.world.bot
    assert reply.body.startswith("Fixed in ")


async def test_what_was_mended_before_it_was_written_is_never_said(stage: Stage) -> None:
    _mend_after_the_first_review(stage)
    pull = stage.opens({"shop/cart.py": FAULTY})
    stage.stand_in.limit("*", "/check-runs", "secondary", 60)
    await stage.until_quiet()
    await _github_takes_it_again(stage)
    assert stage.check(pull).conclusion == "success"
    assert (pull.reviews, pull.submitted) == ([], [])


async def test_what_was_not_written_and_is_still_there_is_said_of_the_new_head(
    stage: Stage,
) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY})
    stage.stand_in.limit("*", "/check-runs", "secondary", 60)
    await stage.until_quiet()
    assert not pull.reviews
    stage.alice.pushes(stage.there, "topic", {"shop/cart.py": FAULTY + "\n\nSIZE = 1\n"}, "More")
    await stage.until_quiet()
    await _github_takes_it_again(stage)
    assert pull.pull
    (review,) = pull.submitted
    assert review.commit == pull.pull.head_sha
    (comment,) = pull.reviews
    assert comment.resolved_by is None
