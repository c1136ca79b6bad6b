"""Names that a file of Python has from elsewhere in its repository: from whoever adds to Python's
own names, or loads modules and puts something into them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from workers.linters.merge import NOWHERE, Smell
from workers.linters.sources import LARGEST

_OF_ALL = re.compile(r"\b__builtins?__\b|\bbuiltins\b|gettext\b")
_LOADS = re.compile(
    r"\b(?:import_module|load_module|module_from_spec|exec_module|load_source|__import__)\b"
)
_SETS_ANY = re.compile(r"\bsetattr\(\s*(?!self\b|cls\b)\w+\s*,\s*(?!['\"])")
_MOST_FILES = 10_000


def weighed(code: Path, smells: Sequence[Smell]) -> list[Smell]:
    """A name that others may give is missed on suspicion alone. `code` is the whole tree."""
    missed = {each: name for each in smells if (name := _missed(each))}
    given: set[Smell] = set()
    for path, text in _sources(code) if missed else ():
        given |= {
            each
            for each, name in missed.items()
            if _gives(text, name) or _gives_any(text, path, each.path)
        }
    return [replace(each, evidence="suspected") if each in given else each for each in smells]


def _missed(smell: Smell) -> str:
    """The name; '' where it is none, or only suspected to be missing."""
    if smell.evidence != "proven" or smell.strongest.name != NOWHERE:
        return ""
    named = re.search(r"`(\w+)`", smell.strongest.message)
    return named[1] if named else ""


def _gives(text: str, name: str) -> bool:
    """By adding to Python's own names, or by putting it into a module that it loads."""
    if name not in text:
        return False
    into_all = _OF_ALL.search(text) and re.search(rf"[\"']{name}[\"']|builtins\.{name}\b", text)
    into_one = rf"(?<![\w.])(?!self\b|cls\b)\w+\.{name}\s*=(?!=)"
    return bool(into_all or (_LOADS.search(text) and re.search(into_one, text)))


def _gives_any(text: str, path: str, to: str) -> bool:
    """Whoever loads modules of its own folder by name, and sets whatever it is told."""
    beside = PurePosixPath(path).parent == PurePosixPath(to).parent
    return bool(beside and _LOADS.search(text) and _SETS_ANY.search(text))


def _sources(code: Path) -> Iterator[tuple[str, str]]:
    """Paths and texts of files of Python; those that are too large for a person are left out."""
    count = 0
    for folder, _, names in os.walk(code):
        for name in names:
            path = Path(folder, name)
            if not name.endswith(".py") or path.is_symlink() or path.stat().st_size > LARGEST:
                continue
            count += 1
            if count > _MOST_FILES:
                return
            yield path.relative_to(code).as_posix(), path.read_text(errors="replace")
