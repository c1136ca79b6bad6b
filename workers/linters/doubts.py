"""What decides whether a report is a bug, and its analyser cannot see: ways of writing that look
like a mistake and are meant. Each was met in released code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from workers.linters.base import Report, Source
from workers.linters.names import is_assigned

_MOST_LINES = 200
_LONGEST_LINE = 1_000
"""What is longer was written by a program, perhaps to keep us busy."""


def is_meant(report: Report, source: Source) -> bool:
    doubt = DOUBTS.get(report.name)
    return (
        doubt is not None
        and 1 <= report.start_line <= len(source.lines)
        and len(source.lines[report.start_line - 1]) <= _LONGEST_LINE
        and doubt(source, report.start_line, report.message)
    )


def _orders_in_a_test(source: Source, row: int, _: str) -> bool:
    """`a < b` alone tries whether the two can be ordered; `a == b` lacks its assert, but where it
    is what is measured."""
    line = source.lines[row - 1]
    tried = source.quiet == "tests" and not re.search(r"[=!]=|\bis\b|\bin\b", line)
    return tried or bool(re.match(r"(?:.*/)?bench", source.path))


def _asks_whether_it_exists(source: Source, row: int, _: str) -> bool:
    """`try: name` with `except NameError` asks for a name of another version."""
    return any("except NameError" in line for line in source.lines[row : row + 4])


def _returns_nothing_on_purpose(source: Source, row: int, _: str) -> bool:
    """`x not in seen and not seen.add(x)` adds on the way."""
    return bool(re.search(r"\b(?:and|or)\s+(?:not\s+)?[\w.]+\.\w+\(", source.lines[row - 1]))


def _asks_for_nan(source: Source, row: int, _: str) -> bool:
    """A plain name that is not equal to itself is NaN; `a.b === a.b` means another's b."""
    return bool(
        re.search(r"(?<![\w.$])(\+?[\w$]+)\s*[!=]==?\s*\1(?![\w.$(\[])", source.lines[row - 1])
    )


def _is_of_a_compiler(_: Source, __: int, message: str) -> bool:
    """Compilers to older JavaScript write functions that replace themselves."""
    return message.startswith("'_")


def _walks_along(source: Source, row: int, _: str) -> bool:
    """`while (node = node.next)` is how lists are walked along, and matches are gone through."""
    return not re.search(r"\bif\s*\(", source.lines[row - 1])


def _is_handed_on(source: Source, row: int, _: str) -> bool:
    """Who gets the file closes it, or it is closed in another branch."""
    name = re.match(r"\s*(\w+)\s*(?::[^=]+)?=", source.lines[row - 1])
    if name is None:
        return False
    used = (
        rf"\b{name[1]}\.close\b|with {name[1]}\b|\.\w+ = {name[1]}\b|"
        rf"[(,=\[{{:]\s*{name[1]}\b(?![.\[(])"
    )
    return any(re.search(used, line) for line in _rest(source, row))


def _asks_for_identity_first(source: Source, row: int, _: str) -> bool:
    """`a == b || a != null && a.equals(b)` saves the longer comparison."""
    return any("equals" in line for line in source.lines[row - 1 : row + 3])


def _has_a_value_in_time(source: Source, row: int, message: str) -> bool:
    """What is assigned further down has its value from an earlier turn of a loop; and a name in a
    text is of an annotation, which nothing evaluates."""
    found = re.search(r"`([^`]+)`", message)
    if found is None:
        return False
    line, name = source.lines[row - 1], rf"\b{re.escape(found[1])}\b"
    plain = re.sub(r"""(?<![fFrR])(["'])(?:\\.|(?!\1)[^\\])*+\1""", "", line)
    if re.search(name, line) and not re.search(name, plain):
        return True
    return is_assigned(source.text, row, found[1]) or _is_for_another_version(source, row)


def _is_for_another_version(source: Source, row: int) -> bool:
    """A branch for Python 2 has the names of Python 2."""
    depth = _depth(source.lines[row - 1])
    for line in reversed(source.lines[max(0, row - _MOST_LINES) : row - 1]):
        if line.strip() and _depth(line) < depth:
            depth = _depth(line)
            if re.search(r"version_info|\bPY[23]\b|NameError", line):
                return True
    return False


def _replaces_the_value(source: Source, row: int, _: str) -> bool:
    """Who puts another value in each place shares none."""
    name = re.match(r"\s*(\w+)\s*=", source.lines[row - 1])
    if name is None:
        return False
    changes = rf"\b{name[1]}\[.+\](?:\.\w+\(|\[.+\]\s*[-+|]?=)"
    return not any(re.search(changes, line) for line in _rest(source, row))


