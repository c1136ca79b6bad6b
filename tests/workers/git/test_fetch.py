from __future__ import annotations

import asyncio
import errno
import os
import shutil
import stat
from pathlib import Path

import pytest

from core.errors import UserError
from tests.checkout import Checkout
from workers import git
from workers.git import Mirror


async def test_a_local_repository_is_followed(checkout: Checkout, mirror: Path) -> None:
    await git.fetch(str(checkout.path), mirror)
    assert git.default_branch(mirror) == "main"
    checkout.write("a.py", "a = 2\n")
    second = checkout.commit("second")
    await git.fetch(str(checkout.path), mirror)
    assert git.resolve(mirror, "") == git.resolve(mirror, "main") == second
    assert [commit.subject for commit in git.history(mirror, second)] == ["second", "first"]


async def test_tags_branches_and_short_commits_are_refs(checkout: Checkout, mirror: Path) -> None:
    first = checkout.git("rev-parse", "HEAD")
    checkout.git("tag", "-a", "v1", "-m", "version 1")
    checkout.git("switch", "--quiet", "--create", "topic/x")
    topic = checkout.commit("on the topic")
    checkout.git("switch", "--quiet", "main")
    await git.fetch(str(checkout.path), mirror)
    assert git.resolve(mirror, "v1") == first
    assert git.resolve(mirror, "topic/x") == topic
    assert git.resolve(mirror, topic[:10]) == topic
    assert git.resolve(mirror, "topic/x~1") == first


@pytest.mark.parametrize(
    "ref", ["nothing", "0" * 40, "--all", ":/first", "a..b", "main:a.py", "caf\udce9"]
)
async def test_an_unknown_ref_is_said_so(checkout: Checkout, mirror: Path, ref: str) -> None:
    async def fetch_and_resolve() -> str:
        await git.fetch(str(checkout.path), mirror, ref=ref)
        return git.resolve(mirror, ref)

    with pytest.raises(UserError, match="no branch, tag or commit"):
        await fetch_and_resolve()


async def test_a_pull_request_head_is_brought_on_demand(checkout: Checkout, mirror: Path) -> None:
    checkout.git("switch", "--quiet", "--detach")
    head = checkout.commit("from a fork")
    checkout.git("update-ref", "refs/pull/7/head", head)
    checkout.git("switch", "--quiet", "main")
    await git.fetch(str(checkout.path), mirror)
    with pytest.raises(UserError):
        git.resolve(mirror, "refs/pull/7/head")
    await git.fetch(str(checkout.path), mirror, ref="refs/pull/7/head")
    assert git.resolve(mirror, "refs/pull/7/head") == head


async def test_a_commit_on_no_branch_is_brought_on_demand(checkout: Checkout, mirror: Path) -> None:
    checkout.git("switch", "--quiet", "--detach")
    lost = checkout.commit("on no branch")
    checkout.git("switch", "--quiet", "main")
    await git.fetch(str(checkout.path), mirror)
    await git.fetch(str(checkout.path), mirror, ref=lost)
    assert git.resolve(mirror, lost) == lost


async def test_a_renamed_default_branch_is_followed(checkout: Checkout, mirror: Path) -> None:
    await git.fetch(str(checkout.path), mirror)
    checkout.git("branch", "--move", "main", "trunk")
    head = checkout.commit("on trunk")
    await git.fetch(str(checkout.path), mirror)
    assert git.default_branch(mirror) == "trunk"
    assert git.resolve(mirror, "") == head
    with pytest.raises(UserError):
        git.resolve(mirror, "main")


async def test_a_detached_head_is_followed(checkout: Checkout, mirror: Path) -> None:
    checkout.commit("second")
    checkout.git("switch", "--quiet", "--detach", "HEAD~1")
    await git.fetch(str(checkout.path), mirror)
    assert git.resolve(mirror, "") == checkout.git("rev-parse", "HEAD")
    assert git.default_branch(mirror) == ""


async def test_a_linked_work_tree_is_a_source(
    checkout: Checkout, mirror: Path, tmp_path: Path
) -> None:
    checkout.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "linked"))
    head = checkout.git("rev-parse", "side")
    await git.fetch(str(tmp_path / "linked"), mirror)
    assert git.resolve(mirror, "") == head


async def test_a_shallow_clone_is_a_source(
    checkout: Checkout, mirror: Path, tmp_path: Path
) -> None:
    for message in ("second", "third"):
        checkout.commit(message)
    shallow, address = tmp_path / "shallow", checkout.path.as_uri()
    checkout.git("clone", "--quiet", "--depth=1", address, str(shallow))
    await git.fetch(str(shallow), mirror)
    assert [commit.subject for commit in git.history(mirror, "HEAD")] == ["third"]
    checkout.commit("fourth")
    checkout.git("-C", str(shallow), "fetch", "--quiet", "--depth=1", "origin", "main:new")
    await git.fetch(str(shallow), mirror)
    assert [commit.subject for commit in git.history(mirror, "new")] == ["fourth"]


