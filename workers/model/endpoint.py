"""Chat and embeddings of one OpenAI-compatible endpoint. The only user of openai.

Whatever is sent is redacted first. What fails is a UserError that somebody can mend (a wrong key,
an unknown model) or a TryLater (a rate limit, a time-out, a dead server): callers fall back on
both.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core import log
from core.db import model_endpoints, switches
from core.db.connect import Database
from core.errors import TryLater, UserError
from core.redact import redact
from core.settings import Model
from workers.model.arriving import Arriving, OnText
from workers.model.probe import Refused, probe
from workers.model.shapes import Budget, Capabilities, Reply, Schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openai import AsyncOpenAI

CALL_SECONDS = 60.0
EMBED_SECONDS = 30.0
EMBED_BATCH = 64
FEWER = 4
"""A batch that a slow server does not embed in time is asked for in so many parts."""

Message = dict[str, Any]
Prices = Mapping[str, tuple[float, float]]
"""US dollars for a million prompt and completion tokens, by model."""

_log = log.get(__name__)


class TooSlow(TryLater):
    """No reply in time."""


@dataclass(slots=True)
class Endpoint:
    """Opened once a process; `chat_model` and `embedding_model` are '' where they are not used."""

    client: AsyncOpenAI
    base_url: str
    chat_model: str
    embedding_model: str
    database: Database
    prices: Prices = field(default_factory=dict)
    embed_batch: int = EMBED_BATCH
    killed: bool = False
    """What the environment says of the kill switch."""
    _capabilities: Capabilities | None = None
    _probing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def capabilities(self) -> Capabilities:
        """Probed once for each endpoint and model, and remembered in the database."""
        async with self._probing:
            if self._capabilities is None:
                async with self.database.system() as connection:
                    known = await model_endpoints.capabilities(
                        connection, self.base_url, self.chat_model
                    )
                if known is not None:
                    self._capabilities = Capabilities.from_row(known)
                else:
                    self._capabilities = await probe(self._once, self._models)
                    await self._remember()
            return self._capabilities

    async def chat(
        self,
        messages: Sequence[Message],
        *,
        budget: Budget,
        schema: Schema | None = None,
        tools: Sequence[dict[str, Any]] = (),
        on_text: OnText | None = None,
    ) -> Reply:
        """One turn. A rung of the ladder that the endpoint turns out not to have is left for good.

        A reply that breaks off after some text is returned as far as it came, with `finish` ''.
        """
        while True:
            able = await self.capabilities()
            request = able.request(messages, schema=schema, tools=tools, budget=budget)
            try:
                return await self._once(request, budget, on_text)
            except Refused as refused:
                lower = able.without(request, str(refused))
                if lower is None:
                    raise _told(refused) from refused
                self._capabilities = lower
                await self._remember()

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector for each text, in order. A server that is too slow for a batch gets smaller
        ones from then on, or it would be given up again and again over the same texts."""
        vectors: list[list[float]] = []
        while len(vectors) < len(texts):
            rest = texts[len(vectors) : len(vectors) + self.embed_batch]
            batch = [redact(text) or " " for text in rest]
            try:
                vectors += _vectors(await self._embedded(batch), len(batch))
            except TooSlow:
                if len(batch) == 1:
                    raise
                self.embed_batch = max(1, len(batch) // FEWER)
            except Refused as refused:
                raise _told(refused) from refused
        return vectors

    async def _embedded(self, batch: list[str]) -> Any:
        await self._require_on()
        with self._door(self.embedding_model):
            async with asyncio.timeout(EMBED_SECONDS):
                # The default is base64, which some servers do not know.
                return await self.client.embeddings.create(
                    model=self.embedding_model,
                    input=batch,
                    encoding_format="float",
                    timeout=EMBED_SECONDS,
                )

    async def _remember(self) -> None:
        assert self._capabilities is not None
        async with self.database.system() as connection:
            await model_endpoints.remember(
                connection, self.base_url, self.chat_model, self._capabilities.to_row()
            )

    async def _models(self) -> list[dict[str, Any]]:
        """What GET /models says; servers without it are served all the same."""
        await self._require_on()
        try:
            with self._door(self.chat_model):
                async with asyncio.timeout(10):
                    page = await self.client.models.list(timeout=5)
                listed = [model.model_dump() for model in page.data or []]
        except (Refused, TryLater, UserError, AttributeError):
            return []
        own = [model for model in listed if model.get("id") == self.chat_model]
        return own or (listed if len(listed) == 1 else [])

    async def _once(self, request: dict[str, Any], budget: Budget, on_text: OnText | None) -> Reply:
        seconds = min(CALL_SECONDS, budget.seconds_left)
        if seconds <= 0:
            raise TryLater("the time for model calls is used up")
        await self._require_on()
        sent = {**request, "messages": [_masked(message) for message in request["messages"]]}
        arriving = Arriving(on_text)
        with self._door(self.chat_model, arriving):
            async with asyncio.timeout(seconds):
                made: Any = await self.client.chat.completions.create(
                    model=self.chat_model, timeout=seconds, **sent
                )
                await arriving.take(made, streamed=bool(request.get("stream")))
        reply = arriving.reply(sent, self.prices.get(self.chat_model, (0.0, 0.0)))
        budget.spend(reply.usage)
        return reply

    async def _require_on(self) -> None:
        """Before each call: nothing is told to a model while the kill switch is on."""
        async with self.database.system() as connection:
            if self.killed or await switches.is_on(connection, switches.KILL):
                raise TryLater("the kill switch is on", seconds=30)

    @contextmanager
    def _door(self, model: str, arriving: Arriving | None = None) -> Iterator[None]:
        """Turn the library's exceptions into ours; a broken stream with text in it is no error."""
        import httpx2
        import openai

        try:
            yield
        except (openai.APIConnectionError, TimeoutError, httpx2.HTTPError, ValueError) as error:
            if arriving is None or not arriving.content:
                raise _later(error) from error
            _log.info("model.broke_off", error=type(error).__name__)
        except openai.APIStatusError as error:
            raise _refusal(error, model) from error
        except openai.OpenAIError as error:
            raise TryLater("the model endpoint sent something that is no reply") from error


def _masked(message: Message) -> Message:
    masked = dict(message)
    if isinstance(message.get("content"), str):
        masked["content"] = redact(message["content"])
    if message.get("tool_calls"):
        masked["tool_calls"] = [
            {**c, "function": {**c["function"], "arguments": redact(c["function"]["arguments"])}}
            for c in message["tool_calls"]
        ]
    return masked


def _vectors(made: Any, count: int) -> list[list[float]]:
    entries = sorted(getattr(made, "data", None) or [], key=lambda entry: entry.index)
    vectors = [list(map(float, entry.embedding)) for entry in entries]
    if len(vectors) != count or len({len(vector) for vector in vectors}) != 1:
        raise TryLater("the embedding endpoint sent another number of vectors than was asked for")
    return vectors


def _told(refused: Refused) -> UserError:
    return UserError(
        f"The model endpoint refused the request ({refused}); check the model's name and "
        "OPENAI_BASE_URL."
    )


def _later(error: Exception) -> TryLater:
    import openai

    if isinstance(error, (openai.APITimeoutError, TimeoutError)):
        return TooSlow("the model did not answer in time")
    if isinstance(error, openai.APIConnectionError):
        return TryLater("the model endpoint cannot be reached")
    return TryLater("the model endpoint sent something that is no reply")


def _refusal(error: Any, model: str) -> Exception:
    status: int = error.status_code
    if status in (401, 403):
        return UserError(
            f"The model endpoint refuses the key ({status}); check OPENAI_API_KEY and "
            "OPENAI_BASE_URL."
        )
    if status == 404:
        return UserError(
            f"The endpoint has no model '{model}' (404); check the model's name and "
            "OPENAI_BASE_URL."
        )
    if status == 429:
        return TryLater("the model endpoint is over its rate limit", seconds=30)
    if status >= 500 or status in (408, 409):
        return TryLater(f"the model endpoint failed with status {status}")
    return Refused(redact(" ".join(str(error.message).split()))[:200])


@asynccontextmanager
async def open_endpoint(
    model: Model, database: Database, *, prices: Prices | None = None, killed: bool = False
) -> AsyncIterator[Endpoint | None]:
    """None where no model is set. Nothing is sent until something is asked."""
    if not (model.chat or model.embedding):
        yield None
        return
    # The import takes most of a second; only those who have a model wait for it.
    openai = await asyncio.to_thread(__import__, "openai")
    async with openai.AsyncOpenAI(
        api_key=model.api_key or "none", base_url=model.base_url or None, max_retries=1
    ) as client:
        yield Endpoint(
            client,
            str(client.base_url).rstrip("/"),
            model.chat,
            model.embedding,
            database,
            prices or {},
            killed=killed,
        )
