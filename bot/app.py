"""POST /webhooks/github: verify, decide, store in one transaction, answer 202, wake the workers."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.decision import Decision, Ignore
from bot.effects import perform
from bot.events import EVENTS
from bot.intake import MAX_BYTES, Received, Refusal, receive
from bot.payload import Malformed, Payload
from core import log
from core.db import deliveries
from core.db.connect import Connection, Database
from core.db.work import Work
from core.errors import Skip, TryLater, UserError
from core.github import GitHub
from core.queue import Queue
from core.settings import Settings

PATH = "/webhooks/github"

_log = log.get(__name__)


def add_routes(
    app: web.Application,
    *,
    settings: Settings,
    database: Database,
    queue: Queue,
    github: GitHub | None,
) -> None:
    """`github` is None where the App is not configured: the door is there, and says so."""
    app.router.add_post(PATH, Door(settings, database, queue, github).handle)


@dataclass(frozen=True, slots=True)
class Door:
    settings: Settings
    database: Database
    queue: Queue
    github: GitHub | None

    async def handle(self, request: web.Request) -> web.Response:
        try:
            received = receive(request.headers, await _body(request), self._secret())
            outcome, queued = await self._take(received)
        except Refusal as refusal:
            _log.warning("webhook.refused", status=refusal.status, reason=str(refusal))
            return _problem(refusal.status, str(refusal))
        except (TryLater, UserError) as error:
            _log.warning("webhook.not_stored", reason=str(error))
            return _problem(503, f"Not stored: {error}")
        for row in queued:
            await self.queue.wake(row)
        return web.json_response(outcome, status=202)

    def _secret(self) -> str:
        app = self.settings.github
        if app is None or self.github is None:
            missing = ", ".join(self.settings.github_missing)
            raise Refusal(503, f"No GitHub App is configured; set {missing} and start again.")
        return app.webhook_secret

    async def _take(self, received: Received) -> tuple[dict[str, str], list[Work]]:
        """Store the delivery together with all that follows from it. One that cannot be processed
        is stored, too, and processed when it comes again."""
        payload = Payload(received.payload)
        decision: Decision | Refusal
        try:
            slug = await self._slug(payload)
            decision = _decide(received.event, payload, slug)
        except Malformed as error:
            slug, decision = "", Refusal(400, f"Stored, but not understood: {error}.")
        except (UserError, TryLater) as error:
            reason = f"Stored, but not processed, because {error}; deliver it again."
            slug, decision = "", Refusal(503, reason)
        async with self.database.system() as connection:
            if not await _is_new(connection, received, payload):
                return {"state": "duplicate"}, []
            if isinstance(decision, Refusal):
                await deliveries.settle(connection, received.id, "failed", str(decision))
            else:
                reason, queued = await self._act(connection, decision, slug)
                state: deliveries.State = "ignored" if reason else "done"
                await deliveries.settle(connection, received.id, state, reason)
        if isinstance(decision, Refusal):
            raise decision
        _log.info("webhook.stored", event_name=received.event, state=state, reason=reason)
        return {"state": state, "reason": reason}, queued

    async def _act(
        self, connection: Connection, decision: Decision, slug: str
    ) -> tuple[str, list[Work]]:
        """Why nothing was done ('' if something was), and the work to wake."""
        if isinstance(decision, Ignore):
            return decision.reason, []
        try:
            queued = await perform(
                connection, decision, slug=slug, public_url=self.settings.public_url
            )
        except Skip as reason:
            return str(reason), []
        return "", queued

    async def _slug(self, payload: Payload) -> str:
        """The name we are mentioned by, asked for only when something may be a mention."""
        assert self.github is not None
        body = payload.get("comment.body")
        if not isinstance(body, str) or not ("@" in body or "/ponder" in body.lower()):
            return ""
        try:
            return (await self.github.app()).slug
        except Skip as error:
            raise TryLater(str(error)) from error


def _decide(event: str, payload: Payload, slug: str) -> Decision:
    decide = EVENTS.get(event)
    return decide(payload, slug) if decide else Ignore(f"nothing is done about {event} yet")


async def _is_new(connection: Connection, received: Received, payload: Payload) -> bool:
    return await deliveries.receive(
        connection,
        delivery_id=received.id,
        event=received.event,
        action=_optional_text(payload.get("action")),
        installation_id=_optional_id(payload.get("installation.id")),
        payload=received.payload,
    )


async def _body(request: web.Request) -> bytes:
    """The bytes as they came. The limit is our own, since other routes keep the server's."""
    too_large = Refusal(413, "The payload is larger than 26 MiB; GitHub sends none above 25 MB.")
    if (request.content_length or 0) > MAX_BYTES:
        raise too_large
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > MAX_BYTES:
            raise too_large
    return bytes(body)


def _optional_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _optional_id(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 < value < 2**63 else None


def _problem(status: int, detail: str) -> web.Response:
    """An RFC 9457 problem document."""
    return web.json_response(
        {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
        },
        status=status,
        content_type="application/problem+json",
    )
