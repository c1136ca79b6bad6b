from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from tests.workers.index.conftest import Indexed
from tests.workers.retrieve.sources import SHOP, index_of
from tests.workers.retrieve.test_search import QUESTIONS, hits, snapshot_of
from workers.retrieve import load
from workers.retrieve.disk import Disk
from workers.retrieve.search import Searcher
from workers.retrieve.segment import Segment, arrays_of, from_arrays


def write(disk: Disk, name: str) -> Segment:
    (made,) = index_of(SHOP).segments
    with disk.draft(7, name) as draft:
        draft.append("packed", made.packed)
        draft.finish(arrays_of(made))
    return made


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    made = write(disk, "1")
    read = disk.get(7, "1")
    assert read is not None
    for name, array in arrays_of(from_arrays(read)).items():
        assert np.array_equal(array, arrays_of(made)[name]), name


def test_a_draft_that_fails_leaves_nothing(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    with pytest.raises(OSError, match="no space"), disk.draft(7, "1"):
        raise OSError("no space")
    assert disk.get(7, "1") is None
    assert not any((tmp_path / "7").iterdir())


def test_the_least_used_goes_first_where_there_is_too_much(tmp_path: Path) -> None:
    write(Disk(tmp_path), "old")
    write(Disk(tmp_path), "new")
    for age, name in ((200, "old"), (100, "new")):
        (folder,) = (tmp_path / "7").glob(f"*-{name}")
        os.utime(folder, (folder.stat().st_mtime - age,) * 2)
    used = sum(file.stat().st_size for file in (tmp_path / "7").glob("*/*"))
    disk = Disk(tmp_path, limit_bytes=used)
    write(disk, "newest")
    assert disk.get(7, "old") is None
    assert disk.get(7, "new") is not None


def test_what_is_not_kept_is_deleted(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    write(disk, "1")
    write(disk, "2")
    disk.keep(7, {"2"})
    assert disk.get(7, "1") is None
    assert disk.get(7, "2") is not None


def test_room_is_reserved_before_it_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int, start: int, size: int) -> None:
        raise OSError(errno.ENOSPC, f"no room for {size}")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="no room for 40"), Disk(tmp_path).draft(7, "1") as draft:
        draft.allocate("numbers", 10, np.int32)
    assert not any((tmp_path / "7").iterdir())


def test_what_others_keep_there_is_left_alone(tmp_path: Path) -> None:
    others = tmp_path / "7" / "theirs"
    others.mkdir(parents=True)
    disk = Disk(tmp_path, limit_bytes=0)
    write(disk, "1")
    disk.keep(7, set())
    assert [folder.name for folder in (tmp_path / "7").iterdir()] == ["theirs"]


async def test_a_new_process_searches_the_files_of_an_earlier_one(
    shop: Indexed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = await snapshot_of(shop, **SHOP)
    in_memory = [await hits(Searcher(shop.database, None), snapshot, q) for q in QUESTIONS]
    disk = Disk(tmp_path)
    first = Searcher(shop.database, None, disk=disk)
    assert [await hits(first, snapshot, q) for q in QUESTIONS] == in_memory
    monkeypatch.setattr(load, "assemble", None)
    second = Searcher(shop.database, None, disk=disk)
    assert [await hits(second, snapshot, q) for q in QUESTIONS] == in_memory


async def test_a_folder_that_cannot_be_written_does_not_end_a_question(
    shop: Indexed, tmp_path: Path
) -> None:
    snapshot = await snapshot_of(shop, **SHOP)
    (tmp_path / "file").touch()
    searcher = Searcher(shop.database, None, disk=Disk(tmp_path / "file"))
    assert await hits(searcher, snapshot, QUESTIONS[0])


async def test_files_of_forgotten_snapshots_are_deleted(shop: Indexed, tmp_path: Path) -> None:
    disk = Disk(tmp_path / "segments")
    first = await snapshot_of(shop, **SHOP)
    searcher = Searcher(shop.database, None, disk=disk)
    await searcher.warm(first)
    async with shop.database.tenant(0) as connection:
        await connection.execute("UPDATE repositories SET snapshot_id = NULL")
        await connection.execute("DELETE FROM snapshots")
    second = await snapshot_of(shop, **{"new.py": "def new():\n    return 1\n"})
    await searcher.warm(second)
    assert disk.get(shop.repository.id, load.name_of(first)) is None
    assert disk.get(shop.repository.id, load.name_of(second)) is not None
    searcher.forget(shop.repository.id)
    assert disk.get(shop.repository.id, load.name_of(second)) is None
