"""What is said of a smell: where it is, what shows it, and what would mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.redact import redact
from workers.linters.base import Part, Source
from workers.linters.merge import Smell

_MOST_CODE = 2_000


def symbol(smell: Smell, parts: Iterable[Part]) -> str:
    """The innermost one around its first line; '' for none."""
    around = [each for each in parts if each.start_line <= smell.start_line <= each.end_line]
    inner = min(around, key=lambda each: each.end_line - each.start_line, default=None)
    return inner.symbol if inner else ""


def code(smell: Smell, source: Source) -> str:
    return "\n".join(source.lines[smell.start_line - 1 : smell.end_line])


def explanation(smell: Smell, source: Source) -> str:
    """Markdown. Secrets are masked, and no code ends its fence."""
    names = list(dict.fromkeys(f"`{each.name}`" for each in smell.reports))
    shown = redact(code(smell, source))[:_MOST_CODE]
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    lines = [f"{' and '.join(names)} at line {smell.start_line}:", ""]
    lines += [f"{fence}{source.language}", shown, fence]
    if smell.strongest.means.why:
        lines += ["", smell.strongest.means.why]
    if smell.hidden_by:
        lines += ["", f"A comment at line {smell.hidden_by} hides it from analysers."]
    if smell.more:
        lines += ["", f"The same rule finds {smell.more} more of these in this file."]
    return "\n".join(lines)
