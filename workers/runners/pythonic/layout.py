"""Where a Python repository keeps its tests, and from which folders its code is imported."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from workers.runners.base import Suite

_TEST_FILE = re.compile(r"(test_.*|.*_test|tests?)\.py")
_IMPORTED = re.compile(rb"^[^\S\n]*(?:from|import)\s+([A-Za-z_]\w*)", re.MULTILINE)
_DOCUMENT = re.compile(r"(README[^/]*|docs?/.*)\.(rst|md|txt)")
_TEST_FOLDERS = {"test", "tests", "testing"}
_ASIDE = {"docs", "doc", "examples", "example", "bench", "benchmarks", "build", "dist", "vendor"}


def suite(folder: Path, paths: Sequence[str]) -> Suite | None:
    """Tests and roots of a repository; None where there is no Python to import. `files` are the
    sources that are no tests."""
    python = [path for path in paths if path.endswith(".py") and not _is_aside(path)]
    tests = [path for path in python if is_test(path)]
    sources = [path for path in python if not is_test(path)]
    roots = _roots(python)
    packages = {_package(path, root) for path in sources for root in (_root(path, roots),)}
    known = tuple(sorted(name for name in packages if name.isidentifier()))
    if not known:
        return None
    targets = sorted({_target(path) for path in tests if _TEST_FILE.fullmatch(_name(path))})
    texts = {path: _text(folder / path) for path in sources}
    documents = {path: _text(folder / path) for path in paths if _DOCUMENT.fullmatch(path)}
    shown = tuple(path for path, text in (texts | documents).items() if b">>> " in text)
    wants = frozenset(name.decode() for text in texts.values() for name in _IMPORTED.findall(text))
    return Suite(tuple(_outermost(targets)), tuple(sources), roots, known, shown, wants)


def is_test(path: str) -> bool:
    """Whether a file is part of the tests rather than of what they test."""
    parts = PurePosixPath(path).parts or ("",)
    name = parts[-1]
    if name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py"):
        return True
    return bool(_TEST_FOLDERS & set(parts[:-1]) - {"testing"}) or parts[0] == "testing"


def module(path: str, roots: Sequence[str]) -> str:
    """The dotted name that a file is imported by."""
    root = _root(path, roots)
    inner = path if root == "." else path[len(root) + 1 :]
    dotted = inner.removesuffix(".py").replace("/", ".")
    return dotted.removesuffix(".__init__")


def _text(file: Path) -> bytes:
    return b"" if file.is_symlink() or not file.is_file() else file.read_bytes()


def shared(packages: Sequence[str], site: Path) -> list[str]:
    """Those of the packages that the toolchain has as well, so that a test runner may have imported
    its own before a test asks for the repository's."""
    found = next(iter(site.glob("lib/python3.*/site-packages")), None)
    if found is None:
        return []
    there = {entry.name.removesuffix(".py") for entry in found.iterdir()}
    return [name for name in packages if name in there or name in sys.stdlib_module_names]


def _is_aside(path: str) -> bool:
    first = PurePosixPath(path).parts[0]
    return first in _ASIDE or first.startswith(".")


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _roots(python: Sequence[str]) -> tuple[str, ...]:
    layouts = ("src", "lib", "python")
    found = [
        root for root in layouts if any(re.match(rf"{root}/\w+(/|\.py$)", path) for path in python)
    ]
    inits = {str(PurePosixPath(path).parent) for path in python if path.endswith("/__init__.py")}
    return (*(root for root in found if root not in inits), ".")


def _root(path: str, roots: Sequence[str]) -> str:
    return next((root for root in roots if root != "." and path.startswith(root + "/")), ".")


def _package(path: str, root: str) -> str:
    inner = PurePosixPath(path if root == "." else path[len(root) + 1 :])
    if len(inner.parts) == 1:
        stem = inner.stem
        return "" if root == "." and stem in {"setup", "conftest", "noxfile", "tasks"} else stem
    return inner.parts[0]


def _target(path: str) -> str:
    parts = PurePosixPath(path).parts
    for at, part in enumerate(parts[:-1]):
        if part in _TEST_FOLDERS:
            return "/".join(parts[: at + 1])
    return path


def _outermost(targets: Sequence[str]) -> list[str]:
    return [
        target
        for target in targets
        if not any(target.startswith(other + "/") for other in targets if other != target)
    ]
