"""Cobertura reports: how many lines of each file tests run."""

from __future__ import annotations

from collections import defaultdict

from core.db.signals import Signal
from workers.signals.shape import elements, inside, number


def coverage(content: bytes, commit: str) -> list[Signal]:
    """A line counts once for a file, however many classes and methods name it. Raise UserError."""
    lines: dict[str, dict[str, bool]] = defaultdict(dict)
    path = ""
    for name, attributes in elements(content):
        if name == "class":
            path = inside(attributes.get("filename", "")) if attributes is not None else ""
        elif name == "line" and attributes is not None and path:
            at = attributes.get("number", "")
            ran = number(attributes.get("hits")) > 0
            lines[path][at] = ran or lines[path].get(at, False)
    return [
        Signal(
            "coverage",
            each,
            {"lines": float(len(found)), "covered": float(sum(found.values()))},
            commit,
        )
        for each, found in sorted(lines.items())
    ]
