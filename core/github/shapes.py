"""What GitHub's answers are to Ponder: the few fields that it uses, with types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.settings import Secret


@dataclass(frozen=True, slots=True)
class App:
    """`slug` is the name by which the App is mentioned."""

    id: int
    slug: str
    name: str
    permissions: dict[str, str]
    events: tuple[str, ...]
    owner_id: int | None = None
    """Of the person whose App it is; None where it is an organisation's."""


@dataclass(frozen=True, slots=True)
class Installation:
    id: int
    account: str
    account_type: str
    permissions: dict[str, str]
    suspended: bool


@dataclass(frozen=True, slots=True)
class RemoteRepository:
    """`permission` is the highest that the asking user has, '' where no user asks."""

    github_id: int
    name: str
    source: str
    private: bool
    default_branch: str
    permission: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class User:
    id: int
    login: str
    name: str | None
    avatar_url: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """A person's tokens. Seconds are from now; None where GitHub lets them live for ever."""

    access: Secret
    refresh: Secret
    expires_in: int | None
    refresh_expires_in: int | None


def app(row: Mapping[str, Any]) -> App:
    owner = row.get("owner") or {}
    return App(
        id=row["id"],
        slug=row["slug"],
        name=row.get("name") or row["slug"],
        permissions=dict(row.get("permissions") or {}),
        events=tuple(row.get("events") or ()),
        owner_id=owner.get("id") if owner.get("type") == "User" else None,
    )


def installation(row: Mapping[str, Any]) -> Installation:
    account = row["account"]
    return Installation(
        id=row["id"],
        account=account.get("login") or account["slug"],  # an Enterprise has no login
        account_type=account.get("type") or "Enterprise",
        permissions=dict(row.get("permissions") or {}),
        suspended=row.get("suspended_at") is not None,
    )


_PERMISSIONS = ("admin", "maintain", "push", "triage", "pull")


def repository(row: Mapping[str, Any]) -> RemoteRepository:
    granted = row.get("permissions") or {}
    return RemoteRepository(
        github_id=row["id"],
        name=row["full_name"],
        source=row["clone_url"],
        private=row.get("private") is not False,  # the safe side, where nothing is said
        default_branch=row.get("default_branch") or "",
        permission=next((name for name in _PERMISSIONS if granted.get(name)), ""),
        archived=row.get("archived") is True,
    )


def user(row: Mapping[str, Any]) -> User:
    return User(row["id"], row["login"], row.get("name"), row.get("avatar_url") or "")


def tokens(row: Mapping[str, Any]) -> Tokens:
    return Tokens(
        access=Secret(row["access_token"]),
        refresh=Secret(row.get("refresh_token", "")),
        expires_in=row.get("expires_in"),
        refresh_expires_in=row.get("refresh_token_expires_in"),
    )
