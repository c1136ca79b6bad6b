"""What an answer asks of retrieval, and how it is told."""

from __future__ import annotations

from tests.shop import Shop

WHERE = "Where is a session cookie signed?"


async def test_files_that_the_conversation_cited_are_preferred(shop: Shop) -> None:
    conversation = await shop.converse()
    first = await shop.ask("How is an invoice added up?", conversation=conversation)
    cited = {citation.path for citation in await shop.cited(first.id)}
    second = await shop.ask(WHERE, conversation=conversation)
    retrieved = await shop.retrieved(second.id)
    found = {hit.path for hit in retrieved}
    preferred = {hit.path for hit in retrieved if hit.features.get("cited_before")}
    assert preferred
    assert preferred == cited & found


async def test_citations_of_other_conversations_prefer_nothing(shop: Shop) -> None:
    await shop.ask(WHERE)
    alone = await shop.ask(WHERE)
    assert not any(hit.features.get("cited_before") for hit in await shop.retrieved(alone.id))


async def test_the_first_of_many_answers_of_a_conversation_is_forgotten(shop: Shop) -> None:
    conversation = await shop.converse()
    first = await shop.ask(WHERE, conversation=conversation)
    assert await shop.cited(first.id)
    for _ in range(4):
        await shop.ask("hello", conversation=conversation)
    last = await shop.ask(WHERE, conversation=conversation)
    assert not any(hit.features.get("cited_before") for hit in await shop.retrieved(last.id))
