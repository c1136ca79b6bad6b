"""The audit log: a page of it, and the way to all of it as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from core.db.audit_log import Line
from web import access, audit
from web.standing import repository_page

_PAGE = 100
_WORDS = {
    "command": "commanded",
    "written": "wrote on GitHub",
    "setting": "changed settings",
    "switch": "turned a switch",
}
THINGS = {
    "check_run": "a check run",
    "close_pull_request": "the end of a draft pull request",
    "comment": "a comment",
    "draft_pull_request": "a draft pull request",
    "issue": "an issue",
    "reaction": "a reaction",
    "reply": "a reply in a review",
    "resolve": "that a thread is resolved",
    "review": "a review",
}
"""What is written on GitHub, by kind."""

_PLACES = {
    "number": "in #{}",
    "sha": "at {:.7}",
    "commit": "at {:.7}",
    "head": "at {:.7}",
    "door": "by {}",
    "sender": "for {}",
}
_FOR_PROGRAMS = frozenset(
    ("comment_id", "github_id", "key", "pull", "revision", "root_id", "sender_id", "target")
)


async def show(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.path_number(request))
    found, rest = await audit.lines(request, repository, limit=_PAGE)
    return await repository_page(
        request,
        repository,
        "audit.html",
        tab="learning",
        lines=[(line, _WORDS[line.act], _what(line), _told(line.detail)) for line in found],
        older=f"?before={rest}" if rest else "",
    )


def _what(line: Line) -> str:
    """Such as: a comment."""
    return THINGS.get(line.what, line.what) if line.act == "written" else line.what


def _told(detail: Mapping[str, Any]) -> str:
    """Such as: in #3 · for alice. What only programs need is in the JSON."""
    places = [words.format(str(detail[name])) for name, words in _PLACES.items() if name in detail]
    others = sorted(detail.keys() - _PLACES.keys() - _FOR_PROGRAMS)
    named = [f"{name.replace('_', ' ')}: {_value(detail[name])}" for name in others]
    edited = ["edited"] if detail.get("revision", 1) > 1 else []
    return " · ".join([*places, *named, *edited])


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
