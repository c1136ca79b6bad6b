"""What may be called proven: a rule is in this table, and its guard finds nothing at that line that
speaks against it. All other rules only suspect.

A rule earns its place where what it says follows from the code in view alone, and nobody writes
such code on purpose: no type that is not there, no name that others may make, no opinion. A guard
knows the ways of writing in which the same line is meant; most of them were met in released code.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from workers.linters.base import Report, Source
from workers.linters.proofs import go, java, javascript, python, scripts
from workers.linters.proofs.living import is_living

Guard = Callable[[Source, Report], bool]
"""True where nothing speaks against a report."""

PROOFS: dict[str, Guard] = {
    **python.PROOFS,
    **javascript.PROOFS,
    **go.PROOFS,
    **java.PROOFS,
    **scripts.PROOFS,
}
"""By the rule's name: 'ruff/F821'."""

IN_TESTS = frozenset(
    (
        "ruff/B015 ruff/F631 ruff/PLW0129 ruff/PLW0133 ruff/RUF040 "
        "ponder/javascript-expectation-never-made"
    ).split()
)
"""Those that find tests which test nothing. Other mistakes in tests are made to be met."""

_LONGEST_LINE = 500
_SAID = re.compile(
    r"(?:#|//|/\*|--).*\b(?:intention|on purpose|deliberate|purposely|throws?\b|raises?\b|"
    r"should (?:fail|raise|throw)|no-?op|hack|work-?around|trigger|force|warm|coverage|"
    r"pylint|pyflakes|pragma|undefined|magic|bogus|dummy)",
    re.I,
)
"""Who says so in a comment knows what the line does."""


def holds(report: Report, source: Source) -> bool:
    """Whether a report is proven at its place."""
    guard = PROOFS.get(report.name)
    return (
        guard is not None
        and 1 <= report.start_line <= len(source.lines)
        and (not source.quiet or (source.quiet == "tests" and report.name in IN_TESTS))
        and is_living(source)
        and not _is_said_to_be_meant(source, report)
        and guard(source, report)
    )


def _is_said_to_be_meant(source: Source, report: Report) -> bool:
    """In the line itself, or in a comment above it."""
    around = source.lines[report.start_line - 1 : report.end_line][:3]
    above = source.lines[report.start_line - 2] if report.start_line > 1 else ""
    if above.lstrip().startswith(("#", "//", "*", "/*")):
        around.append(above)
    return any(_SAID.search(line[:_LONGEST_LINE]) for line in around)
