"""Tests by a model, of lines that no test runs: tried as all others are, and why they are not worth
having is told to it once."""

from __future__ import annotations

from workers.explorers.filters import Filters, Kept
from workers.model import Schema
from workers.thoughts.asking import asked, texts
from workers.thoughts.tools import Tools

_SCHEMA = Schema("tests", texts(tests="the text of the file; '' where there is nothing to test"))
_ATTEMPTS = 2
_MOST_LINES = 60
_SHOWN = 400
_LONGEST = 20_000


async def more(tools: Tools, text: str, filters: Filters) -> Kept | None:
    """None without a model, and where nothing that it writes is worth having."""
    refused = ""
    for _ in range(_ATTEMPTS if tools.model is not None else 0):
        left = sorted(filters.base.statements.get(filters.site.path, frozenset()) - filters.known)
        if not left or tools.seconds_left() < 60:
            return None
        body = await _written(tools, text, filters, (left, refused))
        kept = await filters.of_text(body) if body else "it is empty"
        if isinstance(kept, Kept):
            return kept
        refused = kept
        tools.log(f"What the model wrote is not worth having: {kept}")
    return None


async def _written(tools: Tools, text: str, filters: Filters, about: tuple[list[int], str]) -> str:
    left, refused = about
    said = await asked(
        tools,
        "more_tests",
        _SCHEMA,
        system={"how": filters.explorer.how(filters.site)},
        user={
            "path": filters.site.path,
            "text": _numbered(text),
            "lines": ", ".join(map(str, left[:_MOST_LINES])),
            "before": refused,
        },
    )
    body = said.get("tests")
    return body[:_LONGEST] if isinstance(body, str) else ""


def _numbered(text: str) -> str:
    lines = text.splitlines()[:_SHOWN]
    return "\n".join(f"{number:4} {line}" for number, line in enumerate(lines, 1))
