"""The audit log: a page of it, and the way to all of it as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from web import access, audit
from web.standing import repository_page

_PAGE = 100
_WORDS = {
    "command": "commanded",
    "written": "wrote on GitHub",
    "setting": "changed settings",
    "switch": "turned a switch",
}


async def show(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.path_number(request))
    found, rest = await audit.lines(request, repository, limit=_PAGE)
    return await repository_page(
        request,
        repository,
        "audit.html",
        tab="learning",
        lines=[(line, _WORDS[line.act], _told(line.detail)) for line in found],
        older=f"?before={rest}" if rest else "",
    )


def _told(detail: Mapping[str, Any]) -> str:
    """Such as: door: comment · number: 12."""
    return " · ".join(
        f"{name.replace('_', ' ')}: {_value(detail[name])}" for name in sorted(detail)
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
