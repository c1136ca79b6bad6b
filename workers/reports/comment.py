"""An answer as a comment on GitHub: text with permalinks, and one line on how it was made.
The places are listed too, folded away.

Renders templates/comment.md.j2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

import jinja2

from core.db import answers, citations, commits, intents, repositories
from core.db.answers import Answer
from core.db.citations import Citation
from core.db.connect import Connection
from core.db.work import Work
from core.errors import Skip
from core.settings import Settings
from workers.answer.history import WITHOUT_MODEL as FROM_HISTORY
from workers.answer.telling import WITHOUT_MODEL
from workers.reports.fit import MAX_BODY
from workers.reports.markdown import code, safe

_ROOM = 200
"""Characters for the marker, and for what says that a text was cut."""

_SHA = re.compile(r"(?<![`\[])`([0-9a-f]{9})`(?!`)")
_TEMPLATE = jinja2.Environment(
    loader=jinja2.PackageLoader("workers.reports"),
    autoescape=False,  # noqa: S701 - Markdown; what comes from outside goes through markdown.safe
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
).get_template("comment.md.j2")


@dataclass(frozen=True, slots=True)
class Source:
    ordinal: int
    link: str


async def reply_to(connection: Connection, settings: Settings, answer: Answer) -> list[Work]:
    """Intend the reply to what was asked on GitHub; return the work to wake."""
    repository = await repositories.get(connection, answer.repository_id)
    if repository is None:
        raise Skip("the repository was removed meanwhile")
    cited = await citations.of_answer(connection, answer.id)
    web_url = f"{settings.github_url}/{repository.name}"
    body = render(
        answer,
        cited,
        public_url=settings.public_url,
        web_url=web_url,
        named=await commits.named(connection, answer.repository_id, _shas(answer.text)),
    )
    return await intents.intend(
        connection,
        repository,
        key=_key(answer),
        kind="reply" if "root_id" in answer.target else "comment",
        target=answer.target,
        content={"body": body},
        urgent=True,
    )


def _key(answer: Answer) -> str:
    """An answer to a question that was edited takes the place of the one before."""
    return f"answer:{answer.target.get('said_as', answer.id)}"


async def correct(connection: Connection, settings: Settings, answer_id: UUID) -> list[Work]:
    """Edit the comment that shows an answer on GitHub: it says now what changed since. One that was
    never written, or that a person deleted, is not written for that."""
    answer = await answers.get(connection, answer_id)
    if answer is None or answer.door != "github" or answer.target.get("withdrawn"):
        return []
    written = await intents.by_key(connection, _key(answer))
    if written is None or written.state not in ("open", "done"):
        return []
    return await reply_to(connection, settings, answer)


def _shas(text: str) -> list[str]:
    return _SHA.findall(text)


def render(
    answer: Answer,
    cited: Sequence[Citation],
    *,
    public_url: str,
    web_url: str,
    named: Mapping[str, str] | None = None,
) -> str:
    """The comment's Markdown, short enough for GitHub. `web_url` is the repository's page, `named`
    says which commits are there of those that the text names."""
    why = f"{public_url}/answers/{answer.id}/why"
    text = answer.text
    there = {sha: sha for sha in _shas(answer.stale)} | dict(named or {})
    commit_urls = {prefix: _target(f"{web_url}/commit/{sha}") for prefix, sha in there.items()}
    while (
        len(body := _linked(_rendered(answer, text, cited, why, web_url), commit_urls))
        > MAX_BODY - _ROOM
    ):
        if len(text) < _ROOM:
            cited = cited[: len(cited) // 2]
        text = text[: int(len(text) * 0.9)]
    return body


def _rendered(answer: Answer, text: str, cited: Sequence[Citation], why: str, web_url: str) -> str:
    links = {citation.ordinal: _target(citation.url) for citation in cited}
    notice = safe(" ".join(answer.notice.split()), {})
    cut = f"\n\n… [the whole answer]({why})" if len(text) < len(answer.text) else ""
    body = _TEMPLATE.render(
        stale=safe(" ".join(answer.stale.split()), {}),
        text=safe(text.strip(), links) + cut if text.strip() else notice,
        notice=notice if text.strip() and _says_more(answer) else "",
        sources=[Source(c.ordinal, _source(c, answer.commit_sha)) for c in cited],
        footer=_footer(answer, why, web_url),
    )
    return re.sub(r"\n{3,}", "\n\n", body).strip() if "```" not in body else body.strip()


def _linked(body: str, commit_urls: Mapping[str, str]) -> str:
    """Commits that are there lead to their page, where they stand as code."""
    return _SHA.sub(
        lambda match: (
            f"[{match[0]}]({commit_urls[match[1]]})" if match[1] in commit_urls else match[0]
        ),
        body,
    )


def _says_more(answer: Answer) -> bool:
    """Than the footer, which has 'no model used' already."""
    return not answer.refused and answer.notice not in (WITHOUT_MODEL, FROM_HISTORY)


def _source(citation: Citation, commit: str) -> str:
    lines = (
        f"line {citation.start_line}"
        if citation.start_line == citation.end_line
        else f"lines {citation.start_line}–{citation.end_line}"
    )
    at = "" if citation.commit_sha == commit else f" at {citation.commit_sha[:9]}"
    return f"[{code(citation.path)} {lines}{at}]({_target(citation.url)})"


def _target(url: str) -> str:
    """A link's target that ends where it should: a path may hold any character."""
    return quote(url, safe=":/?#@!$&*+,;=%~-._")


def _footer(answer: Answer, why: str, web_url: str) -> list[str]:
    parts = []
    if answer.commit_sha:
        sha = answer.commit_sha
        parts.append(f"commit [{sha[:7]}]({_target(f'{web_url}/commit/{sha}')})")
    if answer.state == "done":
        parts.append(code(answer.model) if answer.model else "no model used")
        parts.append(_checks(answer))
        parts.append(f"[Why this answer?]({why})")
    return [part for part in parts if part]


def _checks(answer: Answer) -> str:
    checked = answer.checks_passed + answer.checks_failed
    if not checked:
        return ""
    removed = f", {answer.checks_failed} removed" if answer.checks_failed else ""
    return f"{answer.checks_passed} of {checked} citations checked true{removed}"
