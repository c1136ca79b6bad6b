"""What Ponder says without thinking: help, status, and why it does not do what was asked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import WORDS
from core.db.answers import Answer
from core.db.installations import Installation
from core.db.repositories import Repository
from core.db.snapshots import Snapshot
from core.db.workers import Off

QUESTIONS_PER_HOUR = 20
"""Of one person in one repository."""

_NEEDED = {
    "contents": ("read", "the repository cannot be read, so nothing can be answered"),
    "issues": ("write", "questions in issues get no reply"),
    "pull_requests": ("write", "questions in pull requests get no reply"),
}


def help_text(slug: str) -> str:
    mention = f"`@{slug}`" if slug else "`/ponder`"
    rows = [f"| `{name}` | {word.summary} |" for name, word in WORDS.items() if word.available]
    later = ", ".join(f"`{name}`" for name, word in WORDS.items() if not word.available)
    return "\n".join(
        [
            f"Start a line with {mention} or `/ponder` and ask anything about this repository. "
            "Every line that I cite was checked against the commit.",
            "",
            "| say | and I |",
            "|---|---|",
            *rows,
            "",
            f"Not available yet: {later}.",
        ]
    )


def not_available(name: str) -> str:
    return (
        f"`{name}` is not available yet: this version of Ponder answers questions. "
        "Say `/ponder help` for what it can do."
    )


def limited() -> str:
    return (
        f"You have asked {QUESTIONS_PER_HOUR} questions here within an hour, which is the limit; "
        "ask again later."
    )


def why(answer: Answer | None, public_url: str) -> str:
    if answer is None:
        return "I have not answered anything in this thread yet."
    return f"[What my last answer here was made from]({public_url}/answers/{answer.id}/why)."


def status(
    repository: Repository,
    snapshot: Snapshot | None,
    installation: Installation | None,
    off: Sequence[Off] = (),
) -> str:
    """`off` is what workers cannot do: whoever runs them learns why elsewhere."""
    lines = [_indexed(snapshot)]
    if repository.progress:
        stage, done = repository.progress.get("stage"), repository.progress.get("done")
        lines.append(f"At work now: {stage}, {done} of {repository.progress.get('total')}.")
    if repository.error:
        lines.append(f"The last index failed: {repository.error}")
    lines += [f"{each.what}; `ponder doctor` says why to whoever runs me." for each in off]
    granted = installation.permissions if installation else {}
    for name, (least, otherwise) in _NEEDED.items():
        if granted and granted.get(name) not in {least, "write"}:
            lines.append(f"The permission `{name}: {least}` is missing: {otherwise}.")
    return "\n".join(f"- {line}" for line in lines)


def _indexed(snapshot: Snapshot | None) -> str:
    if snapshot is None:
        return "Nothing is indexed yet; questions are answered as soon as it is."
    when = f"{snapshot.created_at:%Y-%m-%d %H:%M} UTC"
    return f"Indexed at commit {snapshot.commit_sha[:7]}, on {when}."
