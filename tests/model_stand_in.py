"""A model that is not there: an OpenAI-compatible server with a personality.

A personality turns a request into a reply. Everything that the server is sent is kept, so that
tests can look for what should never have been sent.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What a personality replies: text, tool calls, or a raw HTTP answer. `breaks_off_at` ends a
    stream after so many characters, without a word."""

    content: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    status: int = 200
    body: str = ""
    breaks_off_at: int | None = None
    finish: str = "stop"


Personality = Callable[[Request], Awaitable[Said]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage of the evidence, as a model sees it."""

    number: int
    path: str
    symbol: str
    text: str

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.text.split("\n") if len(line.strip()) >= 12]


_PASSAGE = re.compile(
    r'<evidence-(\w+) number="(\d+)" path="([^"]*)"(?: symbol="([^"]*)")?>\n(.*?)\n</evidence-\1>',
    re.DOTALL,
)


def text_of(request: Request) -> str:
    """Everything in a request that a model would read."""
    return "\n".join(str(message.get("content") or "") for message in request["messages"])


def passages(request: Request) -> list[Shown]:
    return [Shown(int(m[2]), m[3], m[4] or "", m[5]) for m in _PASSAGE.finditer(text_of(request))]


def question_of(request: Request) -> str:
    found = re.findall(r"<question-(\w+)>\n(.*?)\n</question-\1>", text_of(request), re.DOTALL)
    return str(found[-1][1]) if found else ""


def wants_json(request: Request) -> bool:
    return "Reply with one JSON object" in text_of(request)


def is_probe(request: Request) -> bool:
    return not passages(request) and ("ready" in text_of(request))


def answer_json(sentences: list[dict[str, Any]], *, answerable: bool = True) -> str:
    return json.dumps({"answerable": answerable, "sentences": sentences})


def sentence(text: str, *evidence: tuple[int, str], new_paragraph: bool = False) -> dict[str, Any]:
    return {
        "text": text,
        "new_paragraph": new_paragraph,
        "evidence": [{"number": number, "quote": quote} for number, quote in evidence],
    }


async def perfect(request: Request) -> Said:
    """Says something true about the first passages, and quotes them exactly."""
    said = []
    for shown in passages(request)[:3]:
        name = f"`{shown.symbol}`" if shown.symbol else "This part"
        quote = shown.lines[0] if shown.lines else ""
        said.append(sentence(f"{name} is where it is done.", (shown.number, quote)))
    if not wants_json(request):
        lines = [
            f'{one["text"][:-1]} [{one["evidence"][0]["number"]}: "{one["evidence"][0]["quote"]}"].'
            for one in said
        ]
        return Said(" ".join(lines) or "CANNOT ANSWER")
    return Said(answer_json(said, answerable=bool(said)))


def probed(personality: Personality) -> Personality:
    """A model that passes the probe, whatever it does afterwards."""

    async def reply(request: Request) -> Said:
        if not is_probe(request):
            return await personality(request)
        if request.get("tools"):
            return Said(calls=(("report_ready", "{}"),))
        return Said('{"ready": true}')

    return reply


def looking_first(personality: Personality, *calls: tuple[str, str]) -> Personality:
    """Calls tools once, where there are some, and then goes on."""

    async def reply(request: Request) -> Said:
        if request.get("tools") and not any(m["role"] == "tool" for m in request["messages"]):
            return Said(calls=calls)
        return await personality(request)

    return reply


def always(said: Said) -> Personality:
    async def reply(request: Request) -> Said:
        return said

    return reply


async def hanging(request: Request) -> Said:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


@dataclass(slots=True)
class ModelStandIn:
    """`personality` may be changed at any time. `refuses` names parts of a request that are
    answered with 400, as by a server that does not know them: response_format, json_schema, tools,
    stream, temperature, max_tokens. More texts than `patience` at once it never embeds."""

    personality: Personality = field(default_factory=lambda: probed(perfect))
    refuses: frozenset[str] = frozenset()
    context: int = 0
    key: str | None = None
    model: str = "stand-in"
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    embedded: list[Request] = field(default_factory=list)
    patience: int = 1000

    @property
    def sent(self) -> str:
        """Everything that was ever sent here."""
        return json.dumps([self.requests, self.embedded], ensure_ascii=False)

    async def models(self, request: web.Request) -> web.Response:
        entry: dict[str, Any] = {
            "id": self.model,
            "object": "model",
            "created": 0,
            "owned_by": "us",
        }
        if self.context:
            entry["max_model_len"] = self.context
        return web.json_response({"object": "list", "data": [entry]})

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        refusal = self._refusal(request, body)
        if refusal:
            return refusal
        said = await self.personality(body)
        if said.status != 200 or said.body:
            return web.Response(
                status=said.status,
                text=said.body or '{"error": {"message": "no"}}',
                content_type="application/json",
            )
        return await (_streamed if body.get("stream") else _whole)(request, body, said)

    def _refusal(self, request: web.Request, body: Request) -> web.Response | None:
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return _problem(401, "Incorrect API key provided")
        if body.get("model") != self.model:
            return _problem(404, f"The model {body.get('model')} does not exist")
        kind = body.get("response_format", {}).get("type")
        for part in self.refuses:
            if part in body or part == kind:
                name = "max_tokens; use max_completion_tokens" if part == "max_tokens" else part
                return _problem(400, f"Unsupported parameter: {name}")
        return None

    async def embeddings(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.embedded.append(body)
        inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
        if len(inputs) > self.patience:
            await asyncio.Event().wait()
        vectors = [
            {"object": "embedding", "index": i, "embedding": _vector(text)}
            for i, text in enumerate(inputs)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return web.json_response(
            {"object": "list", "data": vectors[::-1], "model": self.model, "usage": usage}
        )


def _vector(text: str) -> list[float]:
    return [byte / 255 for byte in hashlib.sha256(text.encode()).digest()[:8]]


def _problem(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message, "type": "stand_in"}}, status=status)


def _calls(said: Said) -> list[dict[str, Any]]:
    return [
        {
            "index": i,
            "id": f"call_{i}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for i, (name, arguments) in enumerate(said.calls)
    ]


_USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


async def _whole(request: web.Request, body: Request, said: Said) -> web.Response:
    message: dict[str, Any] = {"role": "assistant", "content": said.content or None}
    if said.calls:
        message["tool_calls"] = _calls(said)
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": "tool_calls" if said.calls else said.finish,
    }
    return web.json_response(
        {
            "id": "chat",
            "object": "chat.completion",
            "created": 0,
            "model": body["model"],
            "choices": [choice],
            "usage": _USAGE,
        }
    )


async def _streamed(request: web.Request, body: Request, said: Said) -> web.StreamResponse:
    """In pieces of seven characters, so that words, escapes and marks are cut in the middle."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    pieces: list[dict[str, Any]] = [
        {"content": said.content[i : i + 7]} for i in range(0, len(said.content), 7)
    ]
    if said.breaks_off_at is not None:
        pieces = pieces[: said.breaks_off_at // 7]
    if said.calls:
        pieces.append({"tool_calls": _calls(said)})
    for delta in pieces:
        await response.write(_event(body, [{"index": 0, "delta": delta, "finish_reason": None}]))
    if said.breaks_off_at is not None:
        assert request.transport is not None
        request.transport.abort()
        return response
    last = "tool_calls" if said.calls else said.finish
    await response.write(_event(body, [{"index": 0, "delta": {}, "finish_reason": last}]))
    if body.get("stream_options", {}).get("include_usage"):
        await response.write(_event(body, [], usage=_USAGE))
    await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response


def _event(body: Request, choices: list[dict[str, Any]], **more: object) -> bytes:
    chunk = {
        "id": "chat",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": body["model"],
        "choices": choices,
        **more,
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


@asynccontextmanager
async def model_stand_in(**settings: Any) -> AsyncIterator[ModelStandIn]:
    """A server on a free port of this machine; `url` is what OPENAI_BASE_URL would be."""
    stand_in = ModelStandIn(**settings)
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_get("/v1/models", stand_in.models)
    app.router.add_post("/v1/chat/completions", stand_in.chat)
    app.router.add_post("/v1/embeddings", stand_in.embeddings)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        stand_in.url = f"http://{host}:{port}/v1"
        yield stand_in
    finally:
        await runner.cleanup()
