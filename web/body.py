"""JSON bodies: read within a limit, every wrong field reported at once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from aiohttp import web

from web.problem import Problem

LIMIT = 64 * 1024
"""Bytes. The application's own limit is far higher, for webhooks."""


@dataclass(slots=True)
class Body:
    """Fields by name. Wrong ones are collected; `check` raises them together."""

    fields: dict[str, Any]
    errors: list[dict[str, str]] = field(default_factory=list)

    def wrong(self, name: str, detail: str) -> None:
        self.errors.append({"pointer": f"#/{name}", "detail": detail})

    def text(self, name: str, *, longest: int, required: bool = True) -> str:
        value = self.fields.get(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str):
            self.wrong(name, "is missing" if value is None else "must be a string")
            return ""
        if "\x00" in value:
            self.wrong(name, "must not contain NUL characters")
        elif required and not value.strip():
            self.wrong(name, "must not be empty")
        elif len(value) > longest:
            self.wrong(name, f"has {len(value)} characters; the limit is {longest}")
        return value.strip()

    def number(self, name: str) -> int:
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(name, "is missing" if value is None else "must be an integer")
            return 0
        if not 0 <= value < 2**63:
            self.wrong(name, "is out of range")
            return 0
        return value

    def uuid(self, name: str, *, required: bool = True) -> UUID | None:
        value = self.fields.get(name)
        if value is None and not required:
            return None
        try:
            return UUID(value)
        except (TypeError, ValueError, AttributeError):
            self.wrong(name, "is missing" if value is None else "must be a UUID")
            return None

    def check(self) -> None:
        if not self.errors:
            return
        first = self.errors[0]
        raise Problem(422, f"{first['pointer'][2:]} {first['detail']}.", errors=self.errors)


async def read(request: web.Request) -> Body:
    """Raise Problem 413, 415 or 400 where the body is too long, no JSON, or no object."""
    if request.content_type != "application/json":
        raise Problem(415, "Send the body as JSON with 'Content-Type: application/json'.")
    try:
        value = json.loads(await _bytes(request))
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"The body is not JSON ({_reason(error)}).") from error
    if not isinstance(value, dict):
        raise Problem(400, "The body must be a JSON object.")
    return Body(value)


async def form(request: web.Request) -> dict[str, str]:
    """The fields of a page's form; of a name that comes twice, the last. Raise Problem 413 or 415
    like `read`."""
    return {name: values[-1] for name, values in (await fields_of_form(request)).items()}


async def fields_of_form(request: web.Request) -> dict[str, list[str]]:
    """All values of each field of a page's form."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Problem(415, "Send the form as pages do.")
    try:
        text = (await _bytes(request)).decode()
        return parse_qs(text, keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise Problem(400, "The form could not be read; send it again from the page.") from error


async def _bytes(request: web.Request) -> bytes:
    received = bytearray()
    async for part in request.content.iter_chunked(16 * 1024):
        received += part
        if len(received) > LIMIT:
            raise Problem(413, f"The body has more than {LIMIT} bytes; send less at once.")
    return bytes(received)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else "invalid UTF-8"
