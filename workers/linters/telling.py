"""What is said of a smell: where it is, what shows it, and what would mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.redact import redact
from workers.linters.base import Part, Source
from workers.linters.merge import Smell
from workers.linters.patch import mended

_MOST_CODE = 2_000
_MOST_PATHS = 5


def symbol(smell: Smell, parts: Iterable[Part]) -> str:
    """The innermost one around its first line; '' for none."""
    around = [each for each in parts if each.start_line <= smell.start_line <= each.end_line]
    inner = min(around, key=lambda each: each.end_line - each.start_line, default=None)
    return inner.symbol if inner else ""


def code(smell: Smell, source: Source) -> str:
    return "\n".join(source.lines[smell.start_line - 1 : smell.end_line])


def masked(source: Source) -> list[str]:
    """Its lines without secrets: what is one may be seen from the lines around it alone."""
    return redact(source.text).split("\n")


def patch(smell: Smell, source: Source) -> str | None:
    """What mends it safely, as a unified diff; None where it would show a secret."""
    made = mended(source.path, source.text, smell.edits) if smell.edits else None
    shown = zip(source.lines, masked(source), strict=True) if made else ()
    hidden = {line for line, visible in shown if line != visible}
    return None if made and any(line[1:] in hidden for line in made.split("\n")) else made


def explanation(smell: Smell, source: Source) -> str:
    """Markdown. Secrets are masked, and no code ends its fence."""
    names = list(dict.fromkeys(f"`{each.name}`" for each in smell.reports))
    shown = "\n".join(masked(source)[smell.start_line - 1 : smell.end_line])[:_MOST_CODE]
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    lines = [f"{' and '.join(names)} at line {smell.start_line}:", ""]
    lines += [f"{fence}{source.language}", shown, fence]
    if smell.strongest.means.why:
        lines += ["", smell.strongest.means.why]
    if smell.hidden_by:
        lines += ["", f"A comment at line {smell.hidden_by} hides it from analysers."]
    if smell.more:
        lines += ["", f"The same rule finds {smell.more} more of these in this file."]
    if smell.also:
        named = ", ".join(f"`{path}`" for path in smell.also[:_MOST_PATHS])
        rest = len(smell.also) - _MOST_PATHS
        lines += ["", f"The same is in {named}" + (f" and {rest} more." if rest > 0 else ".")]
    return "\n".join(lines)
