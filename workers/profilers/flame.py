"""A flame graph: samples of stacks as a picture that needs no script."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

_WIDTH = 1200.0
_ROW = 18
_NARROWEST = 0.5
_LETTER = 6.6
_DEEPEST = 60
_MOST = 5_000


@dataclass(slots=True)
class _Node:
    count: int = 0
    below: dict[str, _Node] = field(default_factory=dict)


def flame(stacks: Mapping[str, int]) -> str:
    """SVG. Names are of the repository, and escaped; what is too narrow to be seen is left out."""
    root = _Node()
    for way, count in stacks.items():
        root.count += count
        node = root
        for name in way.split(";")[:_DEEPEST]:
            node = node.below.setdefault(name, _Node())
            node.count += count
    bars = list(_bars(root, 0.0, 0, _WIDTH / max(1, root.count)))[:_MOST]
    height = (max((depth for _, _, depth, _, _ in bars), default=0) + 2) * _ROW
    drawn = "\n".join(_drawn(bar, height, root.count) for bar in bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height}" '
        'font-family="monospace" font-size="11" role="img" aria-label="Flame graph">\n'
        f"{drawn}\n</svg>\n"
    )


_Bar = tuple[str, float, int, float, int]


def _bars(node: _Node, left: float, depth: int, scale: float) -> Iterator[_Bar]:
    """Name, left edge, depth, width and samples."""
    for name, inner in sorted(node.below.items()):
        width = inner.count * scale
        if width >= _NARROWEST:
            yield name, left, depth, width, inner.count
            yield from _bars(inner, left, depth + 1, scale)
        left += width


def _drawn(bar: _Bar, height: int, samples: int) -> str:
    name, left, depth, width, count = bar
    top = height - (depth + 2) * _ROW
    short = name.rpartition(":")[2][: int(width / _LETTER)] if width > 4 * _LETTER else ""
    hue = 15 + hashlib.sha256(name.encode(errors="replace")).digest()[0] % 40
    told = f"{name} ({count} samples, {count / max(1, samples):.1%})"
    return (
        f'<g><title>{escape(told)}</title><rect x="{left:.1f}" y="{top}" width="{width:.1f}" '
        f'height="{_ROW - 1}" fill="hsl({hue} 80% 62%)"/>'
        f'<text x="{left + 3:.1f}" y="{top + 12}">{escape(short)}</text></g>'
    )
