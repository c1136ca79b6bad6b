"""The paths of a snapshot, as imports look for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from posixpath import dirname, normpath
from typing import TypeVar

from workers.graph.configs import Configs

_MOST_SUFFIXES = 6
_T = TypeVar("_T")


class Tree:
    """Files by number. `configs` are the files that give folders other names."""

    def __init__(self, paths: Sequence[str], configs: Configs | None = None) -> None:
        self.paths = paths
        self.configs = configs or Configs()

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {path: number for number, path in enumerate(self.paths)}

    @cached_property
    def folders(self) -> dict[str, list[int]]:
        """The files directly within each."""
        found: dict[str, list[int]] = {}
        for number, path in enumerate(self.paths):
            found.setdefault(dirname(path), []).append(number)
        return found

    @cached_property
    def _by_suffix(self) -> dict[str, list[int]]:
        return _suffixes((path, number) for number, path in enumerate(self.paths))

    @cached_property
    def _folders_by_suffix(self) -> dict[str, list[str]]:
        return _suffixes((folder, folder) for folder in self.folders if folder)

    def file(self, path: str) -> int | None:
        return self.numbers.get(normpath(path))

    def ending(self, suffix: str) -> list[int]:
        """Files whose path has this end, whole parts of it; those with the shortest paths."""
        return _shallowest(self._by_suffix.get(_cut(suffix), []), suffix, self._path)

    def folders_ending(self, suffix: str) -> list[str]:
        found = self._folders_by_suffix.get(_cut(suffix), [])
        return _shallowest(found, suffix, lambda folder: folder)

    def within(self, folders: Iterable[str], endings: tuple[str, ...]) -> list[int]:
        return [
            number
            for folder in folders
            for number in self.folders.get(folder, ())
            if self.paths[number].endswith(endings)
        ]

    def _path(self, number: int) -> str:
        return self.paths[number]


def _cut(suffix: str) -> str:
    return "/".join(suffix.strip("/").split("/")[-_MOST_SUFFIXES:])


def _suffixes(entries: Iterable[tuple[str, _T]]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for path, entry in entries:
        parts = path.split("/")[-_MOST_SUFFIXES:]
        for start in range(len(parts)):
            found.setdefault("/".join(parts[start:]), []).append(entry)
    return found


def _shallowest(found: Sequence[_T], suffix: str, path: Callable[[_T], str]) -> list[_T]:
    whole = [each for each in found if f"/{path(each)}".endswith(f"/{suffix.strip('/')}")]
    least = min((path(each).count("/") for each in whole), default=0)
    return [each for each in whole if path(each).count("/") == least]
