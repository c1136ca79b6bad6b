"""The REST API: each operation that Ponder uses, under the rules that GitHub has for it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.github_stand_in import shown
from tests.github_stand_in.description import Operation
from tests.github_stand_in.world import Account, Comment, Repository, Thread, Token, World

Json = dict[str, Any]


class Denied(Exception):
    """An answer that is an error: its status, and GitHub's message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Call:
    """A request whose sender is known: the App, an installation's token, or a person."""

    world: World
    operation: Operation
    sender: World | Token | Account
    query: dict[str, str]
    body: Json
    url: str
    said: Callable[[Repository, Thread, str, Comment], None]
    """Told of every comment that is written."""

    def number(self, name: str) -> int:
        return int(self.operation.variables[name])

    def token(self) -> Token:
        if not isinstance(self.sender, Token):
            raise Denied(401, "Bad credentials")
        return self.sender

    def person(self) -> Account:
        if not isinstance(self.sender, Account):
            raise Denied(403, "Resource not accessible by integration")
        return self.sender

    def repository(self) -> Repository:
        """404 for what a token does not cover, as if it were not there."""
        variables = self.operation.variables
        found = self.world.find(variables["owner"], variables["repo"])
        if found is None or not self.token().covers(found):
            raise Denied(404, "Not Found")
        return found

    def thread(self, name: str, permission: str) -> tuple[Repository, Thread]:
        repository = self.repository()
        thread = repository.threads.get(self.number(name))
        if thread is None:
            raise Denied(404, "Not Found")
        self.needs(thread, permission)
        return repository, thread

    def needs(self, thread: Thread, permission: str) -> None:
        if not self.token().may("pull_requests" if thread.is_pull else "issues", permission):
            raise Denied(403, "Resource not accessible by integration")

    def page(self, rows: list[Json]) -> list[Json]:
        size = int(self.query.get("per_page", "30"))
        start = (int(self.query.get("page", "1")) - 1) * size
        return rows[start : start + size]


Answer = tuple[int, Any]


def app(call: Call) -> Answer:
    if call.sender is not call.world:
        raise Denied(401, "A JSON web token could not be decoded")
    example = call.operation.example(200)
    return 200, example | {"id": call.world.app_id, "slug": call.world.slug}


def installation(call: Call) -> Answer:
    found = call.world.installations.get(call.number("installation_id"))
    if call.sender is not call.world or found is None:
        raise Denied(404, "Not Found")
    return 200, shown.installation(call.operation.example(200), found, call.world.app_id)


def access_token(call: Call) -> Answer:
    found = call.world.installations.get(call.number("installation_id"))
    if call.sender is not call.world or found is None:
        raise Denied(404, "Not Found")
    if found.suspended:
        raise Denied(403, "This installation has been suspended")
    permissions = call.body.get("permissions", found.permissions)
    for name, level in permissions.items():
        if found.permissions.get(name) not in {level, "write"}:
            raise Denied(422, "The permissions requested are not granted to this installation.")
    wanted = call.body.get("repository_ids")
    if wanted and not set(wanted) <= {repository.id for repository in found.repositories}:
        raise Denied(
            422, "There is at least one repository that does not exist or is not accessible"
        )
    value = f"ghs_{call.world.app_id}_{secrets.token_urlsafe(300)}"
    expires_at = time.time() + 3600
    ids = frozenset(wanted) if wanted else None
    call.world.tokens[value] = Token(found, ids, permissions, expires_at)
    moment = f"{datetime.fromtimestamp(expires_at, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return 201, {"token": value, "expires_at": moment, "permissions": permissions}


def installation_repositories(call: Call) -> Answer:
    token = call.token()
    example = call.operation.example(200)["repositories"][0]
    covered = [row for row in token.installation.repositories if token.covers(row)]
    rows = [shown.repository(example, row, call.url) for row in covered]
    return 200, {"total_count": len(rows), "repositories": call.page(rows)}


def permission(call: Call) -> Answer:
    repository, login = call.repository(), call.operation.variables["username"]
    role = "admin" if login == repository.owner.login else repository.roles.get(login, "")
    base = {"maintain": "write", "triage": "read", "": "none" if repository.private else "read"}
    example = call.operation.example(200)
    user = call.world.account(login).shown(example["user"]) | {"role_name": role}
    return 200, example | {"permission": base.get(role, role), "role_name": role, "user": user}


