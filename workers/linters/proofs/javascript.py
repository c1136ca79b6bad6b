"""Rules of JavaScript and TypeScript that prove, each with what may speak against it."""

from __future__ import annotations

import re

from workers.linters.base import Report, Source
from workers.linters.proofs.requests import is_not_cleaned

_LINES = 6
_OLD_BROWSERS = re.compile(r"""["'](?:unknown|date|regexp|array|null)["']""")


def _always(source: Source, report: Report) -> bool:
    """It says what the code does, whatever it is for."""
    return True


def _runs_in_earnest(source: Source, report: Report) -> bool:
    """What is tried, to see whether a browser has it, is there to fail."""
    begin = max(0, report.start_line - _LINES)
    return not any(re.search(r"\btry\b", line) for line in source.lines[begin : report.start_line])


def _compares_for_nothing(source: Source, report: Report) -> bool:
    """`!a === b` is a slip; `true || a` was written, or filled in, to turn something on."""
    return report.message.startswith("Unexpected constant binary expression")


def _is_no_old_type(source: Source, report: Report) -> bool:
    """Old browsers have types of their own."""
    return not _OLD_BROWSERS.search(source.lines[report.start_line - 1])


def _is_not_nan(source: Source, report: Report) -> bool:
    """A thing that is not equal to itself is NaN."""
    return not re.search(r"!==?", source.lines[report.start_line - 1])


def _is_surely_a_length(source: Source, report: Report) -> bool:
    """Whoever asks whether a thing is like an array does not know yet that it has a length."""
    lines = source.lines[max(0, report.start_line - 3) : report.end_line]
    return not re.search(r"typeof|isInteger|isNumber|isLength|isFinite", "\n".join(lines))


def _is_an_array(source: Source, report: Report) -> bool:
    """Lists that never change return the longer one."""
    name = re.search(r"([\w$.]{1,100})\s*=\s*\1\.", source.lines[report.start_line - 1])
    made = rf"{re.escape(name[1])}\s*(?::[^=\n]*)?=\s*\[" if name else ""
    return bool(name and re.search(made, source.text)) and "mmutable" not in source.text


_THROW = (
    "no-const-assign no-this-before-super constructor-super no-obj-calls no-import-assign "
    "no-new-native-nonconstructor"
)
_ESLINT = (
    "use-isnan no-dupe-else-if no-duplicate-case no-unsafe-negation no-dupe-keys "
    "no-dupe-class-members no-dupe-args for-direction"
)
_OURS = (
    "async-effect cipher-without-start-value compared-with-new-object "
    "expectation-never-made listener-never-removed mapped-over-holes "
    "mapped-with-parseint promise-as-truth same-condition-twice "
    "token-without-signature"
)

PROOFS = {
    **{f"eslint/{name}": _runs_in_earnest for name in _THROW.split()},
    **{f"eslint/{name}": _always for name in _ESLINT.split()},
    **{f"ponder/javascript-{name}": _always for name in _OURS.split()},
    **{f"ponder/javascript-request-in-{name}": is_not_cleaned for name in ("eval", "shell", "sql")},
    "eslint/no-constant-binary-expression": _compares_for_nothing,
    "eslint/valid-typeof": _is_no_old_type,
    "ponder/javascript-impossible-length": _is_surely_a_length,
    "ponder/javascript-result-of-push-kept": _is_an_array,
    "ponder/javascript-same-on-both-sides": _is_not_nan,
    "tsc/TS2588": _runs_in_earnest,
    "tsc/TS2839": _always,
    "tsc/TS2845": _always,
}
