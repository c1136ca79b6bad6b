"""What kind of question it is, and what it is about."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.answer.asked import Earlier
from workers.answer.followup import resolve
from workers.answer.question import LONGEST, read


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Where is the cookie signed?", "where"),
        ("in which file are cookies signed", "where"),
        ("How does signing work?", "how"),
        ("Why does it fail?", "why"),
        ("And why is the cookie signed?", "why"),
        ("Why does login call sign?", "why"),
        ("what breaks if I change sign?", "impact"),
        ("What else is affected if cookies are signed differently?", "impact"),
        ("which modules depend on sessions.py", "impact"),
        ("Can I safely remove this method?", "impact"),
        ("can I delete refresh_cookie?", "impact"),
        ("can I remove a header from a request?", "other"),
        ("What stops a client from asking more often?", "which"),
        ("Is refresh_cookie still used anywhere?", "callers"),
        ("does anything use guard", "callers"),
        ("What happens when the cookie is wrong?", "happens"),
        ("Which code signs cookies?", "which"),
        ("What is CookieSession?", "what"),
        ("explain guard", "what"),
        ("Who calls sign?", "callers"),
        ("where is sign called", "callers"),
        ("usages of sign", "callers"),
        ("Where are the tests for signing?", "tests"),
        ("hi", "greeting"),
        ("Thank you!", "greeting"),
        ("help", "help"),
        ("?", "empty"),
        ("cookies", "other"),
    ],
)
def test_the_shape_of_a_question(text: str, shape: str) -> None:
    assert read(text).shape == shape


def test_what_is_named_is_found_in_the_order_of_the_text() -> None:
    question = read("Does `sign` of CookieSession call hmac.new() or compare_digest?")
    assert question.named == ("sign", "CookieSession", "hmac.new", "compare_digest")


@pytest.mark.parametrize(
    "text", ["and where is it called?", "why?", "what about that?", "how does this work"]
)
def test_a_short_question_without_a_subject_refers_back(text: str) -> None:
    assert read(text).refers_back


@pytest.mark.parametrize(
    "text", ["Where is the cookie signed?", "what does `it` do", "Who calls sign?"]
)
def test_a_question_with_its_own_subject_does_not(text: str) -> None:
    assert not read(text).refers_back


def test_words_that_only_ask_are_not_what_it_is_about() -> None:
    topic = read("What does the readme say about odd names?").topic
    assert topic.split() == ["What", "does", "the", "readme", "odd", "names?"]


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_question(text: str) -> None:
    question = read(text)
    assert "\x00" not in question.text
    assert len(question.text) <= LONGEST


def test_a_long_text_is_cut() -> None:
    assert read("x " * 50_000).cut


def earlier(symbol: str) -> Earlier:
    return Earlier("Where is it signed?", f"In {uuid4()}", symbol, "a.py", ("a.py",))


def test_a_follow_up_is_about_the_last_place() -> None:
    resolved = resolve(read("and where is it called?"), [earlier("A.old"), earlier("A.sign")])
    assert resolved.shape == "callers"
    assert resolved.named == ("A.sign",)
    assert "and where is it called?" in resolved.text


def test_without_an_earlier_answer_a_question_stays_as_it_is() -> None:
    question = read("and where is it called?")
    assert resolve(question, []) == question


@pytest.mark.parametrize(
    "text",
    ["what breaks if I change sign?", "what is affected if I change sign in web/session.py?"],
)
def test_what_is_to_be_changed_may_be_a_plain_word_with_its_place(text: str) -> None:
    assert read(text).guesses == ("sign",)
