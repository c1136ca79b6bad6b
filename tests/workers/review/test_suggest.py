"""Suggestions are what GitHub would make of them, whatever the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.review.conftest import CART, Stage
from workers.linters.patch import unified
from workers.review.suggest import MOST_LINES, suggested
from workers.review.tell import _suggested

lines = st.lists(st.sampled_from(["a", "b", "  c", "", "```", "````x"]), max_size=8)


@settings(max_examples=60)
@given(lines, lines)
def test_a_suggestion_applied_is_the_patch_applied(old: list[str], new: list[str]) -> None:
    before, after = "\n".join([*old, "end"]) + "\n", "\n".join([*new, "end"]) + "\n"
    made = suggested(unified("a.py", before, after), "a.py", before)
    if made is not None:
        assert made.applied(before) == after
        assert 1 <= made.start <= made.end < made.start + MOST_LINES


@given(st.text("`ab\n"))
def test_nothing_in_a_suggestion_ends_its_fence(text: str) -> None:
    first, *inside, last = _suggested(text).split("\n")
    assert first == f"{last}suggestion"
    assert last not in "\n".join(inside)


async def test_a_fix_that_was_tried_can_be_committed_with_a_click(stage: Stage) -> None:
    asked = CART + '\n\ndef is_root(name):\n    return name is "root"\n'
    pull = stage.opens({"shop/cart.py": asked})
    await stage.until_quiet()
    (comment,) = pull.reviews
    assert comment.line == 9
    assert '```suggestion\n    return name == "root"\n```' in comment.body