async def test_names_by_sha_256_are_said_to_be_unreadable(tmp_path: Path, mirror: Path) -> None:
    checkout = Checkout(tmp_path / "source", "--object-format=sha256")
    checkout.commit()
    with pytest.raises(UserError, match="names its objects by SHA-256"):
        await git.fetch(str(checkout.path), mirror)


async def test_an_empty_repository_is_said_so(tmp_path: Path, mirror: Path) -> None:
    empty = Checkout(tmp_path / "empty")
    with pytest.raises(UserError, match="has no commits yet; commit something"):
        await git.fetch(str(empty.path), mirror)
    assert not mirror.exists()
    first = empty.commit("first")
    await git.fetch(str(empty.path), mirror)
    assert git.resolve(mirror, "") == first


async def test_a_source_of_another_user_is_read(checkout: Checkout, mirror: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    for folder, _, names in os.walk(checkout.path):
        for name in (".", *names):
            os.lchown(Path(folder) / name, 65534, 65534)
    await git.fetch(str(checkout.path), mirror)
    shutil.copytree(mirror, mirror.with_suffix(".kept"))
    (checkout.path / "a.py").write_text("changed\n")
    assert git.uncommitted(checkout.path, mirror)


async def test_nothing_of_the_source_is_run(
    checkout: Checkout, mirror: Path, tmp_path: Path
) -> None:
    trap, sprung = tmp_path / "trap", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\ncat\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "uploadpack.packObjectsHook", "filter.x.clean", "core.pager"):
        checkout.git("config", key, str(trap))
    for hook in ("post-checkout", "reference-transaction", "post-update", "pre-receive"):
        shutil.copy(trap, checkout.path / ".git" / "hooks" / hook)
    checkout.git("config", "core.hooksPath", str(checkout.path / ".git" / "hooks"))
    checkout.write(".gitattributes", "* filter=x\n")
    checkout.write("a.py", "b = 1\n")
    sprung.unlink(missing_ok=True)
    await git.fetch(str(checkout.path), mirror)
    assert git.uncommitted(checkout.path, mirror)
    await git.fetch(str(checkout.path), mirror)
    assert not sprung.exists()


async def test_uncommitted_changes_are_seen(checkout: Checkout, mirror: Path) -> None:
    await git.fetch(str(checkout.path), mirror)
    assert not git.uncommitted(checkout.path, mirror)
    os.utime(checkout.path / "a.py", (1, 1))
    assert not git.uncommitted(checkout.path, mirror)
    (checkout.path / "a.py").write_text("a = 3\n")
    assert git.uncommitted(checkout.path, mirror)
    checkout.git("add", "--all")
    assert git.uncommitted(checkout.path, mirror)
    checkout.git("reset", "--quiet", "--hard")
    (checkout.path / "new.py").write_text("")
    assert git.uncommitted(checkout.path, mirror)


async def test_a_corrupt_mirror_is_built_again(checkout: Checkout, mirror: Path) -> None:
    await git.fetch(str(checkout.path), mirror)
    (mirror / "HEAD").write_text("nonsense")
    (mirror / "packed-refs").write_text("more nonsense")
    checkout.write("b.py")
    head = checkout.commit("second")
    await git.fetch(str(checkout.path), mirror)
    assert git.resolve(mirror, "") == head


async def test_a_damaged_source_gives_what_is_left_of_it(checkout: Checkout, mirror: Path) -> None:
    checkout.write("b.py", "b = 1\n")
    commit = checkout.commit("second")
    damage(checkout, checkout.git("rev-parse", "HEAD:a.py"))
    await git.fetch(str(checkout.path), mirror)
    assert git.blob_at(mirror, commit, "b.py") is not None
    assert git.blob_at(mirror, commit, "a.py") is None


def damage(checkout: Checkout, sha: str) -> None:
    loose = checkout.path / ".git" / "objects" / sha[:2] / sha[2:]
    loose.chmod(0o644)
    loose.unlink()
    loose.write_bytes(b"not an object")


async def test_fetches_of_one_mirror_wait_for_each_other(checkout: Checkout, mirror: Path) -> None:
    await asyncio.gather(*(git.fetch(str(checkout.path), mirror) for _ in range(5)))
    with Mirror(mirror) as opened:
        assert opened.has_commits()
    assert {left.name for left in mirror.parent.iterdir()} == {"7.git", "7.lock"}


async def test_a_cancelled_clone_leaves_no_mirror_and_the_next_is_whole(
    checkout: Checkout, mirror: Path
) -> None:
    fetching = asyncio.create_task(git.fetch(str(checkout.path), mirror))
    while not mirror.with_suffix(".new").exists():
        await asyncio.sleep(0.001)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    assert not mirror.exists()
    await git.fetch(str(checkout.path), mirror)
    assert git.default_branch(mirror) == "main"


async def test_a_full_disk_is_said_so(
    checkout: Checkout, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UserError, match="The disk is full; free some space"):
        await git.fetch(str(checkout.path), mirror)


async def test_a_mirror_has_no_hooks(checkout: Checkout, mirror: Path) -> None:
    await git.fetch(str(checkout.path), mirror)
    hooks = mirror / "hooks"
    assert not hooks.exists() or not any(hooks.iterdir())
    assert stat.S_ISDIR(mirror.stat().st_mode)
