"""Texts as long as GitHub takes them: cut where a line ends, with nothing left open."""

from __future__ import annotations

import re

MAX_BODY = 60_000
"""Characters of a body. GitHub's own limit is 65,536, and repeating its refusal is punished."""

_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_DETAILS = re.compile(r"<(/?)details\b", re.IGNORECASE)
_ROOM = 300
"""Characters for what is closed, and for the link to the whole."""


def fit(text: str, limit: int = MAX_BODY, *, link: str = "") -> str:
    """The text, or as much of it as fits with a link to the whole. A code fence, an HTML comment
    or folded details that the cut leaves open are closed: what follows is shown as it should be."""
    if len(text) <= limit:
        return text
    kept = text[: limit - _ROOM - len(link)]
    kept = kept[: kept.rfind("\n")] if "\n" in kept[-2000:] else kept
    comment = kept.rfind("<!--")
    if comment > kept.rfind("-->"):
        kept = kept[:comment]
    whole = f"… [The whole text]({link})" if link else "… This text was cut: it is too long."
    return f"{kept.rstrip()}{_closing(kept)}\n\n{whole}"


def _closing(text: str) -> str:
    """What closes the fence and the details that are open at the end."""
    fence, depth = "", 0
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            depth += sum(-1 if found[1] else 1 for found in _DETAILS.finditer(line))
    return (f"\n{fence}" if fence else "") + "\n\n</details>" * max(depth, 0)


def line(text: str, limit: int) -> str:
    """One line of no more than so many characters."""
    words = " ".join(text.split())
    return words if len(words) <= limit else f"{words[: limit - 1]}…"
