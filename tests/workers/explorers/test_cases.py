"""Tests that are written from calls: read with care, grouped, named, and easy to read."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.explorers.base import Case
from workers.explorers.pythonic.cases import cases_of, file_of, plain_calls

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def case(given: str, value: str = "", raises: str = "", says: str = "") -> Case:
    return Case(
        "share", "()", given, value, raises, says, ("amount", "people"), frozenset({1}), False
    )


def test_calls_of_one_kind_are_a_table() -> None:
    text = file_of("shop.money", [case("(3, 1)", "3"), case("(9, 3)", "3")])
    assert text == (
        "import pytest\n\nfrom shop.money import share\n\n\n"
        '@pytest.mark.parametrize(("amount", "people", "expected"), [(3, 1, 3), (9, 3, 3)])\n'
        "def test_share(amount, people, expected):\n"
        "    assert share(amount, people) == expected\n"
    )


def test_what_is_refused_is_named_by_what_is_said() -> None:
    text = file_of("shop.money", [case("(3, 0)", raises="ValueError", says="nobody is there")])
    assert "def test_share_nobody_is_there():\n" in text
    assert 'with pytest.raises(ValueError, match="nobody is there"):' in text


def test_an_exception_of_the_module_is_imported_from_there() -> None:
    text = file_of("shop.money", [case("(3, 0)", raises="ShareError")])
    assert "from shop.money import ShareError, share\n" in text
    assert "def test_share_raises_share_error():\n" in text


def test_what_cannot_be_read_is_not_written() -> None:
    assert file_of("shop.money", [case(f"({'x' * 200!r},)", "3")]) == ""


@given(PLAIN, PLAIN)
def test_whatever_is_written_is_python_and_says_the_same(value: object, result: object) -> None:
    text = file_of("shop.money", [case(repr((value,)), repr(result))])
    if text:
        (call,) = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)][:1]
        assert ast.literal_eval(call.args[0]) == value


def test_what_was_written_in_the_sandbox_is_literals_and_names_or_nothing() -> None:
    good: dict[str, object] = {
        **{"symbol": "share", "made": "()", "given": "(1,)", "value": "2", "raises": ""},
        **{"says": "", "names": ["amount"], "lines": [3], "spare": False},
    }
    bad: list[dict[str, object]] = [
        {"given": "__import__('os')"},
        {"value": "open('/etc/passwd')"},
        {"symbol": "share; import os"},
        {"raises": "x)\n"},
        {"made": 3},
        {"value": ""},
    ]
    lines = [json.dumps(good), "no", "[]", *(json.dumps(good | each) for each in bad)]
    assert [each.given for each in cases_of("\n".join(lines).encode())] == ["(1,)"]
    assert plain_calls({"share": ["(1,)", "(x,)"]}) == {"share": ["(1,)"]}


def law(**said: object) -> bytes:
    told = {"law": "round_trip", "symbol": "spell", "back": "read", "kinds": ["text"]}
    told |= {"given": "[('',), ('a b',)]", "value": "list", "lines": [1, 2]}
    return json.dumps(told | said).encode()


def test_a_law_is_tried_with_the_values_that_say_the_most() -> None:
    (case,) = cases_of(law())
    assert file_of("shop.words", [case]) == (
        "import pytest\n\nfrom shop.words import read, spell\n\n\n"
        "@pytest.mark.parametrize(\"text\", ['', 'a b'])\n"
        "def test_read_gives_back_what_spell_made_of_it(text):\n"
        "    assert read(spell(text)) == text\n"
    )


def test_a_law_is_tried_with_hypothesis_where_a_repository_has_it() -> None:
    cases = cases_of(law(law="symmetric", back="", kinds=["text", "text"], given="[('a', 'b')]"))
    assert file_of("shop.words", cases, random=True) == (
        "from hypothesis import given, settings\nfrom hypothesis import strategies as st\n\n"
        "from shop.words import spell\n\n\n"
        "@settings(deadline=None)\n@given(st.text(), st.text())\n"
        "def test_spell_is_the_same_both_ways(one, other):\n"
        "    assert spell(one, other) == spell(other, one)\n"
    )


@pytest.mark.parametrize(
    "said",
    [
        {"law": "obey"},
        {"symbol": "spell, os"},
        {"back": "read)) or exit(("},
        {"kinds": ["st.nothing()"]},
        {"kinds": ["text", "text"]},
        {"given": "[(__import__('os'),)]"},
        {"value": "object"},
    ],
)
def test_a_law_of_the_sandbox_is_of_known_words_or_none(said: dict[str, object]) -> None:
    assert cases_of(law(**said)) == []
