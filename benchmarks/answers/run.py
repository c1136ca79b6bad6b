"""Asks every question in one process, of an index made as `ponder ask` makes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.answers.cases import Case
from benchmarks.answers.packing import PACKED_KINDS, Given, given
from benchmarks.retrieval import ponder
from benchmarks.stores import stores
from cli import indexing, opened
from core.db import answers, conversations
from core.settings import Settings
from core.stream import Event
from workers.answer.answer import RETRIEVED
from workers.answer.asked import Asked, read_asked
from workers.answer.question import read
from workers.answer.telling import Telling
from workers.context import Context


@dataclass(frozen=True, slots=True)
class Answered:
    """`cited` are all citations in order."""

    case: Case
    text: str
    refused: bool
    cited: list[dict[str, Any]]
    given: list[Given]


@dataclass(frozen=True, slots=True)
class Corpus:
    """One repository, ready to be asked. `asked` has no question yet."""

    context: Context
    asked: Asked

    async def telling(self, question: str) -> Telling:
        """What an answer would be made from; `tell(None)` makes it without a model."""
        read_question = read(question)
        hits = await self.context.searcher.search(
            self.asked.snapshot, read_question.topic, limit=RETRIEVED
        )
        asked = replace(self.asked, row=replace(self.asked.row, question=question))
        settings, database = self.context.settings, self.context.database
        searcher = self.context.searcher
        return Telling(settings, database, searcher, asked, read_question, hits, _unheard)


@asynccontextmanager
async def opened_corpora(work: Path) -> AsyncIterator[Callable[[str], Any]]:
    """Yields a function that makes a corpus ready: it is indexed where it was not before."""
    settings = Settings.from_environment({"PONDER_DATA_DIR": str(work / "stores")})
    with stores(settings) as running:
        async with opened.context(running) as context:

            async def ready(corpus: str) -> Corpus:
                return Corpus(context, await _asked(context, _checkout(work, corpus)))

            yield ready


def _checkout(work: Path, corpus: str) -> Path:
    """One that is there already is indexed already."""
    target = work / "checkouts" / corpus
    return target if (target / ".git").exists() else ponder.checkout(work, corpus)


async def _asked(context: Context, checkout: Path) -> Asked:
    repository = await opened.connect(context, str(checkout))
    await indexing.current(context, repository, "", _unseen)
    repository = await opened.connect(context, str(checkout))
    # An index that was made anew has no vectors until somebody learns them.
    await indexing.embed(context, repository, _unseen)
    async with context.database.tenant(repository.installation_id) as connection:
        conversation = await conversations.start(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
        )
        row = await answers.create(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            conversation_id=conversation.id,
            door="terminal",
            question="",
        )
    return await read_asked(context.database, context.mirrors, row.id)


def _unseen(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches that either."""


async def _unheard(_event: Event) -> None:
    """Nobody watches."""


async def answered(corpus: Corpus, cases: Sequence[Case]) -> list[Answered]:
    return [await _answered(corpus, case) for case in cases]


async def _answered(corpus: Corpus, case: Case) -> Answered:
    telling = await corpus.telling(case.question)
    told = await telling.tell(None)
    cited = [{"path": c.path, "start": c.start_line, "end": c.end_line} for c in told.citations]
    lines = await given(telling, case) if case.gold and case.kind in PACKED_KINDS else []
    return Answered(case, told.text, told.refused, cited, lines)
