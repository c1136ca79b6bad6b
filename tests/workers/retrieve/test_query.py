from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.retrieve.query import ABBREVIATION, CODE, EARLIER, FOLLOW_UP, OWN, Frame, parse


def test_terms_are_parts_and_wholes_of_identifiers() -> None:
    assert {"get", "sign", "serial", "get_signing_serializer"} <= parse(
        "Where is get_signing_serializer?"
    ).own


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("who calls open_session?", ("open_session",)),
        ("what does SessionInterface.save_session do", ("SessionInterface.save_session",)),
        ("std::vector::push_back", ("std::vector::push_back",)),
        ("is redirect() safe?", ("redirect",)),
        ("Where are cookies signed?", ()),
        ("the DictConfig of _private", ("DictConfig", "_private")),
    ],
)
def test_identifiers_are_told_from_words(text: str, identifiers: tuple[str, ...]) -> None:
    assert parse(text).identifiers == identifiers


def test_what_is_asked_for_as_a_definition_is_a_name_and_the_verb_no_word() -> None:
    question = parse("Where is the class basket defined?")
    assert question.identifiers == ("basket",)
    assert question.own == {"class", "basket"}


def test_where_many_words_are_placed_the_verb_stays_a_word() -> None:
    question = parse("Where are the columns of a table defined?")
    assert not question.identifiers
    assert "defin" in question.own


def test_words_with_a_capital_may_be_names_unless_a_sentence_starts_with_them() -> None:
    assert parse("Baskets are full. What holds a Basket, and OAuthToken?").capitalised == (
        "Basket",
    )


@pytest.mark.parametrize(
    ("text", "term"),
    [("why do I get a 413?", "413"), ("rule E1001", "e1001"), ("opcode 0x1F fails", "x1f")],
)
def test_numbers_and_codes_count_more_than_words(text: str, term: str) -> None:
    assert parse(text).weights[term] == CODE


@pytest.mark.parametrize("text", ["on Python 3.14", "the 2 lines", "x.py:120", "line 120"])
def test_versions_small_numbers_and_lines_are_no_codes(text: str) -> None:
    assert CODE not in parse(text).weights.values()


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('  File "/usr/lib/app/web.py", line 12, in go', Frame("/usr/lib/app/web.py", 12)),
        ("    at handle (lib/reply.js:3:14)", Frame("lib/reply.js", 3)),
        ("panic: pkg/tree.go:207 +0x1d", Frame("pkg/tree.go", 207)),
        ("Error in src/Kernel.php on line 9", Frame("src/Kernel.php", 9)),
        (r"at C:\app\web.cs:5", Frame("/app/web.cs", 5)),
    ],
)
def test_lines_of_tracebacks_are_frames(text: str, frame: Frame) -> None:
    assert frame in parse(text).frames


def test_paths_are_found() -> None:
    assert parse("What is in src/flask/app.py and README.md?").paths == (
        "src/flask/app.py",
        "README.md",
    )


def test_what_stands_for_a_term_counts_less_than_the_term() -> None:
    weights = parse("configuration of the database").weights
    assert weights["configur"] == OWN
    assert ABBREVIATION <= weights["conf"] < OWN
    assert ABBREVIATION <= weights["db"] < OWN


def test_everyday_words_bring_those_of_the_code() -> None:
    weights = parse("How do I log in a person who has a secret word?").weights
    assert weights["password"] < OWN
    assert weights["auth"] < OWN


def test_a_name_alone_brings_no_other_words() -> None:
    assert parse("sidestep_ledge()").weights.keys() == {"sidestep", "ledg", "sidestep_ledge"}


def test_earlier_questions_count_little_unless_this_one_says_little() -> None:
    earlier = ["How are canaries fed?"]
    assert (
        parse("Which hash algorithm protects stored passwords?", earlier).weights["fed"] == EARLIER
    )
    assert parse("And why?", earlier).weights["fed"] == FOLLOW_UP


@given(st.text())
def test_any_text_can_be_parsed(text: str) -> None:
    question = parse(text, [text])
    assert question.own <= question.weights.keys()
    assert all(weight > 0 for weight in question.weights.values())


def test_words_that_only_ask_are_not_searched_for() -> None:
    assert parse("Why does sidestep() step, and who calls it?").own == {"sidestep", "step", "call"}
