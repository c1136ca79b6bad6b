"""Webhooks as GitHub sends them: described payloads, signed, in any order, more than once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.github_stand_in.payloads import Payloads
from tests.github_stand_in.threads import CheckRun, Comment, Review, Thread
from tests.github_stand_in.world import Account, Repository

Json = dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """A webhook that was sent, and what came back. `status` 0: nothing answered."""

    guid: str
    event: str
    payload: Json
    status: int
    answer: str
    id: int = 0
    at: float = field(default_factory=time.time)
    redelivery: bool = False
    failure: str = ""

    @property
    def outcome(self) -> str:
        return "success" if 200 <= self.status < 300 else "failure"


@dataclass
class Webhooks(Payloads):
    """`target` is where they go; nothing is sent while it is ''. While `down`, GitHub fails to
    hand any over, and lists them as failed. While `held`, what happens waits for `release`."""

    target: str = ""
    secret: str = "the webhook's secret"
    private_key: str = field(default="", repr=False)
    down: bool = False
    held: bool = False
    judging: bool = True
    """Whether payloads are compared with their description, which takes a while."""
    deliveries: list[Delivery] = field(default_factory=list)
    verified: set[str] = field(default_factory=set)
    """Commits that GitHub signed."""
    _waiting: list[tuple[str, Json]] = field(default_factory=list)
    _tasks: set[asyncio.Task[Delivery]] = field(default_factory=set)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(90001))
    _session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as self._session:
            yield
            await self.settled()

    async def settled(self) -> None:
        """Everything that is on its way has arrived."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def signature(self, body: bytes) -> str:
        return "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()

    def headers(self, event: str, body: bytes, guid: str = "") -> dict[str, str]:
        return {
            "User-Agent": "GitHub-Hookshot/044aadd",
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": guid or str(uuid.uuid4()),
            "X-GitHub-Hook-ID": "1",
            "X-GitHub-Hook-Installation-Target-ID": str(self.world.app_id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature-256": self.signature(body),
        }

    async def send(self, event: str, payload: Json, guid: str = "") -> Delivery:
        """Deliver, or with the same `guid` deliver again."""
        again = any(sent.guid == guid for sent in self.deliveries)
        headers = self.headers(event, body := json.dumps(payload).encode(), guid)
        if self.judging and not again:
            self._judge(event, payload)
        status, answer, failure = await self._post(body, headers)
        sent = Delivery(
            guid=headers["X-GitHub-Delivery"],
            event=event,
            payload=payload,
            status=status,
            answer=answer,
            id=next(self._ids),
            redelivery=again,
            failure=failure,
        )
        self.deliveries.append(sent)
        return sent

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, str]:
        """Ten seconds, and no second try: GitHub never delivers again by itself."""
        assert self._session is not None
        if self.down:
            return 0, "", "failed to connect to host"
        limit = aiohttp.ClientTimeout(total=10)
        try:
            async with self._session.post(
                self.target, data=body, headers=headers, timeout=limit
            ) as response:
                said = await response.text()
        except aiohttp.ClientError as error:
            return 0, "", f"failed to connect to host: {error}"
        except TimeoutError:
            return 0, "", "timed out"
        failure = "" if response.ok else f"Invalid HTTP Response: {response.status}"
        return response.status, said, failure

    def _judge(self, event: str, payload: Json) -> None:
        wrong = self.wrong(event, payload)
        self.violations.extend(f"webhook {event}: {what}" for what in wrong)

    def emit(self, event: str, payload: Json) -> None:
        """Send it in its own time, as everything that happens is."""
        if self.held:
            self._waiting.append((event, payload))
        elif self.target:
            self._start(event, payload)

    def redeliver(self, sent: Delivery) -> None:
        self._start(sent.event, sent.payload, sent.guid)

    def _start(self, event: str, payload: Json, guid: str = "") -> None:
        task = asyncio.create_task(self.send(event, payload, guid))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def release(self, *, backwards: bool = False) -> list[Delivery]:
        """Send what was held one after the other, the newest first if it is to arrive so."""
        self.held, waiting = False, self._waiting[::-1] if backwards else self._waiting[:]
        self._waiting.clear()
        return [await self.send(event, payload) for event, payload in waiting]

    # What an App or a person does comes back to the App, as on GitHub.

    def written(
        self,
        repository: Repository,
        thread: Thread,
        kind: str,
        comment: Comment,
        action: str = "created",
        *,
        before: str | None = None,
        sender: Account | None = None,
    ) -> None:
        event = "issue_comment" if kind == "issues" else "pull_request_review_comment"
        if self._heard(repository):
            payload = self.commented(repository, thread, kind, comment, action, sender)
            if before is not None:
                payload["changes"] = {"body": {"from": before}}
            self.emit(event, payload)

    def happened(
        self,
        repository: Repository,
        event: str,
        thread: Thread,
        action: str,
        sender: Account,
        **more: Any,
    ) -> None:
        """To an issue or a pull request."""
        if self._heard(repository):
            make = self.pulled if event == "pull_request" else self.of_issue
            self.emit(event, make(repository, thread, action, sender) | more)

    def reviewed(self, repository: Repository, thread: Thread, review: Review) -> None:
        if self._heard(repository):
            self.emit("pull_request_review", self.of_review(repository, thread, review))

    def checked(
        self, repository: Repository, run: CheckRun, action: str, sender: Account | None = None
    ) -> None:
        if self._heard(repository):
            payload = self.of_check_run(repository, run, action, sender or self.world.bot)
            self.emit("check_run", payload)

    def moved(
        self, repository: Repository, ref: str, old: str | None, new: str | None, sender: Account
    ) -> None:
        if self._heard(repository):
            payload = self.pushed(repository, ref, before=old, after=new)
            payload["sender"] = sender.shown(payload["sender"])
            self.emit("push", payload)

    def _heard(self, repository: Repository) -> bool:
        """Whether the App is there to be told."""
        installations = self.world.installations.values()
        return any(repository in i.repositories and not i.suspended for i in installations)

    # A person does something on the page; more of it is in people.py.

    async def comment(
        self,
        repository: Repository,
        number: int,
        body: str,
        *,
        author: str = "alice",
        is_pull: bool = False,
        guid: str = "",
    ) -> tuple[Comment, Delivery]:
        thread = repository.thread(number, is_pull=is_pull)
        made = Comment(next(self.world.ids), body, self.account(author))
        thread.comments.append(made)
        payload = self.commented(repository, thread, "issues", made)
        return made, await self.send("issue_comment", payload, guid)

    async def review(
        self,
        repository: Repository,
        number: int,
        body: str,
        *,
        author: str = "alice",
        in_reply_to: int | None = None,
        path: str = "src/app.py",
    ) -> tuple[Comment, Delivery]:
        thread = repository.thread(number, is_pull=True)
        made = Comment(
            next(self.world.ids),
            body,
            self.account(author),
            in_reply_to=in_reply_to,
            path=path,
            commit="ecdd80bb57125d7ba9641ffaa4d7d2c19d3f3091",
        )
        thread.reviews.append(made)
        payload = self.commented(repository, thread, "pulls", made)
        return made, await self.send("pull_request_review_comment", payload)
