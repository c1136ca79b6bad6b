"""Files of a checkout as analysers want them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from workers.linters.base import Part, Source
from workers.linters.places import quiet

LARGEST = 400_000
"""Bytes of a file. Larger ones are made by programs, and take analysers minutes."""


def read(
    code: Path, files: Iterable[tuple[str, str]], parts: Mapping[str, tuple[Part, ...]]
) -> dict[str, Source]:
    """By path, from (path, language); without what cannot be read, or is too large."""
    found = {}
    for path, language in files:
        try:
            raw = (code / path).read_bytes()
            path.encode()
        except (OSError, ValueError):
            continue
        if len(raw) <= LARGEST:
            text = raw.decode(errors="replace")
            found[path] = Source(path, language, text, quiet(path), parts.get(path, ()))
    return found
