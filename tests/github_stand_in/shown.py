"""How what the stand-in knows looks in an answer: a published example, with our facts in it."""

from __future__ import annotations

from typing import Any

from tests.github_stand_in.world import Comment, Installation, Repository

Json = dict[str, Any]


def repository(example: Json, known: Repository, url: str, permissions: Json | None = None) -> Json:
    shown = example | {
        "id": known.id,
        "name": known.name,
        "full_name": known.full_name,
        "private": known.private,
        "default_branch": known.default_branch,
        "html_url": f"{url}/{known.full_name}",
        "clone_url": f"{url}/{known.full_name}.git",
        "owner": known.owner.shown(example["owner"]),
    }
    return shown | ({"permissions": permissions} if permissions else {})


def installation(example: Json, known: Installation, app_id: int) -> Json:
    return example | {
        "id": known.id,
        "app_id": app_id,
        "account": known.account.shown(example["account"]),
        "permissions": known.permissions,
        "suspended_at": "2026-01-01T00:00:00Z" if known.suspended else None,
        "suspended_by": None,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }


def comment(example: Json, known: Comment) -> Json:
    shown = example | {
        "id": known.id,
        "body": known.body,
        "user": known.author.shown(example["user"]),
        "created_at": known.created_at,
        "updated_at": known.created_at,
    }
    if known.path:
        shown |= {"path": known.path, "commit_id": known.commit}
        shown.pop("in_reply_to_id", None)
        if known.in_reply_to is not None:
            shown["in_reply_to_id"] = known.in_reply_to
    return shown
