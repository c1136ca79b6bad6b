"""Expressions are closed only where all that they name is known."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.probers.inside.closed import closed, dotted, imported, modules, text

NAMES = {"Span": dotted("words.Span"), "date": dotted("datetime.date")}
LITERALS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=6,
)


def of(source: str) -> str | None:
    made = closed(ast.parse(source, mode="eval").body, NAMES)
    return text(made) if made is not None else None


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("Span(3)", "words.Span(3)"),
        ("[Span(3), -Span(4)]", "[words.Span(3), -words.Span(4)]"),
        ("date(2000, 1, 1) - Span(3)", "datetime.date(2000, 1, 1) - words.Span(3)"),
        ("len('abc')", "len('abc')"),
        ("unknown(3)", None),
        ("open('a')", None),
        ("Span.__subclasses__()", None),
        ("[each for each in (1, 2)]", None),
        ("(lambda: 1)()", None),
        ("9 ** 9 ** 9", None),
    ],
)
def test_names_become_whole_or_nothing_is_made(source: str, made: str | None) -> None:
    assert of(source) == made


@given(LITERALS)
def test_literals_stay_as_they_are(value: object) -> None:
    made = of(repr(value))
    assert made is None or not made or ast.literal_eval(made) == value


def test_only_the_package_and_a_few_modules_are_imported() -> None:
    tree = ast.parse("import os\nimport words\nfrom words import *\nfrom datetime import date as d")
    found = imported(tree, {"words"}, {"words": ["Span"]})
    assert {name: text(node) for name, node in found.items()} == {
        "words": "words",
        "Span": "words.Span",
        "d": "datetime.date",
    }


def test_modules_that_an_expression_names_are_known() -> None:
    tree = ast.parse("assert words.inner.Span(datetime.date.today())")
    assert modules(tree, {"words.inner", "words.other", "datetime"}) == {"words.inner", "datetime"}
