"""Webhooks as GitHub sends them: described payloads, signed, in any order, more than once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.github_stand_in import shown
from tests.github_stand_in.description import description
from tests.github_stand_in.world import Account, Comment, Installation, Repository, Thread, World

Json = dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """A webhook that was sent, and what came back."""

    guid: str
    event: str
    payload: Json
    status: int
    answer: str


@dataclass
class Webhooks:
    """`target` is where they go; nothing is sent while it is ''."""

    world: World
    violations: list[str]
    target: str = ""
    secret: str = "the webhook's secret"
    url: str = ""
    deliveries: list[Delivery] = field(default_factory=list)
    _tasks: set[asyncio.Task[Delivery]] = field(default_factory=set)
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
        wrong = description().wrong_payload(event, payload)
        self.violations.extend(f"webhook {event}: {what}" for what in wrong)
        body = json.dumps(payload).encode()
        headers = self.headers(event, body, guid)
        assert self._session is not None
        async with self._session.post(self.target, data=body, headers=headers) as response:
            sent = Delivery(
                headers["X-GitHub-Delivery"],
                event,
                payload,
                response.status,
                await response.text(),
            )
        self.deliveries.append(sent)
        return sent

    def written(self, repository: Repository, thread: Thread, kind: str, comment: Comment) -> None:
        """What the App writes comes back to it, as on GitHub."""
        if self.target:
            event = "issue_comment" if kind == "issues" else "pull_request_review_comment"
            sending = self.send(event, self.commented(repository, thread, kind, comment))
            task = asyncio.create_task(sending)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    # A person does something on the page.

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
        made = Comment(next(self.world.ids), body, self._account(author))
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
            self._account(author),
            in_reply_to=in_reply_to,
            path=path,
            commit="ecdd80bb57125d7ba9641ffaa4d7d2c19d3f3091",
        )
        thread.reviews.append(made)
        payload = self.commented(repository, thread, "pulls", made)
        return made, await self.send("pull_request_review_comment", payload)

    def _account(self, login: str) -> Account:
        return self.world.account(login, "Bot" if login.endswith("[bot]") else "User")

    # Payloads.

    def commented(
        self, repository: Repository, thread: Thread, kind: str, comment: Comment
    ) -> Json:
        event = "issue_comment" if kind == "issues" else "pull_request_review_comment"
        payload = self.of(repository, event, "created")
        payload["sender"] = comment.author.shown(payload["sender"])
        payload["comment"] = shown.comment(payload["comment"], comment)
        if kind == "pulls":
            payload["pull_request"]["number"] = thread.number
            return payload
        payload["issue"] |= {"number": thread.number, "locked": thread.locked}
        payload["issue"].pop("pull_request", None)
        if thread.is_pull:
            page = f"{self.url}/{repository.full_name}/pull/{thread.number}"
            api = f"{self.url}/api/v3/repos/{repository.full_name}/pulls/{thread.number}"
            payload["issue"]["pull_request"] = {
                "url": api,
                "html_url": page,
                "diff_url": f"{page}.diff",
                "patch_url": f"{page}.patch",
            }
        return payload

    def pushed(self, repository: Repository, ref: str = "refs/heads/main") -> Json:
        return self.of(repository, "push") | {"ref": ref, "deleted": False}

    def installed(self, installation: Installation, action: str = "created") -> Json:
        payload = description().payload("installation", action)
        payload["installation"] = self._installation(payload["installation"], installation)
        if action == "created":
            payload["repositories"] = [_brief(row) for row in installation.repositories]
        return payload

    def selected(
        self, installation: Installation, action: str, repositories: list[Repository]
    ) -> Json:
        payload = description().payload("installation_repositories", action)
        payload["installation"] = self._installation(payload["installation"], installation)
        payload["repositories_added"] = payload["repositories_removed"] = []
        return payload | {f"repositories_{action}": [_brief(row) for row in repositories]}

    def of(self, repository: Repository, event: str, action: str | None = None) -> Json:
        """The example of an event, about a repository."""
        payload = description().payload(event, action)
        installation = self.world.installation_of(repository)
        payload["installation"] = {"id": installation.id, "node_id": "MDIzOkludGVncmF0aW9u"}
        payload["repository"] = shown.repository(payload["repository"], repository, self.url)
        return payload

    def _installation(self, example: Json, known: Installation) -> Json:
        return shown.installation(example, known, self.world.app_id)


def _brief(repository: Repository) -> Json:
    return {
        "id": repository.id,
        "node_id": "MDEwOlJlcG9zaXRvcnk=",
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
    }
