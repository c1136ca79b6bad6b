"""Server-sent events: an answer while it is made, as JSON for programs or HTML for the page."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

from aiohttp import web

from core.db.answers import Answer
from core.db.repositories import Repository
from core.queue import Queue
from core.stream import LAST, Event
from web import keys
from web.asking import follower
from web.exchange import exchange_html
from web.markdown import to_html
from web.shown import as_json

_EVERY_SECONDS = 0.12
_PULSE_SECONDS = 5.0


async def send_events(
    request: web.Request, answer: Answer, repository: Repository
) -> web.StreamResponse:
    """What the worker says, as it says it. The last event carries the whole answer.

    A client that lost the connection asks GET /answers/{id}/stream with Last-Event-ID.
    """
    after = _event_id(request.headers.get("Last-Event-ID", "0"))
    response = await open_stream(request)
    with contextlib.suppress(ConnectionResetError):
        ids = {"answer_id": str(answer.id), "conversation_id": str(answer.conversation_id)}
        await send(response, {"type": "started", **ids})
        following = follower(request, repository.installation_id)
        async for event_id, event in following.events(answer.id, after=after):
            last = event["type"] == "done"
            sent = await _whole(request, answer, repository) if last else event
            await send(response, sent, event_id)
        await response.write_eof()
    return response


async def send_html(
    request: web.Request, answer: Answer, repository: Repository
) -> web.StreamResponse:
    """The text so far, rendered a few times a second, and at the end the finished exchange."""
    response = await open_stream(request)
    with contextlib.suppress(ConnectionResetError):
        draft = _Draft(response, request.app[keys.QUEUE])
        following = follower(request, repository.installation_id)
        async for _, event in following.events(answer.id, pulse_seconds=_EVERY_SECONDS):
            if event["type"] in LAST:
                html = await exchange_html(request, repository, answer.id)
                await send(response, {"type": "finished", "html": html})
                break
            await draft.hear(event)
        await response.write_eof()
    return response


class _Draft:
    """Collects text, so that no burst of words renders the same Markdown a hundred times."""

    def __init__(self, response: web.StreamResponse, queue: Queue) -> None:
        self._response, self._queue = response, queue
        self._text = ""
        self._changed = False
        self._sent_at = time.monotonic()

    async def hear(self, event: Event) -> None:
        if event["type"] == "text":
            self._text += str(event["text"])
            self._changed = True
        elif event["type"] == "replace":
            self._text = str(event["text"])
            self._changed = True
        elif event["type"] == "status":
            await self._send({"type": "status", "text": str(event["text"])})
        waited = time.monotonic() - self._sent_at
        if self._changed and waited >= _EVERY_SECONDS:
            self._changed = False
            # Numbers lead nowhere until the citations behind them were checked.
            await self._send({"type": "draft", "html": to_html(self._text, {})})
        elif waited >= _PULSE_SECONDS:
            await self._send(await self._silence())

    async def _silence(self) -> Event:
        """Nothing was said for a while: that no worker lives is worth saying."""
        workers = await self._queue.workers()
        if workers is None or workers["interactive"]:
            return {"type": "idle"}
        return {"type": "status", "text": "Waiting for a worker; start one with 'ponder worker'"}

    async def _send(self, event: Event) -> None:
        self._sent_at = time.monotonic()
        await send(self._response, event)


async def open_stream(request: web.Request) -> web.StreamResponse:
    """Server-sent events, which no proxy may hold back."""
    response = web.StreamResponse(headers={"X-Accel-Buffering": "no"})
    response.content_type = "text/event-stream"
    response.charset = "utf-8"
    await response.prepare(request)
    return response


async def send(response: web.StreamResponse, event: Event, event_id: str = "") -> None:
    if event["type"] == "idle":
        await response.write(b": still here\n\n")
        return
    identity = f"id: {event_id}\n" if event_id else ""
    text = f"{identity}event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
    await response.write(text.encode())


async def _whole(request: web.Request, answer: Answer, repository: Repository) -> dict[str, Any]:
    settled = await follower(request, repository.installation_id).row(answer.id)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        shown = await as_json(connection, settled or answer, request.app[keys.SETTINGS].public_url)
    return {"type": "done", **shown}


def _event_id(text: str) -> str:
    """Redis wants <milliseconds>-<sequence>; anything else starts from the beginning."""
    first, _, second = text.partition("-")
    digits = first.isascii() and first.isdigit() and (second.isdigit() or not second)
    return text if digits and len(text) < 32 and not text.endswith("-") else "0"
