"""What a model said about code, as far as the code shows it: each sentence comes with a quote, and
the quote is found in the text or the sentence goes."""

from __future__ import annotations

import re
from typing import Any

from workers.cards.sentence import Sentence, lines, says

SHORTEST = 6
"""A shorter quote is found anywhere, and shows nothing."""
LONGEST = 300
MOST = 8


def checked(said: Any, path: str, blob: str, code: str, first: int) -> list[Sentence]:
    """`said` is [{"text", "quote"}]; `code` begins at the line `first`, 1-based."""
    found: list[Sentence] = []
    for each in said if isinstance(said, list) else []:
        text, quote = (
            (each.get(k) for k in ("text", "quote")) if isinstance(each, dict) else ("", "")
        )
        if not isinstance(text, str) or not isinstance(quote, str) or len(found) == MOST:
            continue
        place = _place(quote, code)
        if place is not None and text.strip():
            cited = lines(path, blob, first + place[0], first + place[1])
            found.append(says(_safe(text), cited))
    return found


def _place(quote: str, code: str) -> tuple[int, int] | None:
    """The lines of a quote, from 0; white space aside."""
    words = quote.split()
    if len("".join(words)) < SHORTEST:
        return None
    match = re.search(r"\s+".join(map(re.escape, words[:200])), code)
    if match is None:
        return None
    start = code[: match.start()].count("\n")
    return start, start + match[0].count("\n")


def _safe(text: str) -> str:
    """One sentence, in which nobody is mentioned and nothing is linked or shown."""
    flat = " ".join(text.split())[:LONGEST]
    flat = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", flat)
    flat = re.sub(r"<[^>]*>|https?://\S+", "", flat).replace("@", "@\u200b").strip()
    return flat if flat.endswith((".", "!", "?")) else f"{flat}."
