"""A pull request is reviewed, from the webhook to what stands on GitHub."""

from __future__ import annotations

from tests.workers.review.conftest import CART, FAULTY, Stage


async def test_a_clean_change_gets_a_green_check_and_not_a_word(stage: Stage) -> None:
    pull = stage.opens({"shop/cart.py": CART + "\n\ndef none():\n    return 0\n"})
    await stage.until_quiet()
    run = stage.check(pull)
    assert (run.status, run.conclusion) == ("completed", "success"), run.output
    assert run.output["title"] == "Nothing found in 1 file"
    assert "shop/cart.py" in run.output["summary"]
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
