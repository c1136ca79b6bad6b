"""What of a file's content was looked at, as one word that is stored: all, or all but for some."""

from __future__ import annotations

from collections.abc import Collection, Iterable

_WITHOUT = " without "


def told(content: str, missing: Iterable[str]) -> str:
    """`content` is a digest; `missing` are the analysers that did not get through it."""
    names = ",".join(sorted(missing))
    return f"{content}{_WITHOUT}{names}" if names else content


def due(known: str | None, content: str, present: Collection[str]) -> tuple[str, ...] | None:
    """Those of the analysers at hand that have to look at a content of which something is known:
    None where none has to, an empty tuple for all."""
    before, _, missing = (known or "").partition(_WITHOUT)
    if before != content:
        return ()
    return tuple(name for name in missing.split(",") if name in present) or None
