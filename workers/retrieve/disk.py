"""Full segments as files, mapped into memory: a worker that starts answers at once, and all workers
of a machine share the pages.

What lies here is derived from the database and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import log
from workers.index import terms
from workers.index.terms import POSTING
from workers.retrieve import columns, kinds, postings, segment
from workers.retrieve.segment import Segment, arrays_of, from_arrays

LIMIT_BYTES = 20 << 30
"""The segments that were not used for the longest time go first."""

_ABANDONED_SECONDS = 3600.0
_MANIFEST = "segment.json"

_log = log.get(__name__)


def _version() -> str:
    """Of the code that decides what is in a segment: nobody can forget to raise it."""
    modules = (terms, columns, kinds, postings, segment)
    sources = (Path(str(module.__file__)).read_bytes() for module in modules)
    return hashlib.sha256(b"\0".join(sources)).hexdigest()[:12]


VERSION = _version()


@dataclass(frozen=True, slots=True)
class Draft:
    """A segment that is being written, into a folder that nobody else looks at."""

    folder: Path

    def allocate(self, name: str, length: int, kind: type) -> NDArray[Any]:
        if not length:
            return np.zeros(0, dtype=kind)
        return np.memmap(_file(self.folder, f"inverted.{name}"), kind, "w+", shape=(length,))

    def append(self, packed: NDArray[np.void]) -> None:
        with _file(self.folder, "packed").open("ab") as file:
            file.write(packed.tobytes())

    def packed(self) -> NDArray[np.void]:
        """What was appended."""
        path = _file(self.folder, "packed")
        length = path.stat().st_size // POSTING.itemsize if path.exists() else 0
        return _mapped(path, POSTING, length)

    def finish(self, made: Segment) -> None:
        arrays = arrays_of(made)
        for name, array in arrays.items():
            if not isinstance(array, np.memmap) and name != "packed":
                array.tofile(_file(self.folder, name))
        manifest = {name: [array.dtype.str, len(array)] for name, array in arrays.items()}
        (self.folder / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Disk:
    """Segments by name: `<repository>/<what the caller calls it>`."""

    root: Path
    limit_bytes: int = LIMIT_BYTES

    def get(self, repository_id: int, name: str) -> Segment | None:
        folder = self._folder(repository_id, name)
        try:
            manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            os.utime(folder)
            return from_arrays({
                each: _mapped(_file(folder, each), _kind(each, kind), length)
                for each, (kind, length) in manifest.items()
            })  # fmt: skip
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
            with suppress(OSError):  # another worker was faster: its segment is the same
                made.rename(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        self._shrink()

    def keep(self, repository_id: int, names: set[str]) -> None:
        """Delete the other segments of a repository."""
        for folder in _folders(self.root / str(repository_id)):
            if folder.name.partition("-")[2] not in names and not _is_young_draft(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, repository_id: int, name: str) -> Path:
        return self.root / str(repository_id) / f"{VERSION}-{name}"

    def _shrink(self) -> None:
        """Delete what another version wrote, what was abandoned, and what is too much."""
        left = self.limit_bytes
        found = [each for repository in _folders(self.root) for each in _folders(repository)]
        for folder in sorted(found, key=_used, reverse=True):
            if _is_young_draft(folder):
                continue
            left -= sum(_size(file) for file in folder.iterdir())
            if left < 0 or not folder.name.startswith(VERSION):
                shutil.rmtree(folder, ignore_errors=True)
                _log.info("segment deleted", folder=str(folder))


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.bin"


def _kind(name: str, kind: str) -> np.dtype[Any]:
    return POSTING if name == "packed" else np.dtype(kind)


def _mapped(path: Path, kind: np.dtype[Any], length: int) -> NDArray[Any]:
    """A plain array over the mapping: numpy's own class makes each slice slow."""
    if not length:
        return np.zeros(0, dtype=kind)
    return np.memmap(path, kind, "r", shape=(length,)).view(np.ndarray)


def _folders(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if each.is_dir()]
    except OSError:
        return []


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
