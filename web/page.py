"""Rendering of pages: Jinja2 with autoescape, and what every page shows."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

import jinja2
from aiohttp import web
from markupsafe import Markup, escape

from core.db.thoughts import pull_of
from web import keys
from web.viewer import VIEWER


def environment() -> jinja2.Environment:
    """Names that are missing are errors, and everything is escaped."""
    loaded = jinja2.Environment(
        loader=jinja2.PackageLoader("web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    loaded.filters.update(
        ago=ago,
        badge=badge,
        figure=figure,
        grouped=grouped,
        path_quote=quote,
        pull=pull,
        run_status=run_status,
        short=short,
        ticked=ticked,
        took=took,
        words=words,
    )
    loaded.globals["static"] = static_url
    return loaded


def fragment(request: web.Request, template: str, **context: Any) -> str:
    """Part of a page as text."""
    return request.app[keys.TEMPLATES].get_template(template).render(**context)


def page(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    text = fragment(
        request,
        template,
        viewer=request.get(VIEWER),
        local=keys.GITHUB not in request.app,
        status=status,
        **context,
    )
    return web.Response(text=text, status=status, content_type="text/html")


@cache
def static_url(name: str) -> str:
    """An address that changes with the file, so that browsers may keep it for ever."""
    content = resources.files("web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long since, in the words of people."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def badge(count: int) -> str:
    """A count that fits beside a word."""
    return str(count) if count < 1000 else "999+"


def grouped(number: int) -> str:
    """12345 as 12 345, with a thin space that does not break."""
    return f"{number:,}".replace(",", "\u202f")


def pull(ref: str) -> str:
    """Where a finding is, for people: a pull request, or the default branch."""
    return f"pull request #{pull_of(ref)}" if ref else "the default branch"


def short(commit_sha: str) -> str:
    return commit_sha[:9]


def ticked(text: str) -> Markup:
    """A sentence in which `this` is code, and nothing else is marked up."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(_even_ticks(text))
    )


def _even_ticks(text: str) -> list[str]:
    """Split at backticks; the last one that has no partner stays what it is."""
    parts = text.split("`")
    return parts if len(parts) % 2 else [*parts[:-2], "`".join(parts[-2:])]


def words(name: str) -> str:
    """A name of the code, such as a Thought's, for people."""
    return name.replace("_", " ").capitalize()


_STATUSES = {
    "nothing": "Nothing to do",
    "known": "Known already",
    "timed_out": "Took too long",
    "lost": "Worker died",
}


def run_status(status: str) -> str:
    return _STATUSES.get(status, words(status))


def took(seconds: float) -> str:
    """A length of time: 0.4 s, 42 s, 3 min 20 s, 2 h 5 min."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def figure(number: float) -> str:
    """A number of any size, short: 13,333, 55, 5.5, 0.012."""
    if float(number).is_integer() or abs(number) >= 10:
        return grouped(round(number))
    return f"{number:.2g}"
