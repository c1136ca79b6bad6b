"""What the repository cannot answer is refused in one sentence that says what was looked at."""

from __future__ import annotations

import pytest

from tests.citation_judge import faults
from tests.shop import FILES, Shop

STRANGE = (
    "How do I bake a sourdough bread?",
    "Who won the football world cup in 2014?",
    "Where is the Kubernetes pod scheduler implemented?",
    "What is `FooBarQuuxManager`?",
    "How does `$ZodDiscriminatedUnion` pick what matches?",
    "Who calls kmalloc_array?",
    "How does React's useEffect hook decide when to run?",
    "What is the weather in Berlin today?",
    "Was ist die Hauptstadt von Frankreich?",
    "zzzz qqqq xxxx",
)
OURS = (
    "Where is a session cookie signed?",
    "How are clients limited?",
    "How is an invoice added up?",
    "What happens when the signature of a cookie is wrong?",
    "Which code adds an item to the shopping cart?",
    "How is the shop deployed?",
    "What is CookieSession?",
    "Who calls allowed?",
)


@pytest.mark.parametrize("question", STRANGE)
async def test_a_strange_question_is_refused(shop: Shop, question: str) -> None:
    answer = await shop.ask(question)
    assert answer.refused, answer.text
    assert answer.text.startswith("I found nothing that answers this among the ")
    assert f"{len(FILES)} indexed files of `shop` at `{shop.commit[:7]}`" in answer.text
    assert await shop.cited(answer.id) == []
    assert faults(answer, [], shop.mirror, shop.commit) == []


@pytest.mark.parametrize("question", OURS)
async def test_a_question_about_the_code_is_answered(shop: Shop, question: str) -> None:
    answer = await shop.ask(question)
    assert not answer.refused, answer.text
    assert await shop.cited(answer.id)


@pytest.mark.parametrize(
    "question",
    ["what is the airspeed of a swallow?", "and its weather?", "tell me a joke about this"],
)
async def test_a_strange_follow_up_is_not_answered_from_the_answer_before(
    shop: Shop, question: str
) -> None:
    conversation = await shop.converse()
    await shop.ask("Where is a session cookie signed?", conversation=conversation)
    answer = await shop.ask(question, conversation=conversation)
    assert answer.refused, answer.text


@pytest.mark.parametrize("question", ["and why?", "can you elaborate on that?", "who invokes it?"])
async def test_a_follow_up_may_ask_for_more_of_the_same(shop: Shop, question: str) -> None:
    conversation = await shop.converse()
    await shop.ask("Where is a session cookie signed?", conversation=conversation)
    answer = await shop.ask(question, conversation=conversation)
    assert not answer.refused, answer.text


async def test_it_names_what_stands_nowhere(shop: Shop) -> None:
    answer = await shop.ask("Where is the Kubernetes scheduler of cookies?")
    assert "nothing there mentions `Kubernetes` or `scheduler`" in answer.text


async def test_what_was_retrieved_is_kept_with_a_refusal_too(shop: Shop) -> None:
    answer = await shop.ask("Where is the Kubernetes scheduler of cookies?")
    assert await shop.retrieved(answer.id)
