"""A model's statements, checked against the commit: what cannot be found is removed or marked."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field

from core.db import files, symbol_graph
from core.db.connect import Database
from workers.answer.asked import Asked
from workers.answer.cite import Citations, Lines
from workers.answer.evidence import Evidence, Passage, is_telling, says
from workers.answer.reply import Reference, Statement
from workers.answer.safe import prose
from workers.answer.scrub import parts_of, paths_in, scrub, symbols_in

UNSUPPORTED = "*(no evidence found)*"
_FEW_WORDS = 4
"""'In short:' and the like claim nothing."""


@dataclass(slots=True)
class Known:
    """What a statement may name: files of the snapshot, names that it defines or uses, and whatever
    the question or the evidence says."""

    database: Database
    asked: Asked
    question: str
    evidence: Evidence
    _paths: dict[str, bool] = field(default_factory=dict)
    _names: dict[str, bool] = field(default_factory=dict)

    async def look_up(self, text: str) -> None:
        """Read what `path` and `symbol` need to know about the text: a reader waits for it."""
        await self._look_up_paths({_bare(path) for path in paths_in(text)} - self._paths.keys())
        names = {part for symbol in symbols_in(text) for part in parts_of(symbol)}
        await self._look_up_names(names - self._names.keys())

    async def _look_up_paths(self, paths: Set[str]) -> None:
        if paths:
            async with self.database.tenant(self.asked.row.installation_id) as connection:
                there = await files.ending_with(connection, self.asked.snapshot.id, sorted(paths))
            self._paths |= {path: path in there for path in paths}

    async def _look_up_names(self, names: Set[str]) -> None:
        if names:
            async with self.database.tenant(self.asked.row.installation_id) as connection:
                there = await symbol_graph.exists(
                    connection, self.asked.repository.id, sorted(names)
                )
            self._names |= {name: name in there for name in names}

    def path(self, path: str) -> bool:
        """People leave out the beginning of a path."""
        return self._paths.get(_bare(path), False) or self._said(path)

    def symbol(self, symbol: str) -> bool:
        """Each part on its own: a variable may hold what has the method."""
        return all(self._names.get(part) or self._said(part) for part in parts_of(symbol))

    def _said(self, words: str) -> bool:
        whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        return bool(whole.search(self.question)) or self.evidence.mentions(whole)


def _bare(path: str) -> str:
    return path.removeprefix("./").removeprefix("/")


@dataclass(slots=True)
class Checker:
    """Makes Markdown of statements, one by one. `supported` counts those with a citation."""

    evidence: Evidence
    citations: Citations
    known: Known
    text: str = ""
    supported: int = 0

    async def add(self, statement: Statement) -> str:
        """What to append to the text, which has no mark that is not checked."""
        await self.known.look_up(statement.text)
        scrubbed = scrub(statement.text, path_known=self.known.path, symbol_known=self.known.symbol)
        self.citations.failed += scrubbed.failed
        said = prose(scrubbed.text)
        marks = self._marks(statement.references)
        if marks:
            self.supported += 1
            said = _with_marks(said, marks)
        elif len(statement.text.split()) >= _FEW_WORDS:
            self.citations.failed += not statement.references
            said = f"{said} {UNSUPPORTED}"
        between = ("\n\n" if statement.new_paragraph else " ") if self.text else ""
        self.text += between + said
        return between + said

    def _marks(self, references: tuple[Reference, ...]) -> list[str]:
        marks = []
        for reference in references:
            mark = self._mark(reference)
            self.citations.failed += mark is None
            marks.append(mark)
        return list(dict.fromkeys(filter(None, marks)))

    def _mark(self, reference: Reference) -> str | None:
        """None where the quote stands nowhere; '' where it was found and could not be cited."""
        passage = self.evidence.get(reference.number)
        if passage is None:
            return None
        if passage.mark:
            return passage.mark() if says(passage, reference.quote) else None
        lines = self._lines(reference, passage)
        return self.citations.mark(lines) if lines else None

    def _lines(self, reference: Reference, passage: Passage) -> Lines | None:
        """The lines of the quote, or of the passage where nothing is quoted."""
        if not is_telling(reference.quote):
            return passage.lines
        return self.evidence.find(reference.quote, passage)


def _with_marks(said: str, marks: list[str]) -> str:
    """Before the full stop. A colon right behind a mark would make it something else."""
    if said and said[-1] in ".!?" and said[-2:-1] not in (".", "\\"):
        return f"{said[:-1]} {''.join(marks)}{said[-1]}"
    return f"{said} {''.join(marks)}"
