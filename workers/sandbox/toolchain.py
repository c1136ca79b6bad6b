"""Where the analysers and test runners are: installed apart, seen read-only in the sandbox."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(sys.prefix).resolve().with_name(".tools")
"""Beside the environment that Ponder itself is installed in."""


@dataclass(frozen=True, slots=True)
class Toolchain:
    """`folder` is a virtual environment of Python; `mounts` are all folders that its programs need,
    at the same paths inside as outside: scripts name their interpreter by its whole path."""

    folder: Path
    mounts: tuple[Path, ...]

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def has(self, name: str) -> bool:
        return (self.folder / "bin" / name).exists()

    @property
    def python(self) -> str:
        return self.program("python")


def installed(folder: Path = FOLDER) -> Toolchain | None:
    """None where the toolchain is not installed."""
    configuration = folder / "pyvenv.cfg"
    if not (folder / "bin" / "python").exists() or not configuration.exists():
        return None
    lines = dict(
        [part.strip() for part in line.split("=", 1)]
        for line in configuration.read_text().splitlines()
        if "=" in line
    )
    home = Path(lines["home"]).resolve().parent
    base = () if home == Path("/usr") else (home,)
    return Toolchain(folder, (folder, *base))
