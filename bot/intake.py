"""Is it from GitHub, and can it be read? Checked in that order, over the bytes as they came."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from uuid import UUID

import jiter

from core.db import deliveries

MAX_BYTES = 26 * 1024 * 1024
"""GitHub sends nothing above 25 MB."""


class Refusal(Exception):
    """Not accepted: an HTTP status, and a sentence that says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Received:
    id: UUID
    event: str
    payload: dict[str, Any]
    """Such that PostgreSQL can keep it."""


def receive(headers: Mapping[str, str], body: bytes, secret: str) -> Received:
    """Raise Refusal. `headers` is read without regard to case."""
    _verify(headers.get("X-Hub-Signature-256"), body, secret)
    event = headers.get("X-GitHub-Event", "")
    if not re.fullmatch(r"[a-z0-9_]{1,64}", event):
        raise Refusal(400, "The header X-GitHub-Event is missing, or names no event.")
    if not (guid := headers.get("X-GitHub-Delivery", "").strip()):
        raise Refusal(400, "The header X-GitHub-Delivery is missing.")
    _check_type(headers.get("Content-Type", ""))
    return Received(deliveries.id_of(guid), event, _parsed(body))


def _verify(signature: str | None, body: bytes, secret: str) -> None:
    """SHA-1, which GitHub still sends beside it, is not looked at."""
    if not signature:
        raise Refusal(
            401,
            "The header X-Hub-Signature-256 is missing; set a secret on the webhook, and set "
            "GITHUB_WEBHOOK_SECRET to the same.",
        )
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    # As bytes: compare_digest takes no text that is not ASCII, and a header may hold any byte.
    given = signature.encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, expected.encode()):
        raise Refusal(
            401, "The signature is not the body's; GITHUB_WEBHOOK_SECRET is not the webhook's."
        )


def _check_type(content_type: str) -> None:
    if content_type == "application/json":  # as GitHub has it: to read it whole takes a while
        return
    header = Message()
    header["content-type"] = content_type.encode("ascii", "replace").decode()
    if header.get_content_type() != "application/json":
        raise Refusal(415, "Set the content type of the webhook to application/json.")
    charset = header.get_content_charset("utf-8")
    if charset not in {"utf-8", "utf8"}:
        raise Refusal(400, "The body must be UTF-8.")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        payload = jiter.from_json(body, allow_inf_nan=False)
    except ValueError:
        payload = _patiently(body)
    if not isinstance(payload, dict):
        raise Refusal(400, "The body is JSON, but no object.")
    return _storable(payload) if b"\\" in body and _SUSPECT.search(body) else payload


def _patiently(body: bytes) -> Any:
    """What is JSON, and yet half of a surrogate pair, or nested deeply."""
    try:
        return json.loads(body.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "The body is no JSON document.") from error


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


_SUSPECT = re.compile(rb"\\u(?:0000|[dD])")
"""Sought only where anything is escaped: to look through a body takes as long as to parse it."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _storable(value: Any) -> Any:
    """PostgreSQL's jsonb takes neither NUL nor half of a surrogate pair; JSON has both."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value
