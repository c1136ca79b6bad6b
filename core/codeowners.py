"""CODEOWNERS: who owns what, as GitHub reads it. Hostile text: patterns are bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

FILES = ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where it may stand; the first counts."""
_MOST_RULES = 2_000
_MOST_STARS = 5
"""More of them in a pattern could keep us busy for hours, and mean nothing to people."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line: a pattern and those who own what it fits."""

    pattern: str
    owners: tuple[str, ...]
    line: int


def rules(text: str) -> list[Rule]:
    """In their order; sections of other systems and lines without owners are read as none."""
    found = []
    for number, line in enumerate(text.split("\n")[:_MOST_RULES], 1):
        words = line.partition("#")[0].split()
        if words and not words[0].startswith("["):
            owners = tuple(w for w in words[1:] if "@" in w)
            found.append(Rule(words[0], owners, number))
    return found


def owner_of(path: str, known: Sequence[Rule]) -> Rule | None:
    """The last rule that fits decides, also where it names nobody."""
    return next((rule for rule in reversed(known) if _fits(rule.pattern).match(path)), None)


@lru_cache(maxsize=4_096)
def _fits(pattern: str) -> re.Pattern[str]:
    """As of .gitignore: a leading or inner slash anchors, '**' crosses folders, '*' does not; what
    fits a folder fits all below."""
    if pattern.count("*") > _MOST_STARS:
        return re.compile(r"(?!)")
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")[:300]
    made = re.sub(
        r"\\\*\\\*/|\\\*\\\*|\\\*|\\\?",
        lambda m: {r"\*\*/": "(?:[^/]+/){0,40}", r"\*\*": ".*", r"\*": "[^/]*"}.get(m[0], "[^/]"),
        re.escape(body),
    )
    below = "/.*" if pattern.endswith("/") else "(?:/.*)?"
    return re.compile(f"{'' if anchored else '(?:.*/)?'}{made}{below}$", re.DOTALL)
