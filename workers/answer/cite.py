"""Citations of one answer: each is read in git before it gets its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from core.db.citations import Citation
from workers.answer.source import Source, text_hash

LONGEST = 60
"""Lines of a citation; more is not a place but a file."""

Permalink = Callable[[str, int, int], str]


@dataclass(frozen=True, slots=True)
class Lines:
    """A range of lines of a file, 1-based and inclusive."""

    path: str
    start: int
    end: int


@dataclass(slots=True)
class Citations:
    """Numbers citations in the order in which they are first used, and counts the checks."""

    source: Source
    permalink: Permalink
    cited: list[Citation] = field(default_factory=list)
    passed: int = 0
    failed: int = 0

    def mark(self, lines: Lines, *, says: str = "") -> str:
        """`[n]` for these lines, or '' where the commit does not have them or `says` does not stand
        in them. Nothing else makes a mark, so no mark is without a checked citation."""
        citation = self._checked(lines, says)
        if citation is None:
            self.failed += 1
            return ""
        self.passed += 1
        return f"[{citation.ordinal}]"

    def _checked(self, lines: Lines, says: str) -> Citation | None:
        text = self.source.text(lines.path)
        if text is None or not 1 <= lines.start <= lines.end <= len(text.lines):
            return None
        end = min(lines.end, lines.start + LONGEST - 1)
        cited = text.between(lines.start, end)
        if not cited.strip() or says not in cited:
            return None
        return self._numbered(Lines(lines.path, lines.start, end), cited)

    def _numbered(self, lines: Lines, cited: str) -> Citation:
        for known in self.cited:
            at = (known.commit_sha, known.path, known.start_line, known.end_line)
            if at == (self.source.commit, lines.path, lines.start, lines.end):
                return known
        citation = Citation(
            ordinal=len(self.cited) + 1,
            path=lines.path,
            start_line=lines.start,
            end_line=lines.end,
            commit_sha=self.source.commit,
            blob_id=None,
            text_hash=text_hash(cited),
            url=self.permalink(lines.path, lines.start, lines.end),
        )
        self.cited.append(citation)
        return citation
