"""What comes with a request, on its way to where it does harm."""

from __future__ import annotations

import re

from workers.linters.base import Report, Source

_LINES = 20
_CLEANS = re.compile(
    r"escape|quote|sanitiz|valid|encode|allow|parse_?(?:int|long)|\bint\(|Number\(|Atoi", re.I
)


def is_not_cleaned(source: Source, report: Report) -> bool:
    """Whether nothing above and in its lines looks as if it made it harmless."""
    begin = max(0, report.start_line - 1 - _LINES)
    return not any(_CLEANS.search(line) for line in source.lines[begin : report.end_line])
