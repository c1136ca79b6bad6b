"""Pages of a list: which part is wanted."""

from __future__ import annotations

from aiohttp import web

from web.problem import Problem

_FARTHEST = 1_000_000


def number_in(request: web.Request, name: str, *, default: int, least: int, most: int) -> int:
    """A number of the query within bounds. Raise Problem 422."""
    text = request.query.get(name, str(default))
    if text.isascii() and text.isdigit() and len(text) < 19 and least <= int(text) <= most:
        return int(text)
    detail = f"must be a number from {least} to {most}"
    raise Problem(422, f"{name} {detail}.", errors=[{"parameter": name, "detail": detail}])


def part_in(request: web.Request, *, limit: int, most: int) -> tuple[int, int]:
    """(limit, offset)."""
    return (
        number_in(request, "limit", default=limit, least=1, most=most),
        number_in(request, "offset", default=0, least=0, most=_FARTHEST),
    )