def comments(call: Call) -> Answer:
    kind, name = _kind(call)
    _, thread = call.thread(name, "read")
    since = call.query.get("since", "")
    example = call.operation.example(200)[0]
    rows = [shown.comment(example, row) for row in thread.kept(kind) if row.created_at >= since]
    return 200, call.page(rows)


def create_comment(call: Call) -> Answer:
    kind, name = _kind(call)
    repository, thread = call.thread(name, "write")
    if thread.locked:
        raise Denied(403, "Unable to create comment because issue is locked.")
    if len(call.body["body"]) > 65536:
        raise Denied(422, "Validation Failed: body is too long (maximum is 65536 characters)")
    made = Comment(next(call.world.ids), call.body["body"], call.world.bot)
    if kind == "pulls":
        _reply(call, repository, made)
    thread.kept(kind).append(made)
    call.said(repository, thread, kind, made)
    return 201, shown.comment(call.operation.example(201), made)


def _reply(call: Call, repository: Repository, made: Comment) -> None:
    """A reply's place is that of the thread; what the request says of it does not count."""
    found = repository.comment("pulls", call.body.get("in_reply_to", 0))
    if found is None or found[1].in_reply_to is not None:
        raise Denied(422, "Validation Failed: in_reply_to is not a top-level comment")
    made.in_reply_to, made.path, made.commit = found[1].id, found[1].path, found[1].commit


def react(call: Call) -> Answer:
    kind = "pulls" if "/pulls/" in call.operation.template else "issues"
    found = call.repository().comment(kind, call.number("comment_id"))
    if found is None:
        raise Denied(404, "Not Found")
    thread, comment = found
    call.needs(thread, "write")
    reaction = (call.world.bot.login, call.body["content"])
    status = 200 if reaction in comment.reactions else 201
    if status == 201:
        comment.reactions.append(reaction)
    return status, call.operation.example(status) | {"content": call.body["content"]}


def user(call: Call) -> Answer:
    person = call.person()
    return 200, person.shown(call.operation.example(200))


def user_installations(call: Call) -> Answer:
    person = call.person()
    example = call.operation.example(200)["installations"][0]
    rows = [
        shown.installation(example, row, call.world.app_id)
        for row in call.world.installations.values()
        if call.world.seen_by(person, row)
    ]
    return 200, {"total_count": len(rows), "installations": call.page(rows)}


def user_repositories(call: Call) -> Answer:
    person = call.person()
    found = call.world.installations.get(call.number("installation_id"))
    if found is None or not (seen := call.world.seen_by(person, found)):
        raise Denied(404, "Not Found")
    example = call.operation.example(200)["repositories"][0]
    rows = [shown.repository(example, row, call.url, _rights(person, row)) for row in seen]
    return 200, {"total_count": len(rows), "repositories": call.page(rows)}


def _rights(person: Account, repository: Repository) -> dict[str, bool]:
    levels = ("pull", "triage", "push", "maintain", "admin")
    role = "admin" if repository.owner is person else repository.roles[person.login]
    highest = levels.index({"read": "pull", "write": "push"}.get(role, role))
    return {level: number <= highest for number, level in enumerate(levels)}


def _kind(call: Call) -> tuple[str, str]:
    pulls = "/pulls/" in call.operation.template
    return ("pulls", "pull_number") if pulls else ("issues", "issue_number")


_REPOSITORY = "/repos/{owner}/{repo}"
OPERATIONS: dict[tuple[str, str], Callable[[Call], Answer]] = {
    ("GET", "/app"): app,
    ("GET", "/app/installations/{installation_id}"): installation,
    ("POST", "/app/installations/{installation_id}/access_tokens"): access_token,
    ("GET", "/installation/repositories"): installation_repositories,
    ("GET", f"{_REPOSITORY}/collaborators/{{username}}/permission"): permission,
    ("GET", f"{_REPOSITORY}/issues/{{issue_number}}/comments"): comments,
    ("POST", f"{_REPOSITORY}/issues/{{issue_number}}/comments"): create_comment,
    ("GET", f"{_REPOSITORY}/pulls/{{pull_number}}/comments"): comments,
    ("POST", f"{_REPOSITORY}/pulls/{{pull_number}}/comments"): create_comment,
    ("POST", f"{_REPOSITORY}/issues/comments/{{comment_id}}/reactions"): react,
    ("POST", f"{_REPOSITORY}/pulls/comments/{{comment_id}}/reactions"): react,
    ("GET", "/user"): user,
    ("GET", "/user/installations"): user_installations,
    ("GET", "/user/installations/{installation_id}/repositories"): user_repositories,
}
