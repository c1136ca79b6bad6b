"""Rules of Go that prove, each with what may speak against it."""

from __future__ import annotations

import re

from workers.linters.base import Report, Source
from workers.linters.proofs.requests import is_not_cleaned


def _always(source: Source, report: Report) -> bool:
    """The compiler knew all types."""
    return True


def _is_no_opinion(source: Source, report: Report) -> bool:
    """A text that is no constant is printed well as long as it has no %."""
    return "non-constant format string" not in report.message


def _has_letters_twice(source: Source, report: Report) -> bool:
    """`Trim(s, "()")` strips marks one by one; a word was taken for a whole."""
    line = source.lines[report.start_line - 1]
    given = re.search(r'Trim\w{0,20}\(.{0,200},\s*"([^"]{0,100})"\s*\)', line)
    return given is not None and bool(re.search(r"[A-Za-z]{3}|(\w).*\1", given[1]))


def _is_not_made_between(source: Source, report: Report) -> bool:
    """The map gets no value on the way, and nobody else gets the map."""
    declared = source.lines[report.start_line - 1]
    name = re.search(r"\bvar\s+(\w+)\b", declared)
    if name is None:
        return False
    between = source.lines[report.start_line : report.end_line - 1]
    given = rf"\b{name[1]}\b\s*(?::?=|,)|&{name[1]}\b|[(,]\s*{name[1]}\b"
    return not any(re.search(given, line) for line in between)


def _is_no_pause(source: Source, report: Report) -> bool:
    """The shortest of all times lets others run."""
    return not re.search(r"\([1-4]\)", source.lines[report.start_line - 1])


_VET = (
    "atomic bools errorsas ifaceassert nilfunc stringintconv assign unusedresult unmarshal defers "
    "shift slog"
)
"""Most are those that `go test` itself insists on, because they are hardly ever wrong."""
_OURS = "impossible-length replaces-nothing same-condition-twice same-on-both-sides"

PROOFS = {
    **{f"vet/{name}": _always for name in _VET.split()},
    **{f"ponder/go-{name}": _always for name in _OURS.split()},
    **{f"ponder/go-request-in-{name}": is_not_cleaned for name in ("shell", "sql")},
    "ponder/go-sleep-without-unit": _is_no_pause,
    "vet/printf": _is_no_opinion,
    "ponder/go-cutset-taken-for-prefix": _has_letters_twice,
    "ponder/go-write-to-nil-map": _is_not_made_between,
}
