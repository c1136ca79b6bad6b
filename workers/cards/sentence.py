"""A sentence of a card, with the lines that show it."""

from __future__ import annotations

import re
from typing import Any

Sentence = dict[str, Any]
"""{"text", "citations": [{"path", "start_line", "end_line", "blob"}]}"""


def says(text: str, *cited: dict[str, Any]) -> Sentence:
    return {"text": text, "citations": list(cited)}


def lines(path: str, blob: str, start: int, end: int | None = None) -> dict[str, Any]:
    """1-based and inclusive; `blob` names the content in git."""
    last = max(start, end or start)
    return {"path": path, "start_line": start, "end_line": last, "blob": blob}


def plain(text: str, longest: int = 160) -> str:
    """On one line, without what Markdown or a mention would make of it."""
    flat = re.sub(r"[`\s]+", " ", text).replace("@", "@\u200b").strip()
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def first_sentence(text: str) -> str:
    """Of a docstring: up to its first full stop or empty line."""
    paragraph = re.split(r"\n\s*\n", text.strip(), maxsplit=1)[0]
    found = re.match(r".+?[.!?](?=\s|$)", " ".join(paragraph.split()), re.DOTALL)
    return plain(found[0] if found else paragraph, 240)
