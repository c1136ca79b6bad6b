"""Operators are found where people mean them, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.retrieve.syntax import Operator, Query, parse, render

_PARTS = [
    *'ab"\\/@-: .*',
    "path:",
    "lang:",
    "symbol:",
    '"x y"',
    "/a+/",
    "/a/",
    "\n",
    " path:x ",
    "@b",
]
TEXTS = st.lists(st.sampled_from(_PARTS)).map("".join) | st.text()
WORDS = st.lists(st.text("abcXYZ019_.,?!:'()<>=", min_size=1)).map(" ".join)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "retry with backoff",
        "std::vector push_back",
        "What does path: mean in the config?",
        "Where is /api/users/ served?",
        "Where is /users/ handled?",
        "Who answers me@example.org or @someone, and why?",
        "What do @a and @b have in common?",
        "http://localhost:8000/a/ does not answer",
        "look in /tmp or / please",
        "/* a comment */",
        "// a comment /",
        'TypeError: no "x"\n  File "app.py", line 3, in <module>',
        'File "app.py", line 3, in <module>',
        '"""',
        '""',
        "path:",
        "Path:src/ Lang:go",
        "git log -p - what is it",
        "f(path:str)",
        "a regex like \\d+ or C:\\path",
    ],
)
def test_text_without_operators_is_its_own_words(text: str) -> None:
    assert parse(text) == Query(text)


@pytest.mark.parametrize(
    ("text", "words", "operators"),
    [
        ("path:src/ retry", "retry", [("path", "src/", False)]),
        ("retry  -path:tests/ now", "retry now", [("path", "tests/", True)]),
        ("lang:python -lang:go", "", [("lang", "python", False), ("lang", "go", True)]),
        ("symbol:Cart.add*", "", [("symbol", "Cart.add*", False)]),
        ('symbol:"operator =="', "", [("symbol", "operator ==", False)]),
        ('path:"a b/c"', "", [("path", "a b/c", False)]),
        ('"not found" page', "page", [("phrase", "not found", False)]),
        ('-"not found"', "", [("phrase", "not found", True)]),
        (r'"say \"hi\" \n"', "", [("phrase", r'say "hi" \n', False)]),
        (r"/def \w+/ x", "x", [("regex", r"def \w+", False)]),
        (r"-/a\/b+/", "", [("regex", "a/b+", True)]),
        ("/users/", "", [("regex", "users", False)]),
        ("/users/ path:web/", "", [("regex", "users", False), ("path", "web/", False)]),
        (r"\path:x y", "path:x y", []),
        (r'\"a b" c', '"a b" c', []),
        (r"\\path:x", r"\path:x", []),
    ],
)
def test_operators_stand_between_spaces(
    text: str, words: str, operators: list[tuple[str, str, bool]]
) -> None:
    assert parse(text) == Query(words, tuple(Operator(*each) for each in operators))  # type: ignore[arg-type]


def test_a_ref_is_a_word_of_its_own_unless_refs_are_not_wanted() -> None:
    assert parse("retry @v2.1") == Query("retry", ref="v2.1")
    assert parse("retry @feature/x-1 path:a") == Query(
        "retry", (Operator("path", "a"),), "feature/x-1"
    )
    assert parse("where is @property used", refs=False) == Query("where is @property used")


@given(TEXTS)
def test_what_was_understood_can_be_written_down_and_read_again(text: str) -> None:
    query = parse(text)
    assert parse(render(query)) == query


@given(WORDS)
def test_words_stay_as_they_are(text: str) -> None:
    assert parse(text) == Query(text)


@given(WORDS, st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])))
def test_any_line_can_be_a_phrase_beside_words(words: str, line: str) -> None:
    operators = (Operator("phrase", line),) if line.strip() else ()
    query = Query(" ".join(words.split()), operators)
    if "\n" not in line.strip():
        assert parse(render(query)).of("phrase") == query.of("phrase")
