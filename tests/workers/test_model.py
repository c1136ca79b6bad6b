"""The one door to a model: its ladder, its failures, and what never passes it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from core.db import model_endpoints, switches
from core.db.connect import Database
from core.errors import TryLater, UserError
from core.settings import Model, Secret
from tests.model_stand_in import (
    ModelStandIn,
    Request,
    Said,
    always,
    hanging,
    is_probe,
    model_stand_in,
    perfect,
    probed,
)
from workers.model import Budget, Capabilities, Endpoint, Schema, open_endpoint
from workers.model import endpoint as model_module

ASK = [{"role": "user", "content": "Where?"}]
SCHEMA = Schema("answer", {"type": "object", "properties": {}, "additionalProperties": False})
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}


@pytest.fixture(scope="module", autouse=True)
async def _imported() -> None:
    """The first import of the library takes longer than some of these time-outs."""
    __import__("openai")


@asynccontextmanager
async def endpoint_of(
    stand_in: ModelStandIn, database: Database, *, key: str = "k", chat: str = "", url: str = ""
) -> AsyncIterator[Endpoint]:
    settings = Model(url or stand_in.url, Secret(key), chat or stand_in.model, stand_in.model)
    async with open_endpoint(settings, database, prices={"stand-in": (1.0, 10.0)}) as endpoint:
        assert endpoint is not None
        yield endpoint


def budget(seconds: float = 10) -> Budget:
    return Budget(seconds=seconds, tokens=10_000)


async def test_without_a_model_there_is_no_endpoint(database: Database) -> None:
    async with open_endpoint(Model("", Secret(""), "", ""), database) as endpoint:
        assert endpoint is None


@pytest.mark.parametrize("by", ["the switch", "the environment"])
async def test_nothing_is_told_to_a_model_while_the_kill_switch_is_on(
    database: Database, by: str
) -> None:
    async with (
        model_stand_in(personality=probed(always(Said("Hello.")))) as stand_in,
        endpoint_of(stand_in, database) as endpoint,
    ):
        await endpoint.capabilities()
        told = len(stand_in.requests)
        if by == "the switch":
            async with database.system() as connection:
                await switches.turn(connection, switches.KILL, on=True, by="local")
        endpoint.killed = by == "the environment"
        for call in (endpoint.chat(ASK, budget=budget()), endpoint.embed(["text"])):
            with pytest.raises(TryLater, match="kill switch"):
                await call
        assert len(stand_in.requests) == told


async def test_a_reply_streams_and_counts_what_it_cost(database: Database) -> None:
    pieces: list[str] = []

    async def on_text(piece: str) -> None:
        pieces.append(piece)

    async with (
        model_stand_in(personality=probed(always(Said("It is in cookie.py.")))) as stand_in,
        endpoint_of(stand_in, database) as endpoint,
    ):
        spent = budget()
        reply = await endpoint.chat(ASK, budget=spent, on_text=on_text)
    assert "".join(pieces) == reply.content == "It is in cookie.py."
    assert len(pieces) > 1
    assert reply.finish == "stop"
    assert (spent.spent.prompt_tokens, spent.spent.completion_tokens) == (100, 20)
    assert spent.spent.cost_usd == pytest.approx((100 * 1 + 20 * 10) / 1_000_000)


async def test_an_endpoint_is_probed_once_whatever_asks(database: Database) -> None:
    async with model_stand_in(context=8192) as stand_in:
        async with endpoint_of(stand_in, database) as endpoint:
            first = await endpoint.capabilities()
        probes = len(stand_in.requests)
        async with endpoint_of(stand_in, database) as endpoint:
            assert await endpoint.capabilities() == first
        assert len(stand_in.requests) == probes == 2
    assert first == Capabilities(context=8192)


@pytest.mark.parametrize(
    ("refuses", "expected"),
    [
        ({"json_schema"}, Capabilities(json_schema=False)),
        ({"response_format"}, Capabilities(json_schema=False, json_object=False)),
        ({"tools"}, Capabilities(tools=False)),
        ({"temperature"}, Capabilities(temperature=False)),
        ({"max_tokens"}, Capabilities(limit="max_completion_tokens")),
        (
            {"temperature", "max_tokens"},
            Capabilities(temperature=False, limit="max_completion_tokens"),
        ),
        (
            {"stream", "response_format", "tools"},
            Capabilities(json_schema=False, json_object=False, tools=False, streaming=False),
        ),
    ],
)
async def test_a_rung_that_is_refused_is_left_out(
    database: Database, refuses: set[str], expected: Capabilities
) -> None:
    async with (
        model_stand_in(refuses=frozenset(refuses)) as stand_in,
        endpoint_of(stand_in, database) as endpoint,
    ):
        assert await endpoint.capabilities() == expected
        reply = await endpoint.chat(ASK, budget=budget(), schema=SCHEMA)
    assert reply.content


async def test_a_rung_that_is_accepted_but_not_kept_is_left_out_too(database: Database) -> None:
    async with (
        model_stand_in(personality=always(Said("Sure! I am ready."))) as stand_in,
        endpoint_of(stand_in, database) as endpoint,
    ):
        able = await endpoint.capabilities()
    assert able == Capabilities(json_schema=False, json_object=False, tools=False)


async def test_a_rung_that_breaks_later_is_left_for_good(database: Database) -> None:
    async with model_stand_in() as stand_in:
        async with endpoint_of(stand_in, database) as endpoint:
            assert (await endpoint.capabilities()).json_schema
            stand_in.refuses = frozenset({"json_schema"})
            assert (await endpoint.chat(ASK, budget=budget(), schema=SCHEMA)).content
        async with database.system() as connection:
            known = await model_endpoints.capabilities(connection, stand_in.url, "stand-in")
    assert known is not None
    assert not known["json_schema"]


async def test_tools_and_a_response_format_are_never_sent_together(database: Database) -> None:
    async with model_stand_in() as stand_in, endpoint_of(stand_in, database) as endpoint:
        await endpoint.chat(ASK, budget=budget(), schema=SCHEMA, tools=[TOOL])
    assert stand_in.requests
    assert not any({"tools", "response_format"} <= body.keys() for body in stand_in.requests)


async def test_tool_calls_arrive_whole(database: Database) -> None:
    calls = (("look", '{"at": "a.py"}'), ("look", '{"at": "b.py"}'))
    async with (
        model_stand_in(personality=probed(always(Said(calls=calls)))) as stand_in,
        endpoint_of(stand_in, database) as endpoint,
    ):
        reply = await endpoint.chat(ASK, budget=budget(), tools=[TOOL])
    assert [(call.name, call.arguments) for call in reply.calls] == list(calls)


@pytest.mark.parametrize(
    ("key", "chat", "says"),
    [("wrong", "", "OPENAI_API_KEY"), ("right", "no-such-model", "no model 'no-such-model'")],
)
async def test_what_somebody_can_mend_is_told_to_them(
    database: Database, key: str, chat: str, says: str
) -> None:
    async with model_stand_in(key="right") as stand_in:
        async with endpoint_of(stand_in, database, key=key, chat=chat) as endpoint:
            with pytest.raises(UserError, match=says):
                await endpoint.chat(ASK, budget=budget())
        async with database.system() as connection:
            name = chat or "stand-in"
            assert await model_endpoints.capabilities(connection, stand_in.url, name) is None


FAILURES = {
    "a rate limit": Said(status=429),
    "a server's failure": Said(status=500),
    "no JSON at all": Said(body="<html>Welcome to nginx</html>"),
    "another JSON": Said(body='{"hello": "world"}'),
    "a JSON list": Said(body="[]"),
    "null": Said(body="null"),
}


@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize("streaming", [True, False])
async def test_what_may_pass_is_tried_later(
    database: Database, kind: str, streaming: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    refuses = frozenset() if streaming else frozenset({"stream"})
    async with (
        model_stand_in(refuses=refuses) as stand_in,
        endpoint_of(stand_in, database) as endpoint,
    ):
        await endpoint.capabilities()
        stand_in.personality = always(FAILURES[kind])
        with pytest.raises(TryLater):
            await endpoint.chat(ASK, budget=budget())


async def test_a_server_that_hangs_costs_no_more_than_the_budget(database: Database) -> None:
    async with model_stand_in() as stand_in, endpoint_of(stand_in, database) as endpoint:
        await endpoint.capabilities()
        stand_in.personality = hanging
        started = time.monotonic()
        with pytest.raises(TryLater, match="in time"):
            await endpoint.chat(ASK, budget=budget(seconds=0.5))
        assert time.monotonic() - started < 3


async def test_a_dead_server_is_tried_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    async with model_stand_in() as stand_in:
        pass
    async with endpoint_of(stand_in, database) as endpoint:
        with pytest.raises(TryLater, match="cannot be reached"):
            await endpoint.chat(ASK, budget=budget())
        with pytest.raises(TryLater, match="cannot be reached"):
            await endpoint.embed(["x"])


async def test_a_stream_that_breaks_off_keeps_what_came(database: Database) -> None:
    said = Said("one two three four five six seven", breaks_off_at=14)
    async with (
        model_stand_in(personality=probed(always(said))) as stand_in,
        endpoint_of(stand_in, database) as endpoint,
    ):
        reply = await endpoint.chat(ASK, budget=budget())
    assert reply.content == "one two three "
    assert reply.finish == ""
    assert reply.usage.prompt_tokens > 0


async def test_secrets_never_leave_the_machine(database: Database) -> None:
    secret = "ghs_" + "Ab1" * 14
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": f"the token is {secret}"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "c",
                    "type": "function",
                    "function": {"name": "look", "arguments": f'{{"for": "{secret}"}}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "c", "content": f"TOKEN={secret}"},
    ]
    async with model_stand_in() as stand_in, endpoint_of(stand_in, database) as endpoint:
        await endpoint.chat(messages, budget=budget())
        await endpoint.embed([f"TOKEN={secret}", "harmless"])
        assert secret not in stand_in.sent
        assert stand_in.sent.count("secret removed") == 4


async def test_embeddings_come_in_order_and_in_batches(database: Database) -> None:
    texts = [f"text {n}" for n in range(8)] + [""]
    async with model_stand_in() as stand_in, endpoint_of(stand_in, database) as endpoint:
        endpoint.embed_batch = 3
        vectors = await endpoint.embed(texts)
        assert [len(body["input"]) for body in stand_in.embedded] == [3, 3, 3]
        assert {body["encoding_format"] for body in stand_in.embedded} == {"float"}
        assert vectors[4] == (await endpoint.embed([texts[4]]))[0]
    assert len(vectors) == 9


async def test_a_slow_server_gets_fewer_texts_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_module, "EMBED_SECONDS", 0.5)
    texts = [f"text {n}" for n in range(9)]
    async with model_stand_in() as stand_in, endpoint_of(stand_in, database) as endpoint:
        stand_in.patience, endpoint.embed_batch = 2, 8
        vectors = await endpoint.embed(texts)
        assert [len(body["input"]) for body in stand_in.embedded[-5:]] == [2, 2, 2, 2, 1]
        stand_in.patience = 0
        with pytest.raises(TryLater, match="in time"):
            await endpoint.embed(texts[:1])
    assert len(vectors) == 9


async def test_a_model_that_thinks_aloud_in_the_probe_can_still_be_used(database: Database) -> None:
    async def thinking(request: Request) -> Said:
        return Said("Hmm. Ready? Yes.") if is_probe(request) else await perfect(request)

    async with (
        model_stand_in(personality=thinking) as stand_in,
        endpoint_of(stand_in, database) as endpoint,
    ):
        assert (await endpoint.chat(ASK, budget=budget(), schema=SCHEMA)).content
