"""What the stand-in knows: an App, who installed it, and repositories."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.github_stand_in.bare import Bare
from tests.github_stand_in.threads import CheckRun, Comment, Review, Thread

__all__ = ["Account", "Comment", "Installation", "Repository", "Thread", "Token", "World"]

MANIFEST = yaml.safe_load((Path(__file__).resolve().parents[2] / "app.yml").read_text())


@dataclass
class Account:
    id: int
    login: str
    type: str = "User"

    def shown(self, example: dict[str, Any]) -> dict[str, Any]:
        return example | {"id": self.id, "login": self.login, "type": self.type}


@dataclass
class Repository:
    """`git` is a bare repository, or the .git of a checkout. `free`: of a plan without draft pull
    requests in private repositories."""

    id: int
    owner: Account
    name: str
    private: bool = False
    default_branch: str = "main"
    threads: dict[int, Thread] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    git: Path | None = None
    free: bool = False
    archived: bool = False
    fork_of: Repository | None = None
    check_runs: dict[int, CheckRun] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def bare(self) -> Bare:
        """Its git; one without commits where none was given."""
        assert self.git is not None, f"{self.full_name} has no git"
        return Bare(self.git)

    def thread(self, number: int, *, is_pull: bool = False) -> Thread:
        return self.threads.setdefault(number, Thread(number, is_pull, id=self.id * 10000 + number))

    def next_number(self) -> int:
        """Issues and pull requests count together."""
        return max(self.threads, default=0) + 1

    def comment(self, kind: str, comment_id: int) -> tuple[Thread, Comment] | None:
        for thread in self.threads.values():
            for comment in thread.kept(kind):
                if comment.id == comment_id:
                    return thread, comment
        return None

    def review(self, review_id: int) -> Review | None:
        reviews = (review for thread in self.threads.values() for review in thread.submitted)
        return next((review for review in reviews if review.id == review_id), None)


@dataclass
class Installation:
    """`requests_left` is its primary limit until `resets_at`; `written` are the moments (by the
    monotonic clock) at which something that people read was created."""

    id: int
    account: Account
    permissions: dict[str, str]
    repositories: list[Repository] = field(default_factory=list)
    suspended: bool = False
    requests_left: int = 5000
    resets_at: float = field(default_factory=lambda: time.time() + 3600)
    written: deque[float] = field(default_factory=deque)


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
    app_owner: Account | None = None
    client_id: str = "Iv23stand-in"
    client_secret: str = "the App's client secret"
    installations: dict[int, Installation] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    forks: list[Repository] = field(default_factory=list)
    """Repositories where the App is not installed."""
    tokens: dict[str, Token] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)
    """By their tokens."""
    refresh_tokens: dict[str, Account] = field(default_factory=dict)
    codes: dict[str, tuple[Account, str, str]] = field(default_factory=dict)
    """Account, PKCE challenge and address, by the code given out for them."""
    manifests: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of Apps that are about to be made, by the code given out for them."""
    moved: dict[str, Repository] = field(default_factory=dict)
    """By names, in lower case, that repositories had before."""
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

    def everything(self) -> Iterator[Repository]:
        for installation in self.installations.values():
            yield from installation.repositories
        yield from self.forks

    def find(self, owner: str, name: str) -> Repository | None:
        wanted = f"{owner}/{name}".lower()
        return next((r for r in self.everything() if r.full_name.lower() == wanted), None)

    def installation_of(self, repository: Repository) -> Installation:
        return next(i for i in self.installations.values() if repository in i.repositories)

    def token(self, value: str) -> Token | None:
        found = self.tokens.get(value)
        return found if found and found.expires_at > time.time() else None

    def revoke(self, installation: Installation | None = None) -> None:
        """Take back the tokens of an installation, or all: the next request with one is a 401."""
        self.tokens = {
            value: token
            for value, token in self.tokens.items()
            if installation is not None and token.installation is not installation
        }

    def seen_by(self, person: Account, installation: Installation) -> list[Repository]:
        """What a person may see of an installation: their own, and where they have a role."""
        return [
            repository
            for repository in installation.repositories
            if repository.owner is person or person.login in repository.roles
        ]
