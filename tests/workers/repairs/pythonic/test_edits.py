"""Small edits of Python: each usual mistake is undone by one of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.repairs.pythonic.edits import edits


def made(line: str) -> set[str]:
    """The second line of a function, as edits make it."""
    raw = f"def f(a, b, c=None):\n    {line}\n    return a\n".encode()
    return {each.applied(raw).decode().split("\n")[1].strip() for each in edits(raw, {2: 1.0})}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("x = a < b", "x = a <= b"),
        ("x = (a + b) // 2", "x = (a + b) / 2"),
        ("x = (a) == (b)", "x = (a) != (b)"),
        ("x = a not in b", "x = a in b"),
        ("x = a[: b - 1]", "x = a[: b]"),
        ("x = range(a, b)", "x = range(a, b + 1)"),
        ("x = divmod(b, a)", "x = divmod(a, b)"),
        ("x = a and b", "x = a or b"),
        ("x = 1 if not a else 2", "x = 1 if a else 2"),
        ("a * b", "return a * b"),
        ("x = b", "x = a"),
        ("x = True", "x = False"),
        ("a -= 1", "a += 1"),
    ],
)
def test_a_usual_mistake_is_undone(wrong: str, right: str) -> None:
    assert right in made(wrong)


def test_nothing_is_changed_where_nothing_is_suspected() -> None:
    assert edits(b"def f(a):\n    return a + 1\n", {40: 1.0}) == []


@given(st.binary(max_size=200))
def test_any_bytes_are_taken(raw: bytes) -> None:
    for edit in edits(raw, {1: 1.0, 2: 0.5}):
        compile(edit.applied(raw), "draft", "exec", dont_inherit=True)
