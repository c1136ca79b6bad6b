"""A pull request as GitHub tells of it now, and why it may be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.db.repositories import Repository
from core.github import GitHub
from core.repo_config import Review

OWN_BRANCHES = "ponder/"


@dataclass(frozen=True, slots=True)
class Pull:
    """`base` is the commit that it would be merged into, `branch` its own, `fork` whether that is
    another repository's."""

    number: int
    head: str
    base: str
    branch: str
    fork: bool
    draft: bool
    open: bool
    author: str
    bot: bool
    labels: tuple[str, ...] = ()


async def read(github: GitHub, repository: Repository, number: int) -> Pull:
    """Raise Skip where it is gone, TryLater where GitHub does not say."""
    acting = github.acting(repository, {"pull_requests": "read"})
    return pull_of(await acting.get(f"/pulls/{number}", "show a pull request"))


def pull_of(row: Mapping[str, Any]) -> Pull:
    head, base, user = row["head"], row["base"], row.get("user") or {}
    return Pull(
        number=row["number"],
        head=head["sha"],
        base=base["sha"],
        branch=head["ref"],
        fork=(head.get("repo") or {}).get("id") != base["repo"]["id"],
        draft=bool(row.get("draft")),
        open=row["state"] == "open",
        author=user.get("login", "ghost"),
        bot=user.get("type") == "Bot",
        labels=tuple(label["name"] for label in row.get("labels", [])),
    )


def why_not(pull: Pull, rules: Review, *, slug: str, rounds: int, manual: bool) -> str:
    """Why it is not reviewed; '' where it is. What a person asks for by hand is done, but for what
    Ponder wrote itself. `rounds` is how often it was reviewed."""
    is_ours = pull.branch.startswith(OWN_BRANCHES) and not pull.fork
    always = [
        (not pull.open, "it is closed"),
        (is_ours and pull.author == f"{slug}[bot]", "Ponder wrote it, and does not judge itself"),
    ]
    label = next((name for name in pull.labels if name in rules.skip_labels), "")
    unasked = [
        (not rules.on, "reviews are off in .github/ponder.yml"),
        (label, f"it has the label {label}"),
        (pull.draft and not rules.drafts, "it is a draft, and waits until it is ready for review"),
        (pull.bot and not rules.bots, f"it was opened by a bot, {pull.author}"),
        (rounds >= rules.rounds, f"after {rounds} reviews Ponder waits for /ponder review"),
    ]
    reasons = always if manual else [*always, *unasked]
    return next((reason for holds, reason in reasons if holds), "")
