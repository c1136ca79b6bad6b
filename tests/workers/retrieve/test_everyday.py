from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.index.terms import terms
from workers.retrieve.everyday import LONGEST, MEANT, PHRASE, TABLE, meant


def asked(text: str) -> dict[str, float]:
    return meant(text, frozenset(terms(text)))


def test_an_everyday_word_stands_for_words_of_the_trade() -> None:
    assert asked("My passcode is gone.")["password"] == MEANT


@pytest.mark.parametrize("said", ["log in", "Logged  in", "logs\nin", "logging-in"])
def test_a_phrase_says_more_than_a_word_in_any_inflection(said: str) -> None:
    assert asked(f"She {said} here.")["authent"] == PHRASE


def test_the_words_of_a_phrase_do_not_speak_for_themselves() -> None:
    assert "hmac" in asked("The message was signed.")
    assert "hmac" not in asked("The visitor is signed in.")


def test_what_is_said_already_is_not_added() -> None:
    assert "imag" not in asked("The photo is an image.")


def test_other_words_stand_for_themselves() -> None:
    assert asked("deserialize the schema registry") == {}


def test_a_word_that_is_not_the_questions_own_stands_for_nothing() -> None:
    assert meant("where is passcode()", frozenset()) == {}


def test_every_line_of_the_table_has_a_phrase_and_what_it_stands_for() -> None:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line and line[0] != "#"]
    for line in lines:
        everyday, others = line.split(" = ")
        assert 0 < len(everyday.replace("-", " ").split()) <= LONGEST, line
        assert terms(others), line


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    own = frozenset(terms(text))
    assert not meant(text, own).keys() & own
