"""Which kind of report a file is, and reading XML without its dangers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from xml.parsers import expat

from core.errors import UserError

LARGEST = 64 * 1024 * 1024
MOST_ELEMENTS = 2_000_000
DEEPEST = 64

Shape = Literal["sarif", "junit", "cobertura"]
_ROOT = re.compile(rb"<(testsuites?|coverage)\b")


def shape(content: bytes) -> Shape | None:
    """By how it begins; None for what is no report that is known."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return "sarif"
    root = _ROOT.search(head)
    if root is None:
        return None
    return "cobertura" if root[1] == b"coverage" else "junit"


def elements(content: bytes) -> Iterator[tuple[str, dict[str, str] | None]]:
    """Each element with its attributes where it begins, and with None where it ends. Raise
    UserError for what is no XML, declares entities, or is too large or too deep."""
    if len(content) > LARGEST:
        raise UserError("The report is larger than 64 MiB; split it.")
    events: list[tuple[str, dict[str, str] | None]] = []
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST or len(events) > MOST_ELEMENTS:
            raise UserError("The report has too many elements, or they lie too deep.")
        events.append((name, attributes))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        events.append((name, None))

    def refuse(*_: object) -> None:
        raise UserError("The report declares entities of its own, which no report needs.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise UserError(f"The report is no XML that can be read ({error}).") from error
    return iter(events)


def inside(path: str) -> str:
    """A path as the repository has it; '' for one that leads elsewhere."""
    plain = path.replace("\\", "/").removeprefix("./")
    parts = plain.split("/")
    if not plain or plain.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in plain:
        return ""
    return plain


def number(text: str | None) -> float:
    """A number as written; 0 for what is none."""
    try:
        value = float((text or "0").replace(",", ""))
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e12 else 0.0
