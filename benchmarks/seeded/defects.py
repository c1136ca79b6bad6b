"""Defects written by hand: each one a mistake that a person makes, in a package of the cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.seeded.mutate import Mutant

KIND = "by-hand"
_CACHETOOLS = "src/cachetools/__init__.py"
_Text = tuple[str, str, str]
_DEFECTS: dict[str, tuple[_Text, ...]] = {
    "inflection": (
        ("inflection/__init__.py", "camelize(string)[1:]", "string[1:]"),
        ("inflection/__init__.py", "(11, 12, 13)", "(11, 12)"),
        ("inflection/__init__.py", "word.lower() in UNCOUNTABLES", "word in UNCOUNTABLES"),
        ("inflection/__init__.py", 're.sub(r"_id$", "", word)', 'word.strip("_id")'),
    ),
    "isodate": (
        ("src/isodate/duration.py", "other.month - self", "other.month + self"),
        ("src/isodate/duration.py", "fquotmod(newmonth, 1, 13)", "fquotmod(newmonth, 0, 12)"),
        ("src/isodate/duration.py", "if other.day > maxdays:", "if other.day > 30:"),
        ("src/isodate/isotime.py", 'value.replace(",", ".")', "value"),
    ),
    "semver": (
        ("src/semver/version.py", 'identifier.lstrip("0") or "0"', 'identifier.lstrip("0")'),
        ("src/semver/version.py", "(0, len(normalized), normalized)", "(0, 0, normalized)"),
        ("src/semver/version.py", "max(end - len(next_), start)", "start + len(next_) - 1"),
        ("src/semver/version.py", "not pattern.fullmatch(", "not pattern.match("),
    ),
    "sqlparse": (
        ("sqlparse/utils.py", r"2 if text.startswith('\r\n', pos) else 1", "1"),
        ("sqlparse/utils.py", "val[0] in ('\"', \"'\", '`') and val[0]", "val[0]"),
        ("sqlparse/sql.py", "range(start - 2, -1, -1)", "range(start - 2, 0, -1)"),
        ("sqlparse/sql.py", "if idx <= offset < end:", "if idx <= offset <= end:"),
    ),
    "cachetools": (
        (_CACHETOOLS, "copy.__data = self.__data.copy()", "copy.__data = self.__data"),
        (_CACHETOOLS, "self.__currsize += diffsize", "self.__currsize += itemsize"),
        (_CACHETOOLS, "self.__order.move_to_end(key)", "self.__order[key] = None"),
        (_CACHETOOLS, "            size.clear()\n", "            self.__size = None\n"),
    ),
}


def defects(package: str, tree: Path) -> Iterator[Mutant]:
    """Raise ValueError where the package has no such text: it is not the pinned one."""
    for path, old, new in _DEFECTS[package]:
        raw = (tree / path).read_bytes()
        start = raw.index(old.encode())
        line = raw.count(b"\n", 0, start) + 1
        yield Mutant(KIND, path, line, start, start + len(old.encode()), new)
