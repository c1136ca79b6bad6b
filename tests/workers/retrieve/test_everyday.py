from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers.index.terms import terms
from workers.retrieve.everyday import MEANT, PHRASE, meant


def asked(text: str) -> dict[str, float]:
    return meant(text, frozenset(terms(text)))


def test_an_everyday_word_stands_for_words_of_the_trade() -> None:
    assert asked("The picture is gone.")["imag"] == MEANT


def test_a_phrase_says_more_than_its_words() -> None:
    assert asked("My Secret  word is wrong.")["password"] == PHRASE


def test_what_is_said_already_is_not_added() -> None:
    assert "imag" not in asked("The picture is an image.")


def test_other_words_stand_for_themselves() -> None:
    assert asked("deserialize the schema registry") == {}


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    own = frozenset(terms(text))
    assert not meant(text, own).keys() & own
