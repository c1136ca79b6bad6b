"""Citations of several commits in one answer: lines that a commit brought, as they were after it,
or lines that it took away, as they were before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.db.citations import Citation
from workers import git
from workers.answer.cite import LONGEST, Citations, Lines, Permalink
from workers.answer.source import Source
from workers.git import CommitTold, Hunk


@dataclass(slots=True)
class CommitCitations:
    """`permalink` makes that of a commit. Numbers run through all commits."""

    mirror: Path
    permalink: Callable[[str], Permalink]
    cited: list[Citation] = field(default_factory=list)
    _of: dict[str, Citations] = field(default_factory=dict)

    @property
    def passed(self) -> int:
        return sum(each.passed for each in self._of.values())

    @property
    def failed(self) -> int:
        return sum(each.failed for each in self._of.values())

    def at(self, commit: str) -> Citations:
        if commit not in self._of:
            source = Source(self.mirror, commit)
            self._of[commit] = Citations(source, self.permalink(commit), self.cited)
        return self._of[commit]

    def mark(self, commit: CommitTold, hunk: Hunk, name: str = "") -> str:
        """`[n]` for what a commit changed; '' where neither side can be shown. Of many lines, those
        from the name on."""
        if hunk.path and hunk.added:
            end = hunk.start + hunk.added - 1
            start = hunk.start + (_line_of(name, hunk) if hunk.added > LONGEST else 0)
            return self.at(commit.sha).mark(Lines(hunk.path, min(start, end), end))
        if hunk.old_path and hunk.deleted and commit.parent:
            end = hunk.old_start + hunk.deleted - 1
            return self.at(commit.parent).mark(Lines(hunk.old_path, hunk.old_start, end))
        return ""


def _line_of(name: str, hunk: Hunk) -> int:
    """How many of the lines that came stand before the first that has the name."""
    came = [line for line in hunk.text.split("\n") if line.startswith("+")]
    return next((number for number, line in enumerate(came) if name and name in line), 0)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a commit did to a place: the hunk that shows it best, and the lines that came and went
    in the paths that the question is about."""

    hunk: Hunk | None
    paths: tuple[str, ...]
    added: int
    deleted: int


def deed(mirror: Path, commit: CommitTold, paths: tuple[str, ...], name: str = "") -> Deed:
    """`paths` are names of now, `name` that of a definition. Where the commit knows the paths by
    other names, all that it changed is looked at."""
    found = git.hunks(mirror, commit.sha, paths) if paths else []
    found = found or git.hunks(mirror, commit.sha)
    best = max(found, key=lambda hunk: _worth(hunk, name), default=None)
    touched = tuple(dict.fromkeys(hunk.path or hunk.old_path for hunk in found))
    return Deed(best, touched, sum(h.added for h in found), sum(h.deleted for h in found))


def is_prose(hunk: Hunk) -> bool:
    """Documents, changelogs and tests tell of a change, and are not it."""
    path = hunk.path or hunk.old_path
    return path.rpartition(".")[2] in ("md", "rst", "txt", "lock") or "test" in path


def _worth(hunk: Hunk, name: str) -> tuple[bool, bool, bool, int]:
    """Code before prose, and what changed most; the name that was asked for above all."""
    named = bool(name) and (name in hunk.within or name in hunk.text)
    code = not is_prose(hunk)
    return named and code, named, code, min(hunk.added + hunk.deleted, 60)