def _was_filled_in(source: Source, row: int, _: str) -> bool:
    """A script that was made for this machine compares what stood for something in its template:
    two texts in quotes, or answers. Who forgot a $ wrote a plain name."""
    sides = re.search(
        r"""\[\s+(["']?)([\w.-]*)\1\s*!?==?\s*(["']?)([\w.-]*)\3\s*\]""", source.lines[row - 1]
    )
    answer = r"[xz]?(?:yes|no|true|false|\d*)"
    return sides is not None and (
        bool(sides[1] and sides[3]) or bool(re.fullmatch(answer, sides[2] or "x", re.I))
    )


def _strips_marks(source: Source, row: int, _: str) -> bool:
    """Marks are stripped one by one; letters make a word."""
    given = re.search(r"strip\(\s*[bru]*([\"'].*?[\"'])\s*\)", source.lines[row - 1])
    return given is not None and not re.search("[A-Za-z].*[A-Za-z]", given[1])


def _keeps_its_size(source: Source, row: int, _: str) -> bool:
    """Another value for a key leaves a dict as large as it was."""
    return not re.search(
        r"\.(?:append|add|insert|remove|discard|pop|popitem|extend|clear)\(|\bdel\b",
        source.lines[row - 1],
    )


def _is_closed_by_try(source: Source, row: int, _: str) -> bool:
    """What is opened between the brackets of `try (…)` is closed at its end."""
    return any(re.search(r"\btry\s*\(", line) for line in source.lines[max(0, row - 5) : row])


def _cannot_fail(source: Source, row: int, _: str) -> bool:
    """Nothing is called while the lock is held."""
    for line in _rest(source, row):
        if re.search(r"\.(?:unlock|release)\(", line):
            return True
        if "(" in line or "[" in line:
            return False
    return False


def _asks_itself_for_files(source: Source, _: int, __: str) -> bool:
    """A resolver or a feature of its own decides what an XML document may have read."""
    return bool(re.search(r"setEntityResolver|setFeature|FEATURE_SECURE", source.text))


def _imports_again(source: Source, row: int, _: str) -> bool:
    """The same module once more, where it is used."""
    return bool(re.match(r"\s*(?:import|from)\b", source.lines[row - 1]))


def _is_one_digit(source: Source, row: int, _: str) -> bool:
    """A mode of one digit is the same to either base."""
    return bool(re.search(r"\(\s*[0-7]\s*\)", source.lines[row - 1]))


def _finds_names_when_asked(source: Source, _: int, __: str) -> bool:
    """A module with a `__getattr__` of its own may have any name."""
    return bool(re.search(r"^[^\S\n]*def __getattr__\(|__getattr__\s*=", source.text, re.MULTILINE))


def _overrides_as_well(source: Source, row: int, _: str) -> bool:
    """An overload beside the method of Object, which calls it."""
    return bool(re.search(r"\bequals\(\s*(?:final\s+|@\w+\s+)*Object\b", source.text))


def _rest(source: Source, row: int) -> Iterator[str]:
    """The lines after one, to the end of its function."""
    depth = _depth(source.lines[row - 1])
    for line in source.lines[row : row + _MOST_LINES]:
        if re.match(r"\s*(?:async\s+def|def|class)\b", line) and _depth(line) < depth:
            return
        yield line[:_LONGEST_LINE]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


DOUBTS: dict[str, Callable[[Source, int, str], bool]] = {
    "ruff/B005": _strips_marks,
    "ruff/B015": _orders_in_a_test,
    "ruff/B909": _keeps_its_size,
    "ruff/F811": _imports_again,
    "ruff/RUF064": _is_one_digit,
    "ruff/F822": _finds_names_when_asked,
    "ruff/PLR0124": _asks_for_nan,
    "ruff/F821": _has_a_value_in_time,
    "ruff/RUF024": _replaces_the_value,
    "mypy/used-before-def": _asks_whether_it_exists,
    "mypy/func-returns-value": _returns_nothing_on_purpose,
    "shellcheck/SC2050": _was_filled_in,
    "eslint/no-func-assign": _is_of_a_compiler,
    "eslint/no-self-compare": _asks_for_nan,
    "eslint/no-cond-assign": _walks_along,
    "ponder/java-documents-from-outside": _asks_itself_for_files,
    "ponder/java-lock-kept-after-error": _cannot_fail,
    "ponder/java-stream-never-closed": _is_closed_by_try,
    "ponder/python-lock-kept-after-error": _cannot_fail,
    "ponder/java-equals-that-overrides-nothing": _overrides_as_well,
    "ponder/java-text-compared-by-identity": _asks_for_identity_first,
    "ponder/python-file-never-closed": _is_handed_on,
}
"""True for what is no bug, at a line, by what was said of it; by the rule's name."""
