"""What a model replied is read however it is written, and however it arrives."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model_stand_in import answer_json, sentence
from workers.answer.reply import Reader, Reference, Statement

SENTENCES = [
    sentence("It is signed.", (1, "hmac.new"), (2, "")),
    sentence("So.", new_paragraph=True),
]
STATEMENTS = [
    Statement("It is signed.", (Reference(1, "hmac.new"), Reference(2, "")), False),
    Statement("So.", (), True),
]


def read(content: str, size: int = 10**6) -> list[Statement]:
    reader = Reader()
    found = []
    for at in range(0, len(content), size):
        found += reader.feed(content[at : at + size])
    return found + reader.close()


@given(st.integers(1, 40))
def test_statements_come_one_by_one_as_they_are_complete(size: int) -> None:
    assert read(answer_json(SENTENCES), size) == STATEMENTS


@pytest.mark.parametrize(
    "around",
    ["{}", "```json\n{}\n```", "Here it is: {}", "<think>[3] {{}}</think>{}", "\n\n{}\nDone."],
)
def test_what_stands_around_the_json_does_not_matter(around: str) -> None:
    assert read(around.format(answer_json(SENTENCES))) == STATEMENTS


def test_a_reply_that_breaks_off_keeps_its_whole_sentences() -> None:
    whole = answer_json(SENTENCES)
    assert read(whole[: whole.index('{"text": "So')]) == STATEMENTS[:1]


def test_a_refusal_is_noticed() -> None:
    for content in (answer_json([], answerable=False), "CANNOT ANSWER", "CANNOT ANSWER."):
        reader = Reader()
        assert reader.feed(content) + reader.close() == []
        assert reader.refused


def test_prose_is_read_with_its_references() -> None:
    content = (
        'It is signed [1: "hmac.new"]. It is sent, too. [2] Then:\n\n- a "x" [3: "say "hi". Now"].'
    )
    assert read(content) == [
        Statement("It is signed.", (Reference(1, "hmac.new"),), True),
        Statement("It is sent, too.", (Reference(2, ""),), False),
        Statement("Then:", (), False),
        Statement('- a "x".', (Reference(3, 'say "hi". Now'),), True),
    ]


@pytest.mark.parametrize(
    "said",
    [
        'It is "so" [2: "a = 1"].',
        'It is "so" [2]: "a = 1".',
        'It is "so" [2]: “a = 1”.',
        'It is "so" [2]: "a = 1"].',
    ],
)
def test_a_quote_may_stand_behind_its_number(said: str) -> None:
    (statement,) = read(said)
    assert statement == Statement('It is "so".', (Reference(2, "a = 1"),), True)


def test_what_stands_in_code_is_no_reference() -> None:
    assert read("It returns `args[1]` then [2].") == [
        Statement("It returns `args[1]` then.", (Reference(2, ""),), True)
    ]


@pytest.mark.parametrize(
    "content",
    [
        "{" * 100_000,
        '{"sentences": ' + "[" * 100_000,
        '{"sentences": [1, null, {}, {"text": 3}, {"text": ""}, "one"]}',
        '{"sentences": [{"text": "x", "evidence": {"number": 1}}]}',
        json.dumps({"sentences": [{"text": "x", "evidence": [{"number": 10**400}]}]}),
        "\ue000 \uf8ff [1",
        "",
    ],
)
def test_nonsense_is_read_without_a_fault(content: str) -> None:
    assert len(read(content)) <= 2


@given(st.text(max_size=300))
def test_anything_can_be_read(content: str) -> None:
    for statement in read(content) + read('{"sentences": [' + content):
        assert statement.text
