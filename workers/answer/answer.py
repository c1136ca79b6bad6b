"""Answer one question: retrieve, answer with a model or without, check, store, tell."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from core.db import answers, citations, files, retrieval_logs
from core.db.answers import Answer, Finished
from core.db.citations import Citation
from core.db.connect import Database
from core.db.retrieval_logs import Retrieved
from core.settings import Settings
from core.stream import Event
from workers import git
from workers.answer.asked import Asked, read_asked
from workers.answer.cite import Citations
from workers.answer.extractive import compose
from workers.answer.followup import resolve
from workers.answer.gather import gather
from workers.answer.question import LONGEST, Question, read
from workers.answer.refusal import judge, refusal
from workers.answer.replies import GREETINGS
from workers.answer.source import Source
from workers.model import Endpoint

if TYPE_CHECKING:
    from workers.retrieve.search import Hit, Searcher

Emit = Callable[[Event], Awaitable[None]]

RETRIEVED = 20
WITHOUT_MODEL = "Made without a model, from what the code says of itself."


@dataclass(slots=True)
class Told:
    """An answer before it is stored. `notices` are sentences."""

    text: str
    citations: list[Citation] = field(default_factory=list)
    refused: bool = False
    notices: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0


async def answer(
    *,
    settings: Settings,
    database: Database,
    searcher: Searcher,
    endpoint: Endpoint | None,
    mirrors: Path,
    answer_id: UUID,
    emit: Emit,
) -> Answer:
    """Answer a pending question, store the answer with its provenance, and tell the doors.

    Raise UserError where its ref is not indexed or names nothing.
    """
    started = time.monotonic()
    asked = await read_asked(database, mirrors, answer_id)
    question = resolve(read(asked.row.question), asked.earlier)
    hits: Sequence[Hit] = ()
    if question.shape in GREETINGS:
        told = Told(GREETINGS[question.shape].format(name=asked.repository.name))
    else:
        await emit({"type": "status", "text": f"Searching {asked.repository.name}"})
        hits = await searcher.search(
            asked.snapshot, question.text, limit=RETRIEVED, history=asked.history
        )
        told = await _told(settings, database, asked, question, hits)
    if question.cut:
        told.notices.append(f"Only the first {LONGEST} characters of the question were read.")
    finished = _finished(asked, told, searcher.policy_version, time.monotonic() - started)
    await _store(database, asked, finished, told.citations, hits)
    await _tell(emit, asked, told)
    async with database.tenant(asked.row.installation_id) as connection:
        stored = await answers.get(connection, answer_id)
    assert stored is not None
    return stored


async def _told(
    settings: Settings,
    database: Database,
    asked: Asked,
    question: Question,
    hits: Sequence[Hit],
) -> Told:
    verdict = judge(question, hits)
    if verdict.refuse:
        return Told(await refusal(database, asked, question, hits, verdict), refused=True)
    cited = _citations(settings, asked)
    material = await gather(
        database, asked, question, hits, cited.source, confident=verdict.confident
    )
    text = compose(material, cited)
    if not text:
        return Told(await refusal(database, asked, question, hits, verdict), refused=True)
    return Told(
        text,
        await _with_blobs(database, asked, cited.cited),
        notices=[WITHOUT_MODEL],
        passed=cited.passed,
        failed=cited.failed,
    )


async def _with_blobs(
    database: Database, asked: Asked, cited: Sequence[Citation]
) -> list[Citation]:
    """The stored text of a cited file lives as long as the answer does."""
    async with database.tenant(asked.row.installation_id) as connection:
        known = {
            path: await files.at(connection, asked.snapshot.id, path)
            for path in {citation.path for citation in cited}
        }
    return [replace(c, blob_id=file.blob_id if (file := known[c.path]) else None) for c in cited]


def _citations(settings: Settings, asked: Asked) -> Citations:
    permalink = partial(
        git.permalink,
        asked.repository,
        github_url=settings.github_url,
        public_url=settings.public_url,
        commit=asked.snapshot.commit_sha,
    )
    source = Source(asked.mirror, asked.snapshot.commit_sha)
    return Citations(source, permalink)


def _finished(asked: Asked, told: Told, policy_version: str, seconds: float) -> Finished:
    return Finished(
        snapshot_id=asked.snapshot.id,
        commit_sha=asked.snapshot.commit_sha,
        text=told.text,
        refused=told.refused,
        notice=" ".join(told.notices),
        model="",
        policy_version=policy_version,
        propensity=1.0,
        prompt_hash="",
        prompt_tokens=0,
        completion_tokens=0,
        cost_usd=0.0,
        checks_passed=told.passed,
        checks_failed=told.failed,
        seconds=seconds,
    )


async def _store(
    database: Database,
    asked: Asked,
    finished: Finished,
    cited: Sequence[Citation],
    hits: Sequence[Hit],
) -> None:
    """All of it or nothing: an answer without its provenance is not an answer."""
    row = asked.row
    log = [
        Retrieved(rank, hit.path, hit.start_line, hit.end_line, hit.symbol, hit.score, hit.features)
        for rank, hit in enumerate(hits, 1)
    ]
    async with database.tenant(row.installation_id) as connection:
        await answers.finish(connection, row.id, finished)
        await citations.add(connection, row.installation_id, row.id, cited)
        await retrieval_logs.add(connection, row.installation_id, row.id, log)


async def _tell(emit: Emit, asked: Asked, told: Told) -> None:
    await emit({"type": "replace", "text": told.text})
    await emit({"type": "citations", "citations": [event_of(c) for c in told.citations]})
    await emit({"type": "done", "answer_id": str(asked.row.id)})


def event_of(citation: Citation) -> Event:
    return {
        "number": citation.ordinal,
        "path": citation.path,
        "start_line": citation.start_line,
        "end_line": citation.end_line,
        "commit": citation.commit_sha,
        "url": citation.url,
    }
