"""Dead code: private functions that nothing in the repository names. A guess: a name may be put
together when the program runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from workers.graph.asking import Asking
from workers.linters.base import Desk, Linter, Part, Report, Rule, Source

RULES = {"unused-function": Rule("dead-code", "low", in_tests=False)}
MOST = 40

PRIVATE: dict[str, Callable[[Part], bool]] = {
    "python": lambda part: part.symbol.startswith("_") and not part.symbol.startswith("__"),
    "go": lambda part: part.symbol[:1].islower() and part.symbol not in ("main", "init"),
}
"""What a language's functions outside of classes are called that nothing outside may use: all else
may be an entry point, or a part of what others use."""


def candidates(source: Source) -> list[Part]:
    """Functions whose name stands in their file once, where they are defined."""
    is_private = PRIVATE.get(source.language)
    if is_private is None or source.quiet:
        return []
    lines, words = source.lines, Counter(re.findall(r"\w+", source.text))
    return [
        part
        for part in source.parts
        if part.kind == "function"
        and "." not in part.symbol
        and is_private(part)
        and not lines[part.start_line - 1].lstrip().startswith("@")
        and words[part.symbol] == 1
    ]


async def unused(asking: Asking, sources: Sequence[Source]) -> dict[str, tuple[Part, ...]]:
    """By path, those candidates that no other file names; none while names are not linked yet."""
    found: dict[str, tuple[Part, ...]] = {}
    if asking.unlinked:
        return found
    wanted = [(source.path, part) for source in sources for part in candidates(source)]
    for path, part in wanted[:MOST]:
        if not await asking.uses_of_name(part.symbol):
            found[path] = (*found.get(path, ()), part)
    return found


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    return [
        Report(
            "dead_code",
            "unused-function",
            source.path,
            part.start_line,
            part.start_line,
            f"Nothing in the repository uses {part.symbol}.",
            RULES["unused-function"],
        )
        for source in sources
        for part in source.unused
    ]


LINTER = Linter("dead_code", lambda source: bool(source.unused), look, RULES)
