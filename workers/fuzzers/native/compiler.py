"""Clang with libFuzzer: not part of the toolchain, for few repositories have a use for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDERS = (Path("/usr/local/bin"), Path("/usr/bin"))
_NAME = re.compile(r"clang(?:-(\d+))?")
_RUNTIME = (
    "lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a",
    "lib/clang/*/lib/*/libclang_rt.fuzzer.a",
)


@dataclass(frozen=True, slots=True)
class Compiler:
    """Commands, as they are named in the sandbox: it sees the system's programs read-only."""

    c: tuple[str, ...]
    cpp: tuple[str, ...]
    archive: tuple[str, ...] = ("ar",)


def compiler(folders: Sequence[Path] = _FOLDERS) -> Compiler | None:
    """The newest one of this machine that has libFuzzer with it; None where there is none."""
    found = [
        (int(named[1] or 0), path)
        for folder in folders
        for path in sorted(folder.glob("clang*"))
        if (named := _NAME.fullmatch(path.name)) and _fuzzes(path)
    ]
    if not found:
        return None
    path = max(found)[1]
    second = path.with_name(path.name.replace("clang", "clang++"))
    return Compiler((str(path),), (str(second if second.exists() else path),))


def _fuzzes(path: Path) -> bool:
    """Whether the library is where the compiler looks for it: beside itself."""
    home = path.resolve().parents[1]
    return any(next(home.glob(pattern), None) for pattern in _RUNTIME)
