"""What the stand-in knows: an App, who installed it, repositories, and what was said in them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

MANIFEST = yaml.safe_load((Path(__file__).resolve().parents[2] / "app.yml").read_text())


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class Account:
    id: int
    login: str
    type: str = "User"

    def shown(self, example: dict[str, Any]) -> dict[str, Any]:
        return example | {"id": self.id, "login": self.login, "type": self.type}


@dataclass
class Comment:
    id: int
    body: str
    author: Account
    created_at: str = field(default_factory=now)
    in_reply_to: int | None = None
    path: str = ""
    commit: str = ""
    reactions: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Thread:
    """An issue, or a pull request with comments of its reviews as well."""

    number: int
    is_pull: bool = False
    locked: bool = False
    comments: list[Comment] = field(default_factory=list)
    reviews: list[Comment] = field(default_factory=list)

    def kept(self, kind: str) -> list[Comment]:
        return self.comments if kind == "issues" else self.reviews


@dataclass
class Repository:
    id: int
    owner: Account
    name: str
    private: bool = False
    default_branch: str = "main"
    threads: dict[int, Thread] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    git: Path | None = None

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    def thread(self, number: int, *, is_pull: bool = False) -> Thread:
        return self.threads.setdefault(number, Thread(number, is_pull))

    def comment(self, kind: str, comment_id: int) -> tuple[Thread, Comment] | None:
        for thread in self.threads.values():
            for comment in thread.kept(kind):
                if comment.id == comment_id:
                    return thread, comment
        return None


@dataclass
class Installation:
    id: int
    account: Account
    permissions: dict[str, str]
    repositories: list[Repository] = field(default_factory=list)
    suspended: bool = False


@dataclass(frozen=True)
class Token:
    """An installation's; `repository_ids` is None where it serves all of them."""

    installation: Installation
    repository_ids: frozenset[int] | None
    permissions: dict[str, str]
    expires_at: float

    def covers(self, repository: Repository) -> bool:
        there = repository in self.installation.repositories
        return there and (self.repository_ids is None or repository.id in self.repository_ids)

    def may(self, name: str, level: str) -> bool:
        granted = self.permissions.get(name)
        return granted == "write" or granted == level


@dataclass
class World:
    app_id: int = 4711
    slug: str = "ponder-test"
    client_id: str = "Iv23stand-in"
    client_secret: str = "the App's client secret"
    installations: dict[int, Installation] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)
    """By their tokens."""
    refresh_tokens: dict[str, Account] = field(default_factory=dict)
    codes: dict[str, tuple[Account, str, str]] = field(default_factory=dict)
    """Account, PKCE challenge and address, by the code given out for them."""
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    def account(self, login: str, kind: str = "User") -> Account:
        return self.accounts.setdefault(login, Account(next(self.ids), login, kind))

    @property
    def bot(self) -> Account:
        return self.account(f"{self.slug}[bot]", "Bot")

    def installation(self, login: str = "octo") -> Installation:
        """A new one, with the permissions that the manifest asks for."""
        permissions = dict(MANIFEST["default_permissions"])
        made = Installation(next(self.ids), self.account(login), permissions)
        self.installations[made.id] = made
        return made

    def repository(
        self, installation: Installation, name: str = "project", *, private: bool = False
    ) -> Repository:
        made = Repository(next(self.ids), installation.account, name, private)
        installation.repositories.append(made)
        return made

    def find(self, owner: str, name: str) -> Repository | None:
        for installation in self.installations.values():
            for repository in installation.repositories:
                if repository.full_name.lower() == f"{owner}/{name}".lower():
                    return repository
        return None

    def installation_of(self, repository: Repository) -> Installation:
        return next(i for i in self.installations.values() if repository in i.repositories)

    def token(self, value: str) -> Token | None:
        found = self.tokens.get(value)
        return found if found and found.expires_at > time.time() else None

    def seen_by(self, person: Account, installation: Installation) -> list[Repository]:
        """What a person may see of an installation: their own, and where they have a role."""
        return [
            repository
            for repository in installation.repositories
            if repository.owner is person or person.login in repository.roles
        ]
