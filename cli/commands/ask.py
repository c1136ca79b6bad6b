"""Ask a question about a repository, and read the answer with the code it cites."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import TYPE_CHECKING, Any

from cli import opened
from cli.progress import shown
from core.errors import UserError
from core.settings import Settings

if TYPE_CHECKING:
    from cli.show import Streamed
    from core.db.answers import Answer
    from core.db.citations import Citation
    from core.db.repositories import Repository
    from workers.context import Context

HELP = "ask a question about a repository"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo", metavar="REPO", help="a path, a git URL or owner/name")
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--ref", default="", help="another branch, tag or commit")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    if not arguments.question.strip():
        raise UserError("Ask something, for example: ponder ask . 'Where does it start?'")
    with stores(opened.settings()) as settings:
        asyncio.run(_ask(arguments, settings))
    return 0


async def _ask(arguments: argparse.Namespace, settings: Settings) -> None:
    from cli import indexing, show

    async with opened.context(settings) as context:
        repository = await opened.connect(context, arguments.repo)
        with shown() as progress:
            await indexing.current(context, repository, arguments.ref, progress)
        pending = await _create(context, repository, arguments)
        with show.streamed(quiet=arguments.json) as streamed:
            await _answer(context, pending, streamed)
        answer, citations = await _stored(context, pending)
        if answer.state == "failed":
            raise UserError(answer.notice)
        if arguments.json:
            print(json.dumps(_document(repository, answer, citations), ensure_ascii=False))
        else:
            cited = show.cited(context, repository, citations, answer.commit_sha)
            show.answer(answer, cited)


async def _create(
    context: Context, repository: Repository, arguments: argparse.Namespace
) -> Answer:
    from core.db import answers, conversations

    installation = repository.installation_id
    async with context.database.tenant(installation) as connection:
        conversation = await conversations.start(
            connection, installation_id=installation, repository_id=repository.id
        )
        return await answers.create(
            connection,
            installation_id=installation,
            repository_id=repository.id,
            conversation_id=conversation.id,
            door="terminal",
            question=arguments.question.strip(),
            ref=arguments.ref,
        )


async def _answer(context: Context, pending: Answer, streamed: Streamed) -> None:
    from workers.answer.answer import answer

    await answer(
        settings=context.settings,
        database=context.database,
        searcher=context.searcher,
        endpoint=context.endpoint,
        mirrors=context.mirrors,
        answer_id=pending.id,
        emit=streamed.event,
    )


async def _stored(context: Context, pending: Answer) -> tuple[Answer, list[Citation]]:
    from core.db import answers, citations

    async with context.database.tenant(pending.installation_id) as connection:
        answer = await answers.get(connection, pending.id)
        assert answer is not None
        return answer, await citations.of_answer(connection, pending.id)


def _document(repository: Repository, answer: Answer, citations: list[Citation]) -> dict[str, Any]:
    return {
        "answer_id": str(answer.id),
        "repository": repository.name,
        "commit": answer.commit_sha,
        "answer": answer.text,
        "refused": answer.refused,
        "notice": answer.notice,
        "citations": [
            {
                "path": citation.path,
                "start_line": citation.start_line,
                "end_line": citation.end_line,
                "commit": citation.commit_sha,
                "url": citation.url,
            }
            for citation in citations
        ],
        "checks_passed": answer.checks_passed,
        "checks_failed": answer.checks_failed,
        "policy_version": answer.policy_version,
        "model": answer.model,
        "seconds": round(answer.seconds, 3),
    }
