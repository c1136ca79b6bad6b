"""POST /webhooks/github: verify, decide, store in one transaction, answer 202, wake the workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from bot.decision import Decision, Ignore
from bot.events import EVENTS
from bot.inbox import BUG, Inbox
from bot.intake import MAX_BYTES, Received, Refusal, receive
from bot.later import Later, Name
from bot.mention import may_concern_us
from bot.payload import Malformed, Payload
from bot.storing import Arrival, Outcome, Wait
from core import log
from core.db.connect import Database
from core.db.work import Work
from core.errors import TryLater, UserError
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

    async def wake(rows: Sequence[Work]) -> None:
        for row in rows:
            await queue.wake(row)

    inbox = Inbox(database, settings.public_url, wake)
    name = Name(github) if github is not None else None
    door = Door(settings, inbox, name)
    app.router.add_post(PATH, door.handle)
    if name is not None:
        later = Later(database, name, door.take)
        app.cleanup_ctx.append(later.running)
    app.on_cleanup.append(lambda _: inbox.close())


@dataclass(frozen=True, slots=True)
class Door:
    settings: Settings
    inbox: Inbox
    name: Name | None

    async def handle(self, request: web.Request) -> web.Response:
        try:
            received = receive(request.headers, await _body(request), self._secret())
            outcome = await self.take(received)
        except Refusal as refusal:
            _log.warning("webhook.refused", status=refusal.status, reason=str(refusal))
            return _problem(refusal.status, str(refusal))
        except (TryLater, UserError) as error:
            _log.warning("webhook.not_stored", reason=str(error))
            return _problem(503, f"Not stored: {error}")
        if outcome.refusal is not None:
            _log.warning("webhook.failed", event_name=received.event, reason=outcome.reason)
            return _problem(outcome.refusal.status, outcome.reason)
        return web.json_response({"state": outcome.state, "reason": outcome.reason}, status=202)

    def _secret(self) -> str:
        app = self.settings.github
        if app is None or self.name is None:
            missing = ", ".join(self.settings.github_missing)
            raise Refusal(503, f"No GitHub App is configured; set {missing} and start again.")
        return app.webhook_secret

    async def take(self, received: Received) -> Outcome:
        """Store it, with what follows. Raise TryLater or UserError where that is impossible."""
        return await self.inbox.put(await self._arrival(received))

    async def _arrival(self, received: Received) -> Arrival:
        """What is to follow of a delivery. One that cannot be understood is stored, too."""
        payload = Payload(received.payload)
        decision: Wait | Refusal
        try:
            slug = await self._slug(payload)
            return Arrival(received, _decide(received.event, payload, slug), slug)
        except Malformed as error:
            decision = Refusal(400, f"Stored, but not understood: {error}.")
        except TryLater as error:
            decision = Wait(f"It waits until GitHub tells our name: {error}.")
        except Exception:  # noqa: BLE001 - a bug: it is known to have come, and comes again
            _log.exception("webhook.bug")
            decision = Refusal(500, BUG)
        return Arrival(received, decision, "")

    async def _slug(self, payload: Payload) -> str:
        """The name we are mentioned by, asked for only when something may be a mention, or may be
        ours; a check of our own has it with it. Raise TryLater where GitHub does not tell it."""
        assert self.name is not None
        assert self.settings.github is not None
        for path in ("check_run.app", "check_suite.app"):
            if str(payload.get(f"{path}.id")) == self.settings.github.app_id:
                return payload.text(f"{path}.slug")
        return await self.name.get() if may_concern_us(payload) else ""


def _decide(event: str, payload: Payload, slug: str) -> Decision:
    """What GitHub says to be nobody's or nothing's can be understood, and nothing follows."""
    decide = EVENTS.get(event)
    if decide is None:
        return Ignore(f"nothing is done about {event} yet")
    try:
        return decide(payload, slug)
    except Malformed:
        for name in ("repository", "sender"):
            if payload.root.get(name, name) is None:
                return Ignore(f"the event names no {name}")
        raise


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
