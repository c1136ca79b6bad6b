"""What an event may lead to. Deciding is pure; bot/effects.py acts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.commands import Command
from bot.payload import Malformed, Payload
from core.ticks import Tick as Box


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing is done, and this is why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The repository of an event, in its installation."""

    installation_id: int
    account: str
    account_type: str
    github_id: int
    name: str
    source: str
    private: bool
    archived: bool = False


@dataclass(frozen=True, slots=True)
class RefreshInstallation:
    """Its row and repositories are brought up to what GitHub says now, whatever came late."""

    installation_id: int
    account: str
    account_type: str
    permissions: dict[str, str]
    suspended: bool


@dataclass(frozen=True, slots=True)
class AskInstallation:
    """Something of it changed that only GitHub can tell in full."""

    installation_id: int


@dataclass(frozen=True, slots=True)
class RemoveInstallation:
    installation_id: int


@dataclass(frozen=True, slots=True)
class RemoveRepositories:
    installation_id: int
    github_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UpdateRepository:
    """Its name, owner or visibility changed, or whether it is archived; or its default branch, and
    then it is indexed again."""

    origin: Origin
    reindex: bool


@dataclass(frozen=True, slots=True)
class Index:
    origin: Origin


@dataclass(frozen=True, slots=True)
class Forget:
    """A branch or tag was deleted, or a pull request closed: what was indexed of it goes. `merged`
    is the head of a pull request that was merged: what was fixed in it by then is feedback."""

    origin: Origin
    ref: str
    merged: str = ""


@dataclass(frozen=True, slots=True)
class Revive:
    """A pull request that may be a draft of ours was opened again: somebody wants it after all."""

    origin: Origin
    number: int


@dataclass(frozen=True, slots=True)
class Think:
    """The head of a pull request is to be thought about, as `ref` names it; it is compared with
    `base`, a commit. Whoever wrote it may be anybody: it is data, and settles nothing."""

    origin: Origin
    ref: str
    base: str


@dataclass(frozen=True, slots=True)
class Review:
    """A pull request has a new head, to be reviewed, and to be thought about; `likely` is false
    where it will be left alone, and the reason is told at its end alone. `pushed` heads come in
    bursts."""

    origin: Origin
    number: int
    head: str
    likely: bool
    pushed: bool
    think: Think | None


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button of our check run, or asked for it once more, or put a `label` on
    the pull request. `number` is None where GitHub does not say, as for a fork."""

    origin: Origin
    action: str
    sender: str
    head: str
    number: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What continuous integration made of a commit; `name` is of what ran."""

    origin: Origin
    commit: str
    name: str
    failed: bool


@dataclass(frozen=True, slots=True)
class ReviewPlace:
    """`root_id` is the comment that began the thread; `line` is unknown once the diff moved on."""

    root_id: int
    path: str
    commit: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Reply:
    """Somebody speaks to Ponder. `kind` is 'issues' or 'pulls', where GitHub keeps the comment; or
    of which text it is that stands above comments: 'issue', 'pull_request' or 'review', and
    `comment_id` is its id then, `node_id` its other one. `thread` names the conversation, `review`
    where in a review it was said. Not `addressed`: it is for Ponder only if the thread is.
    `edited`: it says this now, whatever it said."""

    origin: Origin
    commands: tuple[Command, ...]
    kind: str
    number: int
    comment_id: int
    thread: str
    ref: str
    sender: str
    sender_id: int
    review: ReviewPlace | None
    addressed: bool = True
    edited: bool = False
    node_id: str = ""


@dataclass(frozen=True, slots=True)
class Unsay:
    """A comment was deleted: what it asked for, and nobody has done yet, is not done."""

    origin: Origin
    kind: str
    comment_id: int


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody replied in a review thread with words that may be a verdict, or resolved one;
    `root_id` is the comment that began it, `comment_id` the reply, `head` the pull request's. Where
    `root_id` is None it is a comment on a page, about the answer before it."""

    origin: Origin
    number: int
    root_id: int | None
    comment_id: int | None
    verdict: str
    head: str
    sender: str
    sender_id: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Somebody ticked boxes of the issue with this number, which may be the dashboard."""

    origin: Origin
    number: int
    sender: str
    ticks: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class SignOut:
    """A person withdrew the App's authorisation: their tokens and sessions go."""

    user_id: int


@dataclass(frozen=True, slots=True)
class Several:
    """One after the other; where one has nothing to do, the others may."""

    effects: tuple[Effect, ...]


Effect = (
    RefreshInstallation
    | AskInstallation
    | RemoveInstallation
    | RemoveRepositories
    | UpdateRepository
    | Index
    | Forget
    | Revive
    | Review
    | Press
    | Note
    | Reply
    | Unsay
    | Judge
    | Tick
    | SignOut
    | Several
)
Decision = Effect | Ignore


def origin(payload: Payload) -> Origin | None:
    """None for an event of a webhook that belongs to no installation."""
    if payload.get("installation") is None:
        return None
    name = payload.text("repository.full_name")
    return Origin(
        installation_id=payload.number("installation.id"),
        account=payload.get("repository.owner.login") or name.partition("/")[0],
        account_type=payload.get("repository.owner.type") or "",
        github_id=payload.number("repository.id"),
        name=name,
        source=_source(payload),
        private=payload.get("repository.private") is not False,  # the safe side
        archived=payload.get("repository.archived") is True,
    )


def _source(payload: Payload) -> str:
    source = payload.get("repository.clone_url")
    return source if source else f"{payload.text('repository.html_url')}.git"


_FAILED = frozenset({"failure", "timed_out", "startup_failure", "error"})


def noted(payload: Payload, *, commit: str, conclusion: str, name: str) -> Decision:
    """What a check says of a commit: paths of the payload, and the name of what ran."""
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    said = payload.get(conclusion)
    if said != "success" and said not in _FAILED:
        return Ignore(f"it ended as {said}, which says nothing of the code")
    sha = payload.text(commit)
    if not re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", sha):
        raise Malformed(f"{commit} is no commit")
    return Note(place, sha, name[:200], said in _FAILED)


NO_INSTALLATION = Ignore("the event belongs to no installation")


def permissions(payload: Payload) -> dict[str, str]:
    granted: Any = payload.get("installation.permissions")
    return {str(k): str(v) for k, v in granted.items()} if isinstance(granted, dict) else {}
