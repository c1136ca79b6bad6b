"""Lines are followed from one version of a file to another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers import git

BEFORE = "a\nb\nc\nd\ne\n"


def test_lines_that_only_moved_are_followed() -> None:
    assert git.follow(BEFORE, "x\ny\n" + BEFORE, 2, 3) == 4
    assert git.follow(BEFORE, BEFORE.replace("a\n", ""), 2, 3) == 1
    assert git.follow(BEFORE, BEFORE + "f\n", 5, 5) == 5
    assert git.follow(BEFORE, BEFORE.rstrip("\n"), 5, 5) == 5


def test_lines_that_were_changed_removed_or_parted_are_not() -> None:
    assert git.follow(BEFORE, BEFORE.replace("c", "C"), 2, 4) is None
    assert git.follow(BEFORE, BEFORE.replace("c\n", ""), 3, 3) is None
    assert git.follow(BEFORE, BEFORE.replace("b\n", "b\nx\n"), 2, 3) is None


def test_the_first_line_that_changed_is_named() -> None:
    assert git.first_altered(BEFORE, BEFORE.replace("c", "C"), 2, 4) == 3
    assert git.first_altered(BEFORE, BEFORE.replace("a\nb", "A\nB"), 2, 4) == 2
    assert git.first_altered(BEFORE, BEFORE.replace("b\n", "b\nx\n"), 2, 3) == 2
    assert git.first_altered(BEFORE, BEFORE, 2, 3) == 2


LINES = st.lists(st.sampled_from(["a", "b", "", "\0", "é\r"]), max_size=8)


def text_of(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@given(LINES, LINES, st.data())
def test_what_is_followed_is_what_it_was(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    if not before:
        return
    start = data.draw(st.integers(1, len(before)))
    end = data.draw(st.integers(start, len(before)))
    found = git.follow(text_of(before), text_of(after), start, end)
    if found is not None:
        assert after[found - 1 : found + end - start] == before[start - 1 : end]
