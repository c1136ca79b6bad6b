"""What documents show is followed past what cannot be run, and told in the ways that people use."""

from __future__ import annotations

import pytest

from workers.probers.inside.closed import dotted
from workers.probers.inside.shown import Line, Listing, Shown, noted, told

NAMES = {"Span": dotted("words.Span")}


def of(lines: list[Line]) -> list[Shown]:
    return [*Listing(NAMES, {"words"}).follow(lines)]


def test_the_names_of_the_package_need_no_import() -> None:
    (only,) = of(told(">>> Span(3).days\n3\n", 9))
    assert only.body == "assert (words.Span(3).days) == 3"


def test_what_needs_something_unknown_hides_nothing_else() -> None:
    text = (
        ">>> import not_there_at_all\n>>> not_there_at_all.go()\n1\n>>> span = Span(2)\n"
        ">>> plugin.change(span)\n>>> span.days\n5\n>>> Span(4).days\n4\n"
    )
    assert [each.line for each in of(told(text, 9))] == ["words.Span(4).days"]


def test_what_is_shown_keeps_what_it_needs() -> None:
    text = ">>> span = Span(2)\n>>> other = Span(9)\n>>> span.grow()\n>>> span.days\n3\n"
    (only,) = of(told(text, 9))
    assert only.short == "span = words.Span(2)\nspan.grow()\nassert (span.days) == 3"
    assert "other" in only.body


@pytest.mark.parametrize(
    ("text", "check", "how"),
    [
        (">>> print(Span(1))\na  b\n", "str(words.Span(1)).split() == 'a  b'.split()", "printed"),
        (">>> Span(1)\nSpan(days=1)\n", "assert repr(words.Span(1)).split()", "written"),
        (">>> Span(-1)\nTraceback (most recent call last):\nOdd: no\n", "ended in Odd", "raised"),
        ("```pycon\n>>> Span(1).days\n1\n```\n", "assert (words.Span(1).days) == 1", "shown"),
    ],
)
def test_there_are_several_ways_to_show(text: str, check: str, how: str) -> None:
    (only,) = of(told(text, 9))
    assert check in only.body
    assert only.of == how


@pytest.mark.parametrize(
    "text",
    [
        ">>> Span(1)\n<Span object at 0x7f01>\n",
        ">>> print(Span(1).tags)\n{'a', 'b'}\n",
        ">>> random.choice([Span(1)]).days\n1\n",
        ">>> Span(1).days  # doctest: +SKIP\n1\n",
        ">>> def tell():\n...     print(1)\n>>> Span(tell()).days\n1\n",
    ],
)
def test_what_may_be_otherwise_elsewhere_is_left_out(text: str) -> None:
    assert not of(told(text, 9))


def test_comments_tell_what_statements_give() -> None:
    code = (
        "Span(3).days  # => 3\nSpan(4).days\n# 4\nprint(Span(5).days)  # 5\n"
        "Span(6).days  # the days\nspan = Span(7)  # 7\n"
    )
    assert [(each.line, each.of) for each in of(noted(code))] == [
        ("words.Span(3).days", "noted"),
        ("words.Span(4).days", "noted"),
        ("print(words.Span(5).days)", "noted"),
    ]
