"""Which files a search is about: `path:` and `lang:`, and what they leave out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

import numpy as np
import re2
from pathspec import PathSpec

from core.errors import UserError
from workers.languages import LANGUAGES
from workers.retrieve.snapshot_index import Bools, SnapshotIndex
from workers.retrieve.syntax import Query

Fits = Callable[[str], bool]

_ALSO = {
    "c++": "cpp",
    "c#": "csharp",
    "golang": "go",
    "jsx": "javascript",
    "shell": "bash",
    "plain": "text",
}
_FAMILIES = {"typescript": frozenset({"typescript", "tsx"})}


def _names() -> dict[str, str]:
    """What people call a language: its name, the endings of its files, and some more."""
    endings = {
        ending.lstrip("."): each.name for each in LANGUAGES.values() for ending in each.extensions
    }
    return {**endings, **_ALSO, **{name: name for name in LANGUAGES}}


LANGUAGE_NAMES = _names()


def files_within(index: SnapshotIndex, query: Query) -> Bools:
    """A mask over the files of the index. Raises UserError for a language that is none."""
    kept = index.alive_files.copy()
    for excluded in (False, True):
        paths = [path_fits(value) for value in query.of("path", excluded=excluded)]
        if paths:
            kept &= _mask(index.paths, _any_of(paths)) ^ excluded
        languages = _languages(query.of("lang", excluded=excluded))
        if languages:
            kept &= _mask(index.languages, languages.__contains__) ^ excluded
    return kept


def _any_of(patterns: Sequence[Fits]) -> Fits:
    return lambda path: any(fits(path) for fits in patterns)


def _mask(values: Sequence[str], fits: Fits) -> Bools:
    return np.fromiter(map(fits, values), dtype=np.bool_, count=len(values))


def path_fits(wanted: str) -> Fits:
    """A pattern as in .gitignore, the beginning of a path, or parts of it in full; a slash before
    them means the beginning alone. Small letters fit capitals too."""
    folded = wanted == wanted.lower()
    if any(character in wanted for character in "*?["):
        return _glob(wanted, folded=folded)
    begin = wanted.removeprefix("./").lstrip("/")
    parts = "" if wanted.startswith("/") else begin.strip("/")

    def fits(path: str) -> bool:
        path = path.lower() if folded else path
        return path.startswith(begin) or (bool(parts) and f"/{parts}/" in f"/{path}/")

    return fits


def _glob(wanted: str, *, folded: bool) -> Fits:
    """In RE2, because many stars would keep a backtracking engine busy."""
    escaped = f"\\{wanted}" if wanted[0] in "!#" else wanted
    (pattern,) = PathSpec.from_lines("gitignore", [escaped]).patterns
    written = getattr(pattern, "regex", None)
    if written is None:
        raise UserError(f"'{wanted}' is no pattern of paths; write it as in .gitignore.")
    compiled = re2.compile(("(?i)" if folded else "") + written.pattern)
    return lambda path: compiled.match(path) is not None


def _languages(values: Sequence[str]) -> frozenset[str]:
    return frozenset[str]().union(*(_language(value) for value in values))


def _language(value: str) -> frozenset[str]:
    name = LANGUAGE_NAMES.get(value.lower().lstrip("."))
    if name is None:
        near = difflib.get_close_matches(value.lower(), [*LANGUAGES, *_ALSO], n=3, cutoff=0.6)
        known = " or ".join(near) if near else ", ".join(sorted(LANGUAGES))
        raise UserError(
            f"Ponder knows no language '{value}'; "
            + (f"did you mean {known}?" if near else f"there are {known}.")
        )
    return _FAMILIES.get(name, frozenset({name}))
