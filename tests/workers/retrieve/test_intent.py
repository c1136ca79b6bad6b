from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.retrieve.intent import intent_of


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
    assert intent_of(text).tests


@pytest.mark.parametrize(
    "text", ["Test that a value is in range.", "How does the test client keep cookies?"]
)
def test_the_verb_and_a_test_client_are_no_question_about_tests(text: str) -> None:
    assert not intent_of(text).tests


def test_other_kinds_of_file_are_asked_for_by_name() -> None:
    assert intent_of("Where is this documented?").docs
    assert intent_of("Is there an example of a hook?").examples
    assert intent_of("Which class holds the routes?").types
    assert not intent_of("Parse, for example, dates.").examples


@pytest.mark.parametrize(
    "text",
    [
        "What does the CI run? see the Makefile",
        "where is the pre-commit config",
        "Which versions of Python are tested in CI?",
        "Which workflow of GitHub Actions publishes, the docker image or the release?",
    ],
)
def test_configuration_is_asked_for_where_a_file_or_a_run_of_it_is(text: str) -> None:
    assert intent_of(text).configuration


@pytest.mark.parametrize(
    "text",
    [
        "How does the GitHub Action find the pull request?",
        "Where are the settings of a user saved?",
        "How does it notice that it runs in CI?",
        "Where is docker started?",
    ],
)
def test_what_a_product_is_called_is_no_wish_for_configuration(text: str) -> None:
    assert not intent_of(text).configuration


@pytest.mark.parametrize(
    "text",
    [
        "Where are cookies signed?",
        "how a session ends",
        "the server hangs when I upload a big file",
        "My websocket is closed after a while.",
        "Uploads fail with 413 behind a proxy.",
        "A task that takes too long is cut off.",
        "Sending a very big body is refused.",
        "Tables of the admin wrongly let users create rows.",
        "It complains that the address is not valid although it looks fine.",
    ],
)
def test_questions_and_faults_are_what_people_ask(text: str) -> None:
    assert intent_of(text).asks
    assert not intent_of(text).describes


@pytest.mark.parametrize(
    "text",
    [
        "Return the value of a header, or None if there is none.",
        "Find the root of a package, or the path that contains a module.",
        "Raise an error if the body is too large.",
        "Function for rows that came twice.",
        "Decorator for views that are cached.",
        "A helper function that closes the connection when the client goes away.",
    ],
)
def test_a_description_that_begins_with_what_is_done_is_of_something_that_acts(text: str) -> None:
    intent = intent_of(text)
    assert (intent.asks, intent.describes, intent.acts) == (False, True, True)


@pytest.mark.parametrize(
    "text",
    ["Base class for sessions that are kept in cookies.", "Error raised when a connection fails."],
)
def test_other_descriptions_may_be_of_a_type(text: str) -> None:
    intent = intent_of(text)
    assert (intent.asks, intent.describes, intent.acts) == (False, True, False)


@pytest.mark.parametrize("text", ["Cart.remove_item", "session cookie", "SessionInterface"])
def test_names_and_keywords_are_no_description(text: str) -> None:
    assert not intent_of(text).describes


@given(st.text())
def test_a_text_is_not_both_asked_and_described(text: str) -> None:
    intent = intent_of(text)
    assert not (intent.asks and intent.describes)
