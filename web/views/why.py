"""Why this answer: what was found, by which rules, at what cost, and which checks it passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import web

from core.db.answers import Answer
from core.db.repositories import Repository
from core.db.retrieval_logs import Retrieved
from web.standing import repository_page


async def render(
    request: web.Request,
    answer: Answer,
    repository: Repository,
    citations: list[dict[str, Any]],
    retrieved: Sequence[Retrieved],
) -> web.Response:
    here = [each for each in citations if each["commit"] == answer.commit_sha]
    cited = {(each["path"], line) for each in here for line in _lines(each)}
    response = await repository_page(
        request,
        repository,
        "why.html",
        answer=answer,
        # The lines of another commit are no lines of what was found in this one.
        history=[(each, _place(answer, each)) for each in citations if each not in here],
        retrieved=[(row, _url(answer, row), _is_cited(row, cited)) for row in retrieved],
        features=sorted({name for row in retrieved for name in row.features}),
        most=max((row.score for row in retrieved), default=0) or 1,
        back=f"/repositories/{repository.id}/conversations/{answer.conversation_id}"
        f"#answer-{answer.id}",
    )
    response.headers["Vary"] = "Accept"
    return response


def _lines(citation: dict[str, Any]) -> range:
    return range(citation["start_line"], citation["end_line"] + 1)


def _is_cited(row: Retrieved, cited: set[tuple[str, int]]) -> bool:
    return any((row.path, line) in cited for line in range(row.start_line, row.end_line + 1))


def _url(answer: Answer, row: Retrieved) -> str:
    return _at(answer, answer.commit_sha, row.path, f"{row.start_line}-{row.end_line}")


def _place(answer: Answer, citation: dict[str, Any]) -> str:
    lines = f"{citation['start_line']}-{citation['end_line']}"
    return _at(answer, citation["commit"], citation["path"], lines)


def _at(answer: Answer, commit: str, path: str, lines: str) -> str:
    return (
        f"/repositories/{answer.repository_id}/blob/{commit}/{quote(path)}"
        f"?lines={lines}&answer={answer.id}#L{lines.replace('-', '-L')}"
    )
