"""Answer one question: retrieve, answer with a model or without, check, store, tell."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from core.db import answers, citations, retrieval_logs
from core.db.answers import Answer, Finished
from core.db.citations import Citation
from core.db.connect import Database
from core.db.retrieval_logs import Retrieved
from core.settings import Settings
from core.stream import Event
from workers.answer.asked import Asked, read_asked
from workers.answer.followup import resolve
from workers.answer.history import told_from_history
from workers.answer.question import LONGEST, read
from workers.answer.replies import GREETINGS
from workers.answer.safe import code
from workers.answer.telling import Emit, Telling, Told
from workers.model import Endpoint
from workers.retrieve.search import Hit, Searcher

RETRIEVED = 20


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
        told = Told(GREETINGS[question.shape].format(name=code(asked.repository.name)))
    else:
        await emit({"type": "status", "text": f"Searching {asked.repository.name}"})
        hits = await searcher.search(
            asked.snapshot,
            question.topic,
            limit=RETRIEVED,
            # The words of earlier questions would outweigh the few of one that has its own subject.
            history=asked.history if question.refers_back else (),
            cited_files=asked.cited_files,
        )
        telling = Telling(settings, database, searcher, asked, question, hits, emit)
        chatting = endpoint if endpoint and endpoint.chat_model else None
        told = await told_from_history(telling, chatting) or await telling.tell(chatting)
    if question.cut:
        told.notices.append(f"Only the first {LONGEST} characters of the question were read.")
    finished = _finished(asked, told, searcher.policy_version, time.monotonic() - started)
    await _store(database, asked, finished, told.citations, hits)
    await _tell(emit, asked, told)
    async with database.tenant(asked.row.installation_id) as connection:
        stored = await answers.get(connection, answer_id)
    assert stored is not None
    return stored


def _finished(asked: Asked, told: Told, policy_version: str, seconds: float) -> Finished:
    return Finished(
        snapshot_id=asked.snapshot.id,
        commit_sha=asked.snapshot.commit_sha,
        text=told.text,
        refused=told.refused,
        notice=" ".join(told.notices),
        model=told.model,
        policy_version=policy_version,
        propensity=1.0,
        prompt_hash=told.prompt_hash,
        prompt_tokens=told.usage.prompt_tokens,
        completion_tokens=told.usage.completion_tokens,
        cost_usd=told.usage.cost_usd,
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
