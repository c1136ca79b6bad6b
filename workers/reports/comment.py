"""An answer as a comment on GitHub: text with permalinks, and one line on how it was made.
The places are listed too, folded away.

Renders templates/comment.md.j2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import jinja2

from core.db import citations, intents, repositories
from core.db.answers import Answer
from core.db.citations import Citation
from core.db.connect import Connection
from core.db.intents import Intent
from core.errors import Skip
from core.github import MAX_BODY
from core.settings import Settings
from workers.answer.telling import WITHOUT_MODEL
from workers.reports.markdown import code, safe

_ROOM = 200
"""Characters for the marker, and for what says that a text was cut."""

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


async def comment_intent(connection: Connection, settings: Settings, answer: Answer) -> Intent:
    """Store what is to be written for an answer that was asked for on GitHub, once."""
    repository = await repositories.get(connection, answer.repository_id)
    if repository is None:
        raise Skip("the repository was removed meanwhile")
    cited = await citations.of_answer(connection, answer.id)
    web_url = f"{settings.github_url}/{repository.name}"
    key = f"answer:{answer.id}"
    added = await intents.add(
        connection,
        installation_id=answer.installation_id,
        repository_id=answer.repository_id,
        key=key,
        kind="comment",
        target=answer.target,
        body=render(answer, cited, public_url=settings.public_url, web_url=web_url),
    )
    intent = added or await intents.by_key(connection, key)
    assert intent is not None
    return intent


def render(answer: Answer, cited: Sequence[Citation], *, public_url: str, web_url: str) -> str:
    """The comment's Markdown, short enough for GitHub. `web_url` is the repository's page."""
    why = f"{public_url}/answers/{answer.id}/why"
    text = answer.text
    while len(body := _rendered(answer, text, cited, why, web_url)) > MAX_BODY - _ROOM:
        if len(text) < _ROOM:
            cited = cited[: len(cited) // 2]
        text = text[: int(len(text) * 0.9)]
    return body


def _rendered(answer: Answer, text: str, cited: Sequence[Citation], why: str, web_url: str) -> str:
    links = {citation.ordinal: _target(citation.url) for citation in cited}
    notice = safe(" ".join(answer.notice.split()), {})
    cut = f"\n\n… [the whole answer]({why})" if len(text) < len(answer.text) else ""
    body = _TEMPLATE.render(
        text=safe(text.strip(), links) + cut if text.strip() else notice,
        notice=notice if text.strip() and _says_more(answer) else "",
        sources=[Source(c.ordinal, _source(c)) for c in cited],
        footer=_footer(answer, why, web_url),
    )
    return re.sub(r"\n{3,}", "\n\n", body).strip() if "```" not in body else body.strip()


def _says_more(answer: Answer) -> bool:
    """Than the footer, which has 'no model used' already."""
    return not answer.refused and answer.notice != WITHOUT_MODEL


def _source(citation: Citation) -> str:
    lines = (
        f"line {citation.start_line}"
        if citation.start_line == citation.end_line
        else f"lines {citation.start_line}–{citation.end_line}"
    )
    return f"[{code(citation.path)} {lines}]({_target(citation.url)})"


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
