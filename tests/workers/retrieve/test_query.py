from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.retrieve.query import ABBREVIATION, EARLIER, FOLLOW_UP, OWN, Frame, parse


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


@pytest.mark.parametrize(
    "text",
    [
        "Which tests cover redirects?",
        "Where is the parser tested?",
        "show me the unit tests for sessions",
        "what does test_redirect check",
    ],
)
def test_a_question_about_tests_is_noticed(text: str) -> None:
    assert parse(text).intent.tests


@pytest.mark.parametrize(
    "text", ["Test that a value is in range.", "How does the test client keep cookies?"]
)
def test_the_verb_and_a_test_client_are_no_question_about_tests(text: str) -> None:
    assert not parse(text).intent.tests


def test_other_kinds_of_file_are_asked_for_by_name() -> None:
    assert parse("Where is this documented?").intent.docs
    assert parse("Is there an example of a hook?").intent.examples
    assert parse("What does the CI run? see the Makefile").intent.configuration
    assert parse("Which class holds the routes?").intent.types
    assert not parse("Parse, for example, dates.").intent.examples


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
