"""Issues and pull requests, and all that is said in them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.github_stand_in.world import Account, Repository


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def node_id(prefix: str, number: int) -> str:
    """As GitHub's look: opaque, and of one kind."""
    return f"{prefix}_{base64.urlsafe_b64encode(str(number).encode()).decode().rstrip('=')}"


@dataclass
class Comment:
    """`resolved_by` is of the thread that a top-level comment of a review begins: who resolved it,
    None while it is open. `outdated`: a later push changed the lines, and `line` is not known."""

    id: int
    body: str
    author: Account
    created_at: str = field(default_factory=now)
    in_reply_to: int | None = None
    path: str = ""
    commit: str = ""
    reactions: list[tuple[str, str]] = field(default_factory=list)
    """Who, and what, in the order in which they came."""
    updated_at: str = ""
    line: int | None = None
    side: str = "RIGHT"
    start_line: int | None = None
    start_side: str | None = None
    subject: str = "line"
    review_id: int | None = None
    original_line: int | None = None
    outdated: bool = False
    resolved_by: Account | None = None

    @property
    def changed_at(self) -> str:
        return self.updated_at or self.created_at

    @property
    def thread_id(self) -> str:
        """Of the thread that this comment begins."""
        return node_id("PRRT", self.id)

    def edit(self, body: str) -> None:
        self.body, self.updated_at = body, now()


@dataclass
class Review:
    """`state` is PENDING until it is submitted, then COMMENTED, APPROVED or CHANGES_REQUESTED."""

    id: int
    author: Account
    body: str
    state: str
    commit: str
    comments: list[Comment] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    submitted_at: str = field(default_factory=now)

    @property
    def node_id(self) -> str:
        return node_id("PRR", self.id)


@dataclass
class Pull:
    """What a pull request has beyond an issue. `head` is a branch of `source`, which is a fork, or
    gone (None), or the repository itself. The commits are those of the moment."""

    head: str
    base: str
    source: Repository | None
    head_sha: str
    base_sha: str
    draft: bool = False
    merged: bool = False
    merge_commit: str | None = None


@dataclass
class Thread:
    """An issue, or a pull request with comments of its reviews as well. `author` None is the owner
    of the repository."""

    number: int
    is_pull: bool = False
    locked: bool = False
    comments: list[Comment] = field(default_factory=list)
    reviews: list[Comment] = field(default_factory=list)
    submitted: list[Review] = field(default_factory=list)
    """Reviews as a whole; their comments are in `reviews` once they are submitted."""
    id: int = 0
    title: str = "A title"
    body: str = ""
    author: Account | None = None
    state: str = "open"
    state_reason: str | None = None
    labels: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    pull: Pull | None = None
    created_at: str = field(default_factory=now)
    updated_at: str = field(default_factory=now)

    def kept(self, kind: str) -> list[Comment]:
        return self.comments if kind == "issues" else self.reviews


@dataclass
class CheckRun:
    """`author` is the slug of the App that made it. `annotations` are as they were sent, of all
    requests together."""

    id: int
    name: str
    head_sha: str
    author: str
    suite: int
    status: str = "queued"
    conclusion: str | None = None
    external_id: str = ""
    details_url: str | None = None
    started_at: str = field(default_factory=now)
    completed_at: str | None = None
    output: dict[str, Any] = field(default_factory=dict)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)
