"""One commit in an answer: when, whose, what it says and touched, and the lines that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.db.commits import Share
from workers import git
from workers.answer.history_cite import CommitCitations, Deed, deed
from workers.answer.history_place import Where
from workers.answer.history_span import Resolved
from workers.answer.safe import code, prose
from workers.answer.wording import joined, quote, sentences
from workers.git import CommitLines, CommitTold, Found, Hunk, Span


@dataclass(frozen=True, slots=True)
class Seen:
    """A commit, the hunk that shows it best, and the text that its citation begins at."""

    commit: CommitTold
    hunk: Hunk
    head: str


@dataclass(frozen=True, slots=True)
class Past:
    """What an answer is made from; `told` fills with the commits that it tells of, by their names.
    `commit` is the one that is asked about, `words` those of the
    question, `shares` who wrote the place, `partners` what changed together with it, how often and
    of how often."""

    kind: str
    mirror: Path
    commit: str
    where: Where
    within: Resolved
    words: tuple[str, ...]
    shares: Sequence[Share] = ()
    partners: Sequence[tuple[str, int, int]] = ()
    asks_why: bool = False
    citations: CommitCitations = field(kw_only=True)
    told: dict[str, Seen] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What is asked about: the place, where it was named, else the words."""
        if self.where.words or not self.where.said:
            return " ".join(code(word.strip("`")) for word in self.words)
        return self.where.said


def of(past: Past, limit: int) -> Found:
    """Commits of the place and the span, newest first."""
    return of_place(past, past.within.span, limit)


def of_place(past: Past, span: Span, limit: int) -> Found:
    """Lines are followed from what they are now, so in a span that ends earlier it is their file
    that counts."""
    where = past.where
    if where.is_lines and span.commit == past.commit:
        lines = CommitLines(where.paths[0], where.start, where.end)
        found = git.of_lines(past.mirror, span, lines, limit)
        if found.commits or found.whole:
            return found
    return git.of_paths(past.mirror, span, where.paths, limit)


def named(commit: CommitTold) -> str:
    return f"{code(commit.sha[:9])} on {commit.committed_at:%Y-%m-%d}"


def item(past: Past, commit: CommitTold) -> str:
    return (
        f"{code(commit.sha[:9])} ({commit.committed_at:%Y-%m-%d}, {prose(commit.author)}): "
        f"{quote(commit.subject)}{evidence(past, commit)}"
    )


def evidence(past: Past, commit: CommitTold, name: str = "") -> str:
    """What a commit touched in the place, and the mark of the lines that show it."""
    done = deed(past.mirror, commit, past.where.paths, name or past.where.name)
    if done.hunk is None:
        return ""
    head = past.where.head or name or past.where.name
    past.told[commit.sha] = Seen(commit, done.hunk, head)
    mark = past.citations.mark(commit, done.hunk, head)
    return f", {_touched(done, past.where)}{f' {mark}' if mark else ''}"


def _touched(done: Deed, where: Where) -> str:
    """'`def call(` in `retry.py`, +12 −3'; what the question names is not said again."""
    lines = f"+{done.added} −{done.deleted}"
    shown = [code(path) for path in done.paths[:2]]
    more = len(done.paths) - len(shown)
    paths = joined([*shown, f"{more} more"] if more else shown)
    within = done.hunk.within.rstrip(":{ ")[:80] if done.hunk and len(done.paths) == 1 else ""
    if done.paths == where.paths and (where.start or not within):
        return lines
    if done.paths == where.paths:
        return f"in {code(within)}, {lines}"
    return f"{code(within)} in {paths}, {lines}" if within else f"{paths}, {lines}"


def because(commit: CommitTold) -> str:
    """The first sentences of what follows the subject: there people say why."""
    said = quote(" ".join(sentences(commit.body)[:2]))
    if said == quote(""):
        return ""
    return f" It says: {said}" if said[-2] in ".!?…" else f" It says: {said}."


def stems(words: Sequence[str]) -> list[str]:
    """What words begin with in all their forms, roughly."""
    return [word.strip("`")[: max(4, len(word) - 3)] for word in words][:4]


def speaks(commit: CommitTold, words: Sequence[str]) -> bool:
    """Whether a commit's message has one of the words."""
    message = commit.message.lower()
    return any(stem.lower() in message for stem in stems(words) if len(stem) > 2)
