"""A question with its answer and sources, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import UUID

from aiohttp import web
from markupsafe import Markup

from core.db import answers, blobs, citations, feedback
from core.db.answers import Answer
from core.db.citations import Anchor, Citation
from core.db.connect import Connection
from core.db.feedback import Feedback
from core.db.repositories import Repository
from web import keys
from web.access import viewer
from web.code import dedented
from web.markdown import to_html
from web.page import fragment
from web.shown import moved_to

_PREVIEW_LINES = 14


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    html: Markup


@dataclass(frozen=True, slots=True)
class Source:
    """`url` opens the code viewer; `lines` is how the cited place begins; `now` is where the lines
    are by now and how to get there, None where they have not moved."""

    citation: Citation
    url: str
    language: str
    lines: list[Line]
    now: tuple[str, str] | None = None

    @property
    def more(self) -> int:
        return max(0, self.citation.end_line - self.citation.start_line + 1 - len(self.lines))


@dataclass(frozen=True, slots=True)
class Exchange:
    answer: Answer
    html: Markup
    sources: list[Source]
    feedback: Feedback | None


async def exchange_html(request: web.Request, repository: Repository, answer_id: UUID) -> str:
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        answer = await answers.get(connection, answer_id)
        assert answer is not None
        exchange = await exchange_of(request, connection, answer)
    return fragment(request, "exchange.html", exchange=exchange, repository=repository)


async def exchange_of(request: web.Request, connection: Connection, answer: Answer) -> Exchange:
    cited = await citations.of_answer(connection, answer.id)
    moved = {
        ordinal: _now(answer, anchor)
        for ordinal, anchor in (await moved_to(connection, answer, cited)).items()
    }
    sources = [
        replace(await _source(request, connection, answer, each), now=moved.get(each.ordinal))
        for each in cited
    ]
    links = {each.ordinal: f"#source-{answer.id}-{each.ordinal}" for each in cited}
    return Exchange(
        answer,
        Markup(to_html(answer.text, links)),  # noqa: S704 - cleaned by nh3
        sources,
        await feedback.of_answer(connection, answer.id, viewer(request).actor),
    )


def _now(answer: Answer, anchor: Anchor) -> tuple[str, str]:
    """As people read it, and how to get there."""
    lines = f"{anchor.start_line}–{anchor.end_line}"
    return f"{anchor.path}:{lines}", code_url(answer.repository_id, anchor, answer.id)


async def _source(
    request: web.Request, connection: Connection, answer: Answer, citation: Citation
) -> Source:
    blob = await blobs.text_of(connection, citation.blob_id) if citation.blob_id else None
    url = code_url(answer.repository_id, citation, answer.id)
    if blob is None:
        return Source(citation, url, "", [])
    lines = await request.app[keys.HIGHLIGHTER].lines(blob, citation.path)
    first = citation.start_line
    shown = lines[first - 1 : min(citation.end_line, first + _PREVIEW_LINES - 1)]
    return Source(citation, url, blob.language, numbered(dedented(shown), first))


def numbered(lines: list[str], first: int = 1) -> list[Line]:
    """Lines of `web.code`, which escaped them."""
    return [Line(first + n, Markup(html)) for n, html in enumerate(lines)]  # noqa: S704


def code_url(repository_id: int, citation: Citation | Anchor, answer_id: UUID) -> str:
    """The viewer's page at the cited lines, from where a link leads back to the answer."""
    lines = f"{citation.start_line}-{citation.end_line}"
    return (
        f"/repositories/{repository_id}/blob/{citation.commit_sha}/{quote(citation.path)}"
        f"?lines={lines}&answer={answer_id}#L{lines.replace('-', '-L')}"
    )
