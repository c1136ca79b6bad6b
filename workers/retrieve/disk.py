"""Arrays as files, mapped into memory: a worker that starts answers at once, and all workers of a
machine share the pages.

What lies here is derived from the database and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import log
from core.db import quantised
from workers.index import terms
from workers.retrieve import columns, kinds, postings, segment, vectors

LIMIT_BYTES = 20 << 30
"""What was not used for the longest time goes first."""

_ABANDONED_SECONDS = 3600.0
_MANIFEST = "arrays.json"
_NAMED = re.compile(r"draft-|[0-9a-f]{12}-")

_log = log.get(__name__)


def _version() -> str:
    """Of the code that decides what is in the arrays: nobody can forget to raise it."""
    modules = (terms, columns, kinds, postings, segment, vectors, quantised)
    sources = (Path(str(module.__file__)).read_bytes() for module in modules)
    return hashlib.sha256(b"\0".join(sources)).hexdigest()[:12]


VERSION = _version()


Shape = int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Arrays that are being written, into a folder that nobody else looks at."""

    folder: Path

    def allocate(self, name: str, shape: Shape, kind: type) -> NDArray[Any]:
        """To be filled in place. Raises OSError where there is no room for it: a mapping of a file
        that has none ends the process when it is written to."""
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        if not size:
            return np.zeros(shape, dtype=kind)
        with _file(self.folder, name).open("wb") as file:
            _reserve(file.fileno(), size)
        return np.memmap(_file(self.folder, name), kind, "r+", shape=shape)

    def append(self, name: str, rows: NDArray[Any]) -> None:
        with _file(self.folder, name).open("ab") as file:
            file.write(rows.tobytes())

    def appended(self, name: str, kind: np.dtype[Any]) -> NDArray[Any]:
        path = _file(self.folder, name)
        return _mapped(path, kind, path.stat().st_size // kind.itemsize if path.exists() else 0)

    def finish(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Write what was neither allocated nor appended here."""
        for name, array in arrays.items():
            if not _file(self.folder, name).exists():
                array.tofile(_file(self.folder, name))
        manifest = {name: [_described(array.dtype), array.shape] for name, array in arrays.items()}
        (self.folder / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Disk:
    """Arrays by repository and name. What follows a dot in a name belongs to what stands before."""

    root: Path
    limit_bytes: int = LIMIT_BYTES

    def get(self, repository_id: int, name: str) -> dict[str, NDArray[Any]] | None:
        folder = self._folder(repository_id, name)
        try:
            manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            os.utime(folder)
            return {
                each: _mapped(_file(folder, each), _kind(kind), tuple(shape))
                for each, (kind, shape) in manifest.items()
            }
        except (OSError, ValueError):
            return None

    @contextmanager
    def draft(self, repository_id: int, name: str) -> Iterator[Draft]:
        """Visible once it is whole. Raises OSError where nothing can be written."""
        folder = self._folder(repository_id, name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="draft-", dir=folder.parent))
        try:
            yield Draft(made)
            with suppress(OSError):  # another worker was faster: it wrote the same
                made.rename(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        self._shrink()

    def keep(self, repository_id: int, names: set[str]) -> None:
        """Delete what else there is of a repository."""
        for folder in _ours(self.root / str(repository_id)):
            if folder.name.partition("-")[2].partition(".")[0] not in names and not _is_young_draft(
                folder
            ):
                shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, repository_id: int, name: str) -> Path:
        return self.root / str(repository_id) / f"{VERSION}-{name}"

    def _shrink(self) -> None:
        """Delete what another version wrote, what was abandoned, and what is too much."""
        left = self.limit_bytes
        found = [each for repository in _folders(self.root) for each in _ours(repository)]
        for folder in sorted(found, key=_used, reverse=True):
            if _is_young_draft(folder):
                continue
            left -= sum(_size(file) for file in folder.iterdir())
            if left < 0 or not folder.name.startswith(VERSION):
                shutil.rmtree(folder, ignore_errors=True)
                _log.info("mapped arrays deleted", folder=str(folder))


def _reserve(file: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
    else:
        os.truncate(file, size)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.bin"


def _described(kind: np.dtype[Any]) -> Any:
    return kind.descr if kind.names else kind.str


def _kind(described: Any) -> np.dtype[Any]:
    fields = [tuple(field) for field in described] if isinstance(described, list) else described
    return np.dtype(fields)


def _mapped(path: Path, kind: np.dtype[Any], shape: Shape) -> NDArray[Any]:
    """A plain array over the mapping: numpy's own class makes each slice slow."""
    if not np.prod(shape):
        return np.zeros(shape, dtype=kind)
    return np.memmap(path, kind, "r", shape=shape).view(np.ndarray)


def _folders(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if each.is_dir()]
    except OSError:
        return []


def _ours(folder: Path) -> list[Path]:
    """Nothing else is ever deleted, wherever the root may be."""
    return [each for each in _folders(folder) if _NAMED.match(each.name)]


def _is_young_draft(folder: Path) -> bool:
    return folder.name.startswith("draft-") and time.time() - _used(folder) < _ABANDONED_SECONDS


def _used(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
