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
    loaded.filters.update(ago=ago, grouped=grouped, short=short, path_quote=quote)
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


def grouped(number: int) -> str:
    """12345 as 12 345, with a thin space that does not break."""
    return f"{number:,}".replace(",", "\u202f")


def short(commit_sha: str) -> str:
    return commit_sha[:9]
