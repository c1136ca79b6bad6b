"""After any sequence of commits, the incremental index equals a full rebuild, row for row."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.db import repositories
from core.db.connect import Database
from core.settings import Settings
from tests.checkout import Checkout
from tests.workers.index.conftest import Indexed
from workers.git import discard

CONTENTS = [
    b"",
    b"def f():\n    return g()\n",
    b"class A:\n    def f(self):\n        return 1\n",
    b"#!/bin/sh\nf() { g; }\n",
    b"# @generated\nx = 1\n",
    b"\0\1",
    b"def broken(:\n  \xff\n",
    b"a=1;" * 400,
]
ATTRIBUTES = [b"", b"*.py linguist-generated\n", b"* -linguist-generated\nd/** linguist-vendored\n"]
ATTRIBUTE_FILES = [".gitattributes", "d/.gitattributes"]
CONFIGURATIONS = [b"", b"exclude: ['*.txt']\n", b"exclude: [1]\n"]
PATHS = ["a.py", "b.py", "c", "c/a.py", "d/a.py", "d/e/b.txt", "f.js", "poetry.lock", "g h\n.sh"]

paths = st.sampled_from(PATHS)
Step = Callable[[Path], None]


def clear(file: Path) -> None:
    """Make room for a file, even where it or one of its folders is something else."""
    for folder in (*reversed(file.parents), file):
        if folder.is_symlink() or (folder.is_file() and folder != file):
            folder.unlink()
    if file.is_dir():
        shutil.rmtree(file)
    file.parent.mkdir(parents=True, exist_ok=True)


def write(path: str, content: bytes) -> Step:
    def step(root: Path) -> None:
        clear(root / path)
        (root / path).write_bytes(content)

    return step


def link(path: str) -> Step:
    def step(root: Path) -> None:
        clear(root / path)
        (root / path).unlink(missing_ok=True)
        (root / path).symlink_to("a.py")

    return step


def remove(path: str) -> Step:
    def step(root: Path) -> None:
        file = root / path
        if file.is_symlink() or file.is_file():
            file.unlink()
        elif file.is_dir():
            shutil.rmtree(file)

    return step


def rename(path: str, to: str) -> Step:
    def step(root: Path) -> None:
        file = root / path
        if file.is_file() and not file.is_symlink() and path != to:
            content = file.read_bytes()
            file.unlink()
            write(to, content)(root)

    return step


def change_mode(path: str) -> Step:
    def step(root: Path) -> None:
        file = root / path
        if file.is_file() and not file.is_symlink():
            file.chmod(file.stat().st_mode ^ 0o111)

    return step


steps = st.one_of(
    st.builds(write, paths, st.sampled_from(CONTENTS)),
    st.builds(write, paths, st.sampled_from(CONTENTS)),
    st.builds(remove, paths),
    st.builds(rename, paths, paths),
    st.builds(change_mode, paths),
    st.builds(link, paths),
    st.builds(write, st.sampled_from(ATTRIBUTE_FILES), st.sampled_from(ATTRIBUTES)),
    st.builds(write, st.just(".github/ponder.yml"), st.sampled_from(CONFIGURATIONS)),
)
histories = st.lists(st.lists(steps, min_size=1, max_size=6), min_size=2, max_size=4)

ROWS = {
    "blobs": "sha, language, lines, size, has_error, text, rules",
    "blob_chunks": "chunks, packed",
    "symbols": "ordinal, name, qualified, kind, start_line, end_line, signature, docstring",
    "symbol_references": "name, kind, symbol, lines",
}


async def rows(indexed: Indexed, snapshot_id: int) -> dict[str, Any]:
    """Everything that a snapshot holds, without the ids that the database gave."""
    files = await indexed.files(snapshot_id)
    found: dict[str, Any] = {
        path: [file.raw_path, file.sha, file.skipped] for path, file in files.items()
    }
    for path, file in files.items():
        for table, columns in ROWS.items():
            key = "id" if table == "blobs" else "blob_id"
            query = f"SELECT {columns} FROM {table} WHERE {key} = %s"
            found[path].append(sorted(await indexed.fetch(query, file.blob_id)))
    found["history"] = sorted(
        await indexed.fetch(
            "SELECT path, last_commit, last_committed_at, commits FROM file_history "
            "WHERE repository_id = %s",
            indexed.repository.id,
        )
    )
    return found


@pytest.mark.timeout(1200)
@given(histories)
@hypothesis_settings(
    max_examples=int(os.environ.get("PONDER_HISTORIES", "5")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target],
)
async def test_the_incremental_index_equals_a_full_rebuild(
    settings: Settings, database: Database, history: list[list[Step]]
) -> None:
    with TemporaryDirectory() as folder:
        checkout = Checkout(Path(folder) / "shop")
        # Enough that does not change, so that small changes are stored as overlays.
        for number in range(30):
            checkout.write(f"still/{number}.py", f"def still_{number}(): pass\n")
        checkout.commit()
        followed = await connected(settings, database, checkout, str(checkout.path))
        await followed.index()
        seen: list[str] = []
        for changes in history:
            for change in changes:
                change(checkout.path)
            commit = checkout.commit()
            full = await connected(settings, database, checkout, checkout.path.as_uri())
            expected = await rows(full, (await full.index()).snapshot_id)
            assert await rows(followed, (await followed.index()).snapshot_id) == expected
            seen.append(commit)
            await forget(full)
        await check_overlay(followed, seen[0])
        await forget(followed)


async def check_overlay(followed: Indexed, commit: str) -> None:
    """An overlay made for a ref equals a full index at that commit, by the same configuration."""
    checkout = followed.checkout
    # The snapshots are made anew, the older commit's on top of the newest.
    await followed.fetch(
        "UPDATE repositories SET snapshot_id = NULL WHERE id = %s RETURNING id",
        followed.repository.id,
    )
    await followed.fetch(
        "DELETE FROM snapshots WHERE repository_id = %s RETURNING id", followed.repository.id
    )
    await followed.index()
    overlay = await rows(followed, (await followed.index(commit)).snapshot_id)
    full = await connected(followed.settings, followed.database, checkout, checkout.path.as_uri())
    expected = await rows(full, (await full.index(commit)).snapshot_id)
    del overlay["history"], expected["history"]
    assert overlay == expected
    await forget(full)


async def connected(
    settings: Settings, database: Database, checkout: Checkout, source: str
) -> Indexed:
    async with database.tenant(0) as connection:
        repository = await repositories.connect_local(connection, name="shop", source=source)
    return Indexed(settings, database, checkout, repository)


async def forget(indexed: Indexed) -> None:
    await indexed.fetch(
        "DELETE FROM repositories WHERE id = %s RETURNING id", indexed.repository.id
    )
    await discard(indexed.mirror)
