"""After any sequence of commits, the incremental index equals a full rebuild, row for row."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.db import repositories, snapshots
from core.db.connect import Database
from core.settings import Settings
from tests.checkout import Checkout
from tests.index_rows import found_by, rows
from tests.workers.index.conftest import Indexed
from workers.git import discard
from workers.retrieve.search import Searcher

CONTENTS = [
    b"",
    b"def f():\n    return g()\n",
    b"class A:\n    def f(self):\n        return 1\n",
    b"#!/bin/sh\nf() { g; }\n",
    b"# @generated\nx = 1\n",
    b"\0\1",
    b"def broken(:\n  \xff\n",
    b"a=1;" * 400,
    "def gr\u00fc\u00dfe():\n    return g()\n".encode("latin-1"),
    "def wide():\n    return g()\n".encode("utf-16"),
    b"def dos():\r\n    return f()\r\n",
]
ATTRIBUTES = [b"", b"*.py linguist-generated\n", b"* -linguist-generated\nd/** linguist-vendored\n"]
ATTRIBUTE_FILES = [".gitattributes", "d/.gitattributes"]
CONFIGURATIONS = [b"", b"exclude: ['*.txt']\n", b"exclude: [1]\n"]
# Some differ in case alone, some are a file here and a folder there; one is no UTF-8.
PATHS = [
    "a.py", "A.py", "b.py", "c", "c/a.py", "d/a.py", "D/a.py", "d/e/b.txt", "f.js", "poetry.lock",
    "g h\n.sh", "\udcff.py",
]  # fmt: skip
QUESTIONS = ["Where is f defined?", "Who calls `g`?", "still_3", "generated x", "def wide"]

paths = st.sampled_from(PATHS)
Step = Callable[[Checkout], None]


def clear(file: Path) -> None:
    """Make room for a file, even where it or one of its folders is something else."""
    for folder in (*reversed(file.parents), file):
        if folder.is_symlink() or (folder.is_file() and folder != file):
            folder.unlink()
    if file.is_dir():
        shutil.rmtree(file)
    file.parent.mkdir(parents=True, exist_ok=True)


def is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def write(path: str, content: bytes) -> Step:
    def step(checkout: Checkout) -> None:
        clear(checkout.path / path)
        (checkout.path / path).write_bytes(content)

    return step


def link(path: str) -> Step:
    def step(checkout: Checkout) -> None:
        clear(checkout.path / path)
        (checkout.path / path).unlink(missing_ok=True)
        (checkout.path / path).symlink_to("a.py")

    return step


def nest(path: str) -> Step:
    """A repository within: git stores its commit, which is a submodule to everybody else."""

    def step(checkout: Checkout) -> None:
        clear(checkout.path / path)
        (checkout.path / path).unlink(missing_ok=True)
        Checkout(checkout.path / path).commit("nested")

    return step


def remove(path: str) -> Step:
    def step(checkout: Checkout) -> None:
        file = checkout.path / path
        if file.is_symlink() or file.is_file():
            file.unlink()
        elif file.is_dir():
            shutil.rmtree(file)

    return step


def rename(path: str, to: str) -> Step:
    def step(checkout: Checkout) -> None:
        file = checkout.path / path
        if is_plain(file) and path != to:
            content = file.read_bytes()
            file.unlink()
            write(to, content)(checkout)

    return step


def change_mode(path: str) -> Step:
    def step(checkout: Checkout) -> None:
        file = checkout.path / path
        if is_plain(file):
            file.chmod(file.stat().st_mode ^ 0o111)

    return step


def attempt(checkout: Checkout, *arguments: str, undo: str) -> None:
    """A step that git may refuse because of conflicts is then not made."""
    try:
        checkout.git(*arguments)
    except AssertionError:
        with suppress(AssertionError):
            checkout.git(undo, "--abort")
        checkout.git("reset", "--quiet", "--hard")


def rewind(count: int) -> Step:
    """What is pushed next is no descendant: a force-push."""

    def step(checkout: Checkout) -> None:
        checkout.commit()
        first, *_ = checkout.git("rev-list", "--reverse", "--first-parent", "HEAD").split()
        older = checkout.git("rev-list", f"--skip={count}", "--max-count=1", "HEAD") or first
        checkout.git("reset", "--quiet", "--hard", older)
        checkout.git("clean", "-dffqx")

    return step


def merge(path: str, content: bytes) -> Step:
    """A branch from one commit before, merged."""

    def step(checkout: Checkout) -> None:
        checkout.commit()
        before = checkout.git("rev-list", "--max-count=2", "HEAD").split()[-1]
        checkout.git("clean", "-dffqx")
        checkout.git("checkout", "--quiet", "--force", "--detach", before)
        write(path, content)(checkout)
        side = checkout.commit("aside")
        checkout.git("clean", "-dffqx")
        checkout.git("checkout", "--quiet", "--force", "main")
        attempt(
            checkout, "merge", "--quiet", "--no-ff", "--no-edit", "-Xtheirs", side, undo="merge"
        )

    return step


def revert(checkout: Checkout) -> None:
    checkout.commit()
    attempt(checkout, "revert", "--no-edit", "HEAD", undo="revert")


steps = st.one_of(
    st.builds(write, paths, st.sampled_from(CONTENTS)),
    st.builds(write, paths, st.sampled_from(CONTENTS)),
    st.builds(remove, paths),
    st.builds(rename, paths, paths),
    st.builds(change_mode, paths),
    st.builds(link, paths),
    st.builds(nest, paths),
    st.builds(merge, paths, st.sampled_from(CONTENTS)),
    st.builds(rewind, st.integers(1, 3)),
    st.just(revert),
    st.builds(write, st.sampled_from(ATTRIBUTE_FILES), st.sampled_from(ATTRIBUTES)),
    st.builds(write, st.just(".github/ponder.yml"), st.sampled_from(CONFIGURATIONS)),
)
histories = st.lists(st.lists(steps, min_size=1, max_size=6), min_size=2, max_size=4)


async def everything(indexed: Indexed, snapshot_id: int) -> dict[str, Any]:
    """All rows, links included, and what the searcher makes of them."""
    await indexed.link(snapshot_id)
    found = await rows(indexed.database, indexed.repository, snapshot_id)
    async with indexed.database.tenant(0) as connection:
        snapshot = await snapshots.get(connection, snapshot_id)
    assert snapshot is not None
    found["found"] = await found_by(Searcher(indexed.database, None), snapshot, QUESTIONS)
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
                change(checkout)
            commit = checkout.commit()
            full = await connected(settings, database, checkout, checkout.path.as_uri())
            expected = await everything(full, (await full.index()).snapshot_id)
            assert await everything(followed, (await followed.index()).snapshot_id) == expected
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
    overlay = await everything(followed, (await followed.index(commit)).snapshot_id)
    full = await connected(followed.settings, followed.database, checkout, checkout.path.as_uri())
    expected = await everything(full, (await full.index(commit)).snapshot_id)
    # History is that of the default branch, wherever a ref may be.
    for part in ("table commits", "table file_history", "found"):
        del overlay[part], expected[part]
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
