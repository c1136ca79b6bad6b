"""A request whose sender is known, and the errors that GitHub answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.github_stand_in.description import Operation
from tests.github_stand_in.threads import Comment, Thread
from tests.github_stand_in.webhooks import Webhooks
from tests.github_stand_in.world import Account, Repository, Token, World

Json = dict[str, Any]
Answer = tuple[int, Any]
REPOSITORY = "/repos/{owner}/{repo}"
MAX_BODY = 65536


class Denied(Exception):
    """An answer that is an error: its status, and GitHub's message."""

    def __init__(self, status: int, message: str, *, location: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.location = location


def invalid(what: str) -> Denied:
    return Denied(422, f"Validation Failed: {what}")


@dataclass(frozen=True)
class Call:
    """`sender` is the App, an installation's token, a person, or None where nobody signed in."""

    world: World
    operation: Operation
    sender: World | Token | Account | None
    query: dict[str, str]
    body: Json
    url: str
    webhooks: Webhooks

    def number(self, name: str) -> int:
        """Of the path; what is no number is nowhere."""
        text = self.operation.variables[name]
        if not text.isdigit():
            raise Denied(404, "Not Found")
        return int(text)

    def text(self, name: str) -> str:
        return self.operation.variables[name]

    def example(self, status: int = 200) -> Any:
        return self.operation.example(status)

    def app(self) -> None:
        if self.sender is not self.world:
            raise Denied(401, "A JSON web token could not be decoded")

    def token(self) -> Token:
        if not isinstance(self.sender, Token):
            raise Denied(401, "Bad credentials")
        return self.sender

    def person(self) -> Account:
        if not isinstance(self.sender, Account):
            raise Denied(403, "Resource not accessible by integration")
        return self.sender

    def repository(self, permission: str = "metadata", level: str = "read") -> Repository:
        """404 for what a token does not cover, as if it were not there; 403 without the permission,
        and for writing to what is archived."""
        owner, name = self.text("owner"), self.text("repo")
        found = self.world.find(owner, name)
        moved = self.world.moved.get(f"{owner}/{name}".lower())
        if found is None and moved is not None and self.token().covers(moved):
            raise Denied(301, "Moved Permanently", location=moved.full_name)
        if found is None or not self.token().covers(found):
            raise Denied(404, "Not Found")
        if self.token().installation.suspended:
            raise Denied(403, "This installation has been suspended")
        self.needs(permission, level)
        if level == "write" and found.archived:
            raise Denied(403, "Repository was archived so is read-only.")
        return found

    def needs(self, permission: str, level: str) -> None:
        if permission != "metadata" and not self.token().may(permission, level):
            raise Denied(403, "Resource not accessible by integration")

    def thread(self, name: str, level: str) -> tuple[Repository, Thread]:
        """The issue or pull request that the path names; a pull request needs its own permission,
        though it is asked for as an issue."""
        repository = self.repository()
        thread = repository.threads.get(self.number(name))
        if thread is None or ("/pulls/" in self.operation.template and not thread.is_pull):
            raise Denied(404, "Not Found")
        self.may_touch(repository, thread, level)
        return repository, thread

    def may_touch(self, repository: Repository, thread: Thread, level: str) -> None:
        self.needs("pull_requests" if thread.is_pull else "issues", level)
        if level == "write" and repository.archived:
            raise Denied(403, "Repository was archived so is read-only.")

    def comment(self, kind: str, level: str) -> tuple[Repository, Thread, Comment]:
        repository = self.repository()
        found = repository.comment(kind, self.number("comment_id"))
        if found is None:
            raise Denied(404, "Not Found")
        self.may_touch(repository, found[0], level)
        return repository, *found

    def checked_body(self, name: str = "body") -> str:
        body = str(self.body.get(name) or "")
        if len(body) > MAX_BODY:
            raise invalid(f"body is too long (maximum is {MAX_BODY} characters)")
        return body

    def page(self, rows: list[Any]) -> list[Any]:
        size = min(100, int(self.query.get("per_page", "30")))
        start = (int(self.query.get("page", "1")) - 1) * size
        return rows[start : start + size]

    def kind(self) -> str:
        return "pulls" if "/pulls/" in self.operation.template else "issues"

    @property
    def writer(self) -> Account:
        """Whoever writes: the App, as its bot."""
        return self.sender if isinstance(self.sender, Account) else self.world.bot

    def wrong(self, what: str) -> None:
        """Something that GitHub would put up with, and yet no client should do."""
        self.webhooks.violations.append(
            f"{self.operation.method} {self.operation.template}: {what}"
        )


Handler = Callable[[Call], Answer]
Table = dict[tuple[str, str], Handler]
