"""What Ponder says without thinking: help, where an answer came from, and that it is enough."""

from __future__ import annotations

import re

from bot.commands import WORDS, Command
from core.db.answers import Answer
from core.db.review_findings import ReviewFinding

QUESTIONS_PER_HOUR = 20
"""Of one person in one repository."""


def help_text(slug: str) -> str:
    mention = f"`@{slug}`" if slug else "`/ponder`"
    rows = [
        f"| `{name}` | {word.summary}{' ✎' if word.needs_write else ''} |"
        for name, word in WORDS.items()
    ]
    return "\n".join(
        [
            f"Start a line with {mention} or `/ponder` and ask anything about this repository. "
            "Every line that I cite was checked against the commit.",
            "",
            "| say | and I |",
            "|---|---|",
            *rows,
            "",
            "✎ for people with write access. In a thread that I began, no mention is needed.",
        ]
    )


def to_explain(finding: ReviewFinding | None, *, in_pull: bool) -> str:
    """The question that `explain` asks, where nothing is named."""
    if finding is not None:
        return (
            f"Explain why this is a problem, and what would mend it: {finding.message} "
            f"(`{finding.path}`, lines {finding.start_line} to {finding.end_line})"
        )
    if in_pull:
        return "Explain what this pull request changes, and what that affects."
    return "Explain what this repository does, and how its parts work together."


_POINTING = frozenset(
    "a about and are be bug can correct could do does error exactly explain false fault fix fixed "
    "for happen happens here how i in is it line make matter matters mean mend more my of on "
    "please problem really reason resolve right say see should show so sure tell than that the "
    "then there this to understand us want warning what whats where why will with would wrong you "
    "your".split()
)


def points_at(command: Command) -> bool:
    """Whether it asks of nothing but of what it is said below: "why is this wrong?"."""
    words = re.findall(r"\w+", command.text.lower().replace("'", ""))
    return _POINTING.issuperset(words) and (command.name == "explain" or bool(words))


def limited() -> str:
    return (
        f"You have asked {QUESTIONS_PER_HOUR} questions here within an hour, which is the limit; "
        "ask again later."
    )


def why(answer: Answer | None, public_url: str) -> str:
    if answer is None:
        return "I have not answered anything in this thread yet."
    return f"[What my last answer here was made from]({public_url}/answers/{answer.id}/why)."
