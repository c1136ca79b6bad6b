"""Branches and how deep they lie, over all languages with a grammar."""

from __future__ import annotations

import pytest

from workers.languages import LANGUAGES
from workers.languages.complexity import Counted, measure

PYTHON = """\
def plain():
    return 1


def busy(a, b):
    if a and b:
        for x in a:
            if x:
                return 1
    elif b:
        return 2
    return 3
"""


def counted(language: str, text: str, start: int = 1, end: int = 10_000) -> Counted:
    measured = measure(language, text)
    assert measured is not None
    return measured.of_lines(start, end)


def test_code_without_branches_has_one_way_through() -> None:
    assert counted("python", PYTHON, 1, 2) == Counted(1, 0, 0)


def test_what_lies_deeper_costs_more() -> None:
    # Ways: if, and, for, if, elif. Mind: 1, 1, 2, 3, 1.
    assert counted("python", PYTHON, 5, 12) == Counted(6, 8, 3)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("javascript", "function f(a) { if (a) { return 1 } else if (a > 2) { return 2 } }"),
        ("typescript", "function f(a: number) { if (a) { return 1 } else if (a > 2) { return } }"),
        ("go", "package p\nfunc f(a int) int { if a > 1 { return 1 } else if a > 2 { return 2 } }"),
        ("java", "class C { int f(int a) { if (a > 1) return 1; else if (a > 2) return 2; } }"),
        ("c", "int f(int a) { if (a) return 1; else if (a > 2) return 2; return 3; }"),
    ],
)
def test_an_else_if_is_no_deeper_than_its_if(language: str, text: str) -> None:
    assert counted(language, text) == Counted(3, 2, 1)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_any_text_is_measured_or_has_no_complexity(language: str) -> None:
    assert measure(language, "}{ if ( \0 def \ud800 [") is None or LANGUAGES[language].grammar
