"""How much of what was found a list of results shows."""

from __future__ import annotations

MOST_SHOWN = 24
"""Lines of one result. Of a longer definition the start is shown, which has its name, signature and
first steps: room for the next results is worth more than the rest of it."""


def last_shown(start_line: int, end_line: int) -> int:
    """The last line of a result that is shown."""
    return min(end_line, start_line + MOST_SHOWN - 1)
