"""Rules of Java that prove, each with what may speak against it."""

from __future__ import annotations

import re

from workers.linters.base import Report, Source
from workers.linters.proofs.requests import is_not_cleaned


def _always(source: Source, report: Report) -> bool:
    return True


def _is_not_guarded(source: Source, report: Report) -> bool:
    """Who takes turns may share it."""
    return "synchronized" not in source.text


def _compares_with_a_literal(source: Source, report: Report) -> bool:
    """Two names may be of texts that are kept once on purpose."""
    line = source.lines[report.start_line - 1]
    return bool(re.search(r'[!=]=\s*"|"\s*[!=]=', line)) and "intern" not in source.text


_OURS = (
    "boxed-numbers-compared-by-identity compared-with-nan equals-null exception-never-thrown "
    "same-on-both-sides split-at-a-pattern text-method-without-use "
    "thread-run-not-started"
)

PROOFS = {
    **{f"ponder/java-{name}": _always for name in _OURS.split()},
    **{f"ponder/java-request-in-{name}": is_not_cleaned for name in ("shell", "sql")},
    "ponder/java-shared-date-format": _is_not_guarded,
    "ponder/java-text-compared-by-identity": _compares_with_a_literal,
}
