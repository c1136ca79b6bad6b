"""Texts as long as GitHub takes them: cut where a line ends, with nothing left open."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_BODY = 60_000
"""Characters of a body. GitHub's own limit is 65,536, and repeating its refusal is punished."""

_DETAILS = re.compile(r"<(/?)details\b", re.IGNORECASE)
_ENDLESS = re.compile(r"\s*<(!--|\?|!|(?:script|pre|style|textarea)\b)", re.IGNORECASE)
"""HTML that an empty line does not end."""

_ROOM = 300
"""Characters for what is closed, and for the link to the whole."""

_PARSER = MarkdownIt("commonmark")


def fit(text: str, limit: int = MAX_BODY, *, link: str = "") -> str:
    """The text, or as much of it as fits with a link to the whole. A code fence, an HTML comment
    or folded details that the cut leaves open are closed: what follows is shown as it should be."""
    if len(text) <= limit:
        return text
    kept = text[: limit - _ROOM - len(link)]
    kept = kept[: kept.rfind("\n")] if "\n" in kept[-2000:] else kept
    whole = f"… [The whole text]({link})" if link else "… This text was cut: it is too long."
    return f"{_closed(kept.rstrip())}\n\n{whole}"


def _closed(text: str) -> str:
    """With an end to all that would go on. What stands in a list or a quotation ends with it."""
    tokens = _PARSER.parse(f"{text}\n")
    lines = text.split("\n")
    last = tokens[-1] if tokens else None
    if last and last.map and last.type == "html_block" and _ENDLESS.match(last.content):
        return _closed("\n".join(lines[: last.map[0]]).rstrip())
    closing = ""
    if last and last.type == "fence" and not _ends(last):
        closing = f"\n{last.markup}"
    return text + closing + "\n\n</details>" * max(_depth(tokens), 0)


def _ends(fence: Token) -> bool:
    """Whether its last line closes it: its content is two lines shorter than its place then."""
    assert fence.map
    first, end = fence.map
    return end - first - fence.content.count("\n") == 2


def _depth(tokens: list[Token]) -> int:
    """How many details are open at the end."""
    html = [token.content for token in tokens if token.type == "html_block"]
    html += [
        child.content
        for token in tokens
        for child in token.children or []
        if child.type == "html_inline"
    ]
    found = (tag for text in html for tag in _DETAILS.finditer(text))
    return sum(-1 if tag[1] else 1 for tag in found)


def line(text: str, limit: int) -> str:
    """One line of no more than so many characters."""
    words = " ".join(text.split())
    return words if len(words) <= limit else f"{words[: limit - 1]}…"
