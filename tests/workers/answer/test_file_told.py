"""Asked for a file, an answer tells of the file: its own words, what it defines, who imports it."""

from __future__ import annotations

import pytest

from tests.citation_judge import faults
from tests.shop import Shop
from workers.answer import question
from workers.answer.file_told import asks_of_file


@pytest.mark.parametrize(
    "asked",
    [
        "Explain shop/limits.py",
        "What is in limits.py?",
        "shop/limits.py",
        "summarize shop/limits.py",
    ],
)
async def test_a_file_is_told_by_what_it_defines(shop: Shop, asked: str) -> None:
    answer = await shop.ask(asked)
    assert answer.text.startswith(
        "`shop/limits.py` says of itself: “Rate limits of the public API.” [1]."
    )
    assert "- `allowed` (function): “Whether a client may ask once more" in answer.text
    assert "- `TooManyRequests` (class): “Raised when" in answer.text
    assert "It is imported by `tests/test_limits.py` [" in answer.text
    assert faults(answer, await shop.cited(answer.id), shop.mirror, shop.commit) == []


@pytest.mark.parametrize(
    "asked",
    [
        "How does shop/limits.py refuse a client?",
        "Who imports shop/limits.py?",
        "What is a session?",
        "What changed in shop/limits.py?",
    ],
)
def test_what_asks_more_than_what_a_file_is_is_answered_otherwise(asked: str) -> None:
    assert not asks_of_file(question.read(asked))


async def test_a_file_that_is_not_there_is_not_told_of(shop: Shop) -> None:
    answer = await shop.ask("Explain shop/gone.py")
    assert "`shop/gone.py` " not in answer.text
