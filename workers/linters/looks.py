"""What of a file's content was looked at, as one word that is stored: all, or all but for some."""

from __future__ import annotations

from collections.abc import Iterable

_WITHOUT = " without "


def told(content: str, missing: Iterable[str]) -> str:
    """`content` is a digest; `missing` are the analysers that did not get through it."""
    names = ",".join(sorted(missing))
    return f"{content}{_WITHOUT}{names}" if names else content


def due(known: str | None, content: str) -> tuple[str, ...] | None:
    """The analysers that have to look at a content of which something is known: none of them for
    None, all for an empty tuple, else these alone."""
    if known == content:
        return None
    before, _, missing = (known or "").partition(_WITHOUT)
    return tuple(missing.split(",")) if before == content and missing else ()
