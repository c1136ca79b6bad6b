"""An answer from history, without a model: which commits, when, whose, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workers import git
from workers.answer.history_item import (
    Past,
    because,
    evidence,
    item,
    named,
    of,
    of_place,
    speaks,
    stems,
)
from workers.answer.history_origin import added, fixed, removed
from workers.answer.safe import code, prose
from workers.answer.wording import joined, quote
from workers.git import CommitTold, Span
from workers.index.churn import is_bot

LISTED = 8
COUNTED = 300
"""Commits that are counted; of more it is said that there are more."""
_OWNERS = 5
_BEFORE = 3


def compose(past: Past) -> str:
    """Markdown, or '' where history has nothing to say about it."""
    return _KINDS[past.kind](past)


def _changes(past: Past) -> str:
    found = of(past, past.within.count or COUNTED)
    if not found.commits:
        return _unchanged(past)
    commits = _telling_first(past, found.commits)
    shown = commits[:LISTED]
    many = (len(commits) >= COUNTED and not past.within.count) or not found.whole
    listed = [f"- {item(past, commit)}" for commit in shown]
    rest = len(commits) - len(shown)
    if rest and past.within.said:
        listed.append(f"- and {'at least ' if many else ''}{rest} more, by {_people(commits)}")
    return "\n".join([f"{_lead(past, len(commits), many)}:", "", *listed])


def _lead(past: Past, count: int, many: bool) -> str:
    where = past.where.said
    if not past.within.said or past.within.count:
        return f"The last changes of {where}" if where else "The last changes"
    commits = f"{'At least ' if many else ''}{count} commit{'s' * (count != 1)}"
    changed = f" changed {where}" if where else ""
    return f"{commits}{changed} {past.within.said}"


def _telling_first(past: Past, commits: Sequence[CommitTold]) -> list[CommitTold]:
    """Where the place is a guess, commits that speak of it are what was asked for. What programs
    did comes last."""
    words = [stem.lower() for stem in stems(past.where.words)]
    return sorted(
        commits,
        key=lambda c: (is_bot(c.author), not all(word in c.message.lower() for word in words)),
    )


def _people(commits: Sequence[CommitTold]) -> str:
    names = list(dict.fromkeys(commit.author for commit in commits))
    shown = [prose(name) for name in names[:3]]
    more = len(names) - len(shown)
    return joined([*shown, f"{more} other{'s' * (more != 1)}"] if more else shown)


def _unchanged(past: Past) -> str:
    lead = " ".join(filter(None, ("Nothing changed", past.where.said, past.within.said))) + "."
    before = of_place(past, Span(past.commit), 1).commits
    return f"{lead} The last change before that: {item(past, before[0])}." if before else ""


def _last(past: Past) -> str:
    commits = of(past, 1 + _BEFORE).commits
    if not commits:
        return _unchanged(past)
    last, *before = commits
    reason = because(last)
    if not reason and past.asks_why:
        reason = " The commit says no more than that."
    told = (
        f"{prose(last.author)} made the last change{_to(past)}, in {named(last)}: "
        f"{quote(last.subject)}{evidence(past, last)}.{reason}"
    )
    if not before:
        return told
    return "\n".join([told, "", "Before that:", "", *[f"- {item(past, c)}" for c in before]])


def _to(past: Past) -> str:
    return f" to {past.where.said}" if past.where.said else ""


def _why(past: Past) -> str:
    """Commits of the place that speak of what is asked; else those that speak at all."""
    commits = of(past, 60).commits if past.where.paths or not past.words else ()
    spoken = [commit for commit in commits if speaks(commit, past.words)]
    if not spoken and past.words:
        wanted = stems(past.words)
        span, paths = past.within.span, past.where.paths
        spoken = list(git.saying(past.mirror, span, wanted, _BEFORE, paths).commits)
    chosen = (spoken or [c for c in commits if c.body] or commits)[:_BEFORE]
    if not chosen:
        return ""
    lead = f"What the commits say that changed {past.subject}:"
    return "\n".join([lead, "", *[f"- {item(past, c)}.{because(c)}" for c in chosen]])


def _owners(past: Past) -> str:
    if not past.shares:
        return ""
    whole = sum(share.commits for share in past.shares)
    shown = [
        f"{prose(share.author)} ({share.commits} of {whole} commit{'s' * (whole != 1)}, "
        f"{share.lines:,} lines added or removed)"
        for share in past.shares[:_OWNERS]
    ]
    more = len(past.shares) - len(shown)
    others = [f"{more} other{'s' * (more != 1)}"] if more else []
    what = past.where.said or "The repository"
    return f"{what} was written by {joined([*shown, *others])}.{_last_change(past)}"


def _together(past: Past) -> str:
    if not past.partners:
        return f"Nothing else changes together with {past.where.said} more than once."
    listed = [
        f"- {code(path)}, in {count} of {of} commits" for path, count, of in past.partners[:LISTED]
    ]
    lead = f"What changes together with {past.where.said}:"
    return "\n".join([lead, "", *listed]) + f"\n\n{_last_change(past).strip()}"


def _last_change(past: Past) -> str:
    last = of(past, 1).commits
    return f" The last change: {item(past, last[0])}." if last else ""


_KINDS: dict[str, Callable[[Past], str]] = {
    "changes": _changes,
    "last": _last,
    "why": _why,
    "added": added,
    "removed": removed,
    "fixed": fixed,
    "owners": _owners,
    "together": _together,
}
