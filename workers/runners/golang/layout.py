"""Where the modules of Go in a repository are, and their tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from workers.runners.base import Suite
from workers.sandbox import files

_MODULE = re.compile(rb"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_IMPORTS = re.compile(rb"^[^\S\n]*(?:import\s+)?(?:[\w.]+\s+)?\"([\w./~-]+)\"", re.MULTILINE)
_BODY = re.compile(rb"^(?:func|type|var|const)\b", re.MULTILINE)
_ASIDE = {"vendor", "testdata", "node_modules"}
_LARGEST = 2_000_000


def suite(folder: Path, paths: Sequence[str]) -> Suite | None:
    """Targets are folders with tests, roots those of modules, and packages the modules' names; None
    where there is no module."""
    modules = {
        str(PurePosixPath(path).parent): name
        for path in paths
        if PurePosixPath(path).name == "go.mod" and not _is_aside(path)
        if (name := module_name(folder, path))
    }
    code = [each for each in paths if each.endswith(".go") and not _is_aside(each)]
    code = [each for each in code if root_of(each, modules) is not None]
    if not code:
        return None
    tests = [path for path in code if is_test(path)]
    sources = [path for path in code if not is_test(path)]
    targets = sorted({str(PurePosixPath(path).parent) for path in tests})
    wants = frozenset(_wanted(folder, code, tuple(modules.values())))
    return Suite(
        tuple(targets),
        tuple(sources),
        tuple(sorted(modules)),
        tuple(sorted(modules.values())),
        (),
        wants,
    )


def is_test(path: str) -> bool:
    return path.endswith("_test.go")


def root_of(path: str, roots: Sequence[str] | dict[str, str]) -> str | None:
    """The folder of the module that a file belongs to: the nearest above."""
    for parent in PurePosixPath(path).parents:
        if str(parent) in roots:
            return str(parent)
    return None


def module_name(folder: Path, path: str) -> str:
    """What a go.mod calls its module; '' where it says nothing."""
    found = _MODULE.search(files.read(folder, path, _LARGEST) or b"")
    return found[1].decode(errors="replace") if found else ""


def package_path(folder: Path, suite: Suite, path: str) -> str:
    """What the package of a file is imported by."""
    root = root_of(path, suite.roots) or "."
    name = module_name(folder, "go.mod" if root == "." else f"{root}/go.mod")
    parent = PurePosixPath(path).parent
    inner = str(parent.relative_to(root)) if root != "." else str(parent)
    return name if inner == "." else f"{name}/{inner}"


def _wanted(folder: Path, code: Sequence[str], modules: Sequence[str]) -> set[str]:
    """Modules of others: the first part of their names has a dot."""
    found: set[str] = set()
    for path in code:
        text = files.read(folder, path, _LARGEST) or b""
        head = _BODY.split(text, maxsplit=1)[0]
        for name in _IMPORTS.findall(head):
            told = name.decode()
            own = any(told == each or told.startswith(each + "/") for each in modules)
            if "." in told.partition("/")[0] and not own:
                found.add(told)
    return found


def _is_aside(path: str) -> bool:
    parts = PurePosixPath(path).parts[:-1]
    return any(part in _ASIDE or part.startswith((".", "_")) for part in parts)
