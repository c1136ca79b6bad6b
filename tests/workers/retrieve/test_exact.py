"""Phrases and expressions as lines and columns."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from workers.retrieve import exact

TEXT = "def añejo(x):\n    return x  # añejo, añejo\n\nlast x".encode()


def test_matches_are_told_by_line_and_column_in_characters() -> None:
    assert exact.matched_lines(TEXT, [exact.phrase("añejo")]) == {
        1: ((4, 9),),
        2: ((16, 21), (23, 28)),
    }


def test_the_ends_of_lines_are_ends() -> None:
    assert exact.matched_lines(TEXT, [exact.regex("x$")]) == {4: ((5, 6),)}
    assert set(exact.matched_lines(TEXT, [exact.regex(r"^\s*(def|return)\b")])) == {1, 2}


def test_a_match_over_several_lines_marks_each() -> None:
    assert exact.matched_lines(TEXT, [exact.regex(r"x\):\n +return")]) == {
        1: ((10, 13),),
        2: ((0, 10),),
    }


def test_all_that_is_wanted_must_be_there() -> None:
    assert exact.matched_lines(TEXT, [exact.phrase("x"), exact.phrase("y")]) == {}
    both = exact.matched_lines(TEXT, [exact.phrase("def"), exact.phrase("last")])
    assert set(both) == {1, 4}


def test_a_match_of_no_length_is_none() -> None:
    assert exact.matched_lines(TEXT, [exact.regex("q*")]) == {}


@pytest.mark.parametrize(
    "pattern", ["(", "a)(b", "*", "[", "(?=x)", r"(a)\1", "((a{99}){99}){99}", "a" * 1001]
)
def test_what_is_no_expression_is_told_in_one_sentence(pattern: str) -> None:
    with pytest.raises(UserError, match=r"\.$"):
        exact.regex(pattern)


@pytest.mark.parametrize(
    "pattern", [r"(a|a)*b", r"(a*)*b", r"(x+x+)+y", r"(.*)(.*)(.*)(.*)(.*)b", "(a?){300}b"]
)
def test_no_expression_keeps_us_busy(pattern: str) -> None:
    started = time.monotonic()
    assert exact.matched_lines(b"a" * 300_000, [exact.regex(pattern)]) == {}
    assert time.monotonic() - started < 20


@given(st.text("ab.*(\\ñ", min_size=1), st.text("ab.*(\\ñ\n"))
def test_a_phrase_matches_where_it_stands(phrase: str, text: str) -> None:
    found = exact.matched_lines(text.encode(), [exact.phrase(phrase)])
    assert bool(found) == (phrase in text)
    lines = text.split("\n")
    assert all(phrase in lines[number - 1] for number in found)


@given(st.text())
def test_any_expression_matches_or_is_told(pattern: str) -> None:
    try:
        exact.matched_lines(TEXT, [exact.regex(pattern)])
    except UserError:
        return
