r"""Paths: git has bytes, Ponder has text. Bytes that are not UTF-8 stand as \xNN.

The text says which bytes it means: a backslash is written \x5c in every path where it could be
mistaken for an escape, so two files never share one text.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\x([0-9a-f]{2})")


def text_path(raw: bytes) -> str:
    """The text of git's bytes."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return raw.replace(b"\\", b"\\x5c").decode(errors="backslashreplace")
    return text.replace("\\", "\\x5c") if _ESCAPE.search(text) else text


def raw_path(text: str) -> bytes:
    """Git's bytes of a text that `text_path` made, or of a plain path."""
    parts = _ESCAPE.split(text)
    return b"".join(
        bytes.fromhex(part) if index % 2 else part.encode() for index, part in enumerate(parts)
    )
