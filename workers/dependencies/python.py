"""Python: wheels of what the project asks for, where they exist at the versions of its lock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.settings import Registries
from workers.dependencies.base import MADE, Wanted
from workers.dependencies.requirements import pins, roots
from workers.sandbox import CODE, Toolchain

TARGET = "/dependencies/python"
_OURS = "coverage hypothesis iniconfig pluggy pytest pytest-cov pytest-timeout pytest-randomly"
"""What tests are run with is the toolchain's: another version would not fit the rest of it."""


def wanted(code: Path, registries: Registries, toolchain: Toolchain) -> Wanted | None:
    asked = roots(code)
    if not asked or not registries.python or not toolchain.has("uv"):
        return None
    files = {
        "asked.txt": _lines(asked),
        "pinned.txt": _lines(pins(code)),
        "ours.txt": _lines(_OURS.split()),
    }
    install = _install(registries.python, toolchain)
    pinned = (*install, "--constraints", "pinned.txt")
    return Wanted(registries.python, files, (pinned, install), TARGET, {"PYTHONPATH": TARGET})


def _install(index: str, toolchain: Toolchain) -> Sequence[str]:
    return (
        *(toolchain.program("uv"), "pip", "install", "--no-config", "--no-build", "--no-progress"),
        *("--no-python-downloads", "--system-certs", "--link-mode", "copy"),
        *("--cache-dir", f"{CODE}/cache", "--python", toolchain.python, "--target", MADE),
        *("--default-index", index, "--requirements", "asked.txt", "--excludes", "ours.txt"),
    )


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
