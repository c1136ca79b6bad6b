"""What a model is shown: numbered passages of files, and where a quote stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.redact import MASK
from workers.answer.cite import Lines
from workers.answer.pack import Packed, shown
from workers.answer.source import Source, Text
from workers.model import estimate

LEAST_QUOTE = 4
"""Letters and digits; a shorter quote stands everywhere."""
MOST_TOKENS = 1_200
"""Of one passage; a longer one is cut."""


@dataclass(frozen=True, slots=True)
class Passage:
    """`shown` is its text with secrets masked; `complete` says whether all of its lines are.
    `mark` cites what is no lines of this commit: another commit."""

    number: int
    lines: Lines
    symbol: str
    shown: str
    complete: bool = True
    mark: Callable[[], str] | None = None


@dataclass(slots=True)
class Evidence:
    """Passages in the order of their numbers, from 1."""

    source: Source
    passages: list[Passage] = field(default_factory=list)

    def add(self, lines: Lines, symbol: str = "") -> Passage | None:
        """The passage, or the one that has it already; None where the commit has no such lines."""
        text = self.source.text(lines.path)
        if text is None or not 1 <= lines.start <= len(text.lines):
            return None
        for known in self.passages:
            if known.complete and known.lines.path == lines.path and _within(lines, known.lines):
                return known
        cut, passed = _cut(text, lines)
        if not passed.strip():
            return None
        passage = Passage(len(self.passages) + 1, cut, symbol, passed)
        self.passages.append(passage)
        return passage

    def add_packed(self, packed: Packed) -> Passage | None:
        """A passage of which only some lines are shown. A quote is looked for in the whole file, so
        what is cited is exact all the same."""
        text = self.source.text(packed.place.path)
        if text is None or not shown(packed.lines, text).strip():
            return None
        passage = Passage(
            len(self.passages) + 1,
            packed.place.lines,
            packed.place.symbol,
            shown(packed.lines, text),
            set(packed.lines) >= set(range(packed.place.start, packed.place.end + 1)),
        )
        self.passages.append(passage)
        return passage

    def add_commit(self, name: str, shown: str, mark: Callable[[], str]) -> Passage:
        """What a commit says and changed, masked already."""
        passage = Passage(len(self.passages) + 1, Lines(name, 0, 0), "", shown, True, mark)
        self.passages.append(passage)
        return passage

    def get(self, number: int) -> Passage | None:
        return self.passages[number - 1] if 1 <= number <= len(self.passages) else None

    def mentions(self, words: re.Pattern[str]) -> bool:
        return any(words.search(passage.shown) for passage in self.passages)

    def find(self, quote: str, passage: Passage) -> Lines | None:
        """The lines that a quote stands in, in the passage's file: within it or else nearest.

        A secret may be quoted as it was shown, masked, but not alone: every mask looks alike.
        """
        text = self.source.text(passage.lines.path)
        if text is None or not is_telling(_squeezed(quote).replace(MASK, "")):
            return None
        found = list(_occurrences(quote, text))
        if not found:
            return None
        start, end = min(found, key=lambda range_: (_distance(range_, passage.lines), range_))
        return Lines(passage.lines.path, start, end)


def says(passage: Passage, quote: str) -> bool:
    """Whether a quote stands in what was shown; what tells nothing is no quote."""
    plain = _squeezed(quote.strip().strip("`"))
    return not is_telling(quote) or plain in _squeezed(passage.shown)


def is_telling(quote: str) -> bool:
    return sum(c.isalnum() for c in quote) >= LEAST_QUOTE


def _within(inner: Lines, outer: Lines) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _cut(text: Text, lines: Lines) -> tuple[Lines, str]:
    """As many lines as fit; at least one, however long."""
    kept: list[str] = []
    tokens = 0
    for line in text.masked[lines.start - 1 : lines.end]:
        tokens += estimate(line)
        if kept and tokens > MOST_TOKENS:
            break
        kept.append(line.rstrip("\r")[: MOST_TOKENS * 3])
    return Lines(lines.path, lines.start, lines.start + len(kept) - 1), "\n".join(kept)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _occurrences(quote: str, text: Text) -> Iterator[tuple[int, int]]:
    """(first line, last line) of each place where the quote stands, white space aside."""
    words = quote.strip().strip("`").split()
    if not words:
        return
    wanted = re.compile(r"\s+".join(map(re.escape, words)))
    whole = "\n".join(text.masked)
    line, before = 1, 0
    found = wanted.search(whole)
    while found:
        line, before = line + whole.count("\n", before, found.start()), found.start()
        yield line, line + found[0].count("\n")
        found = wanted.search(whole, found.start() + 1)


def _distance(range_: tuple[int, int], lines: Lines) -> int:
    return max(lines.start - range_[0], range_[1] - lines.end, 0)
