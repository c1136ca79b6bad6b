"""The files of a package that was unpacked."""

from __future__ import annotations

from pathlib import Path


def paths_of(folder: Path) -> list[str]:
    """Relative to it, sorted; links and what Python compiled are left out."""
    found = (each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())
    return sorted(
        str(each.relative_to(folder)) for each in found if "__pycache__" not in each.parts
    )
