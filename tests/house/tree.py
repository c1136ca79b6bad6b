"""The tracked files, and what they import and define, for the tests of the house."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "cli", "core", "migrations", "web", "workers")


@cache
def tracked() -> tuple[Path, ...]:
    """Paths relative to the root. A clone owned by somebody else is read all the same."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = filter(None, listed.stdout.split("\0"))
    return tuple(Path(name) for name in sorted(names) if (ROOT / name).is_file())


def modules(*packages: str) -> list[Path]:
    """Python that is ours: fixtures are what others might write."""
    wanted = packages or PACKAGES
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and path.parts[0] in wanted and "fixtures" not in path.parts
    ]


def read(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def imported(source: str) -> Iterator[str]:
    """Dotted names: `from a.b import c` gives a.b and a.b.c, since c may be a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def defined(source: str) -> Iterator[str]:
    """Names of the functions and classes that a source defines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def words(name: str) -> list[str]:
    """The words of snake_case, kebab-case and CamelCase, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]
