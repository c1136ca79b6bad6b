"""Places that a model names itself: no line number stays, and nothing invented passes for real."""

from __future__ import annotations

import pytest

from workers.answer.scrub import NO_SUCH_FILE, NO_SUCH_NAME, parts_of, scrub, symbols_in


def scrubbed(text: str) -> tuple[str, int]:
    made = scrub(
        text,
        path_known=lambda path: path in ("web/cookie.py", "cookie.py", "Makefile"),
        symbol_known=lambda name: name in ("sign", "Cookie.sign", "sign_all"),
    )
    return made.text, made.failed


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("in web/cookie.py:12", "in web/cookie.py"),
        ("in `web/cookie.py:12-18`.", "in `web/cookie.py`."),
        ("in `web/cookie.py`:12.", "in `web/cookie.py`."),
        ("in cookie.py#L12-L18", "in cookie.py"),
        ("in cookie.py (line 12)", "in cookie.py"),
        ("in cookie.py, line 12", "in cookie.py"),
        ("on line 12 of cookie.py", "on the cited lines of cookie.py"),
        ("lines 12 to 18", "the cited lines"),
        ("at L12-L18", "at the cited lines"),
        ("in Makefile:3", "in Makefile"),
    ],
)
def test_line_numbers_go(text: str, left: str) -> None:
    assert scrubbed(text) == (left, 1)


@pytest.mark.parametrize(
    "text",
    [
        "listens on localhost:8000 at 12:30",
        "an L1 cache and an L2 norm",
        "after 3 lines of output",
        "works like Node.js and e.g. this",
        "at https://example.org/a.py",
        "`sign` and `Cookie.sign`",
        "`None`, `true` and `x`",
        "version 1.2.3 of `web/cookie.py`",
    ],
)
def test_what_is_no_place_stays(text: str) -> None:
    assert scrubbed(text) == (text, 0)


def test_a_file_that_is_not_there_is_told_as_such() -> None:
    assert scrubbed("see `src/magic.py` and oracle.ts") == (
        f"see {NO_SUCH_FILE} and {NO_SUCH_FILE}",
        2,
    )


def test_a_name_that_is_not_there_is_told_as_such() -> None:
    assert scrubbed("`sign_all` calls `sign_none()`") == (
        f"`sign_all` calls `sign_none()` {NO_SUCH_NAME}",
        1,
    )


def test_names_are_what_somebody_defines() -> None:
    text = "`a_b` `aB` `A.b` `a()` `Ab` `x` `--flag` `SELECT 1` `a::b` `word`"
    assert symbols_in(text) == ["a_b", "aB", "A.b", "a()", "Ab", "a::b"]
    assert parts_of("Queue::push(x)") == ["Queue", "push"]
