"""Mirrors: a bare copy of each repository, brought up to date by the git command line.

A mirror is a cache: it can be rebuilt, an interrupted fetch leaves it as usable as before, and a
file lock lets one process at a time write to it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.errors import UserError
from workers.git.mirror import CorruptMirror, Mirror
from workers.git.problems import corrupt, explain
from workers.git.run import UPLOAD_PACK, Credentials, GitFailed, git, git_remote
from workers.git.source import SCHEMES, Source, source_of
from workers.progress import Progress

HEAD = "refs/ponder/HEAD"
_REFSPECS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", f"+HEAD:{HEAD}")
_SHA = re.compile(r"[0-9a-f]{40}")
_QUIET = ("--no-recurse-submodules", "--no-write-fetch-head", "--progress")

__all__ = ["SCHEMES", "discard", "fetch", "mirror_path"]


def mirror_path(mirrors: Path, repository_id: int) -> Path:
    """Where the mirror of a repository is, or will be."""
    return mirrors / f"{repository_id}.git"


async def fetch(
    source: str,
    mirror: Path,
    *,
    ref: str = "",
    credentials: Credentials | None = None,
    progress: Progress | None = None,
) -> None:
    """Bring all branches and tags, and `ref` where it is neither: refs/pull/7/head, or a commit.

    Raises UserError in one sentence for everything that the user can mend, TryLater for what may
    pass by itself. A mirror that git finds corrupt is rebuilt, once.
    """
    place = source_of(source)
    fetching = _Fetch(place, mirror, ref, credentials, progress)
    try:
        async with _locked(mirror):
            await fetching.run()
    except GitFailed as failure:
        raise explain(failure.words, place, ref, logged_in=credentials is not None) from failure
    except (CorruptMirror, OSError) as error:
        raise explain(str(error), place, ref, logged_in=False) from error


async def discard(mirror: Path) -> None:
    """Forget a mirror: the next fetch builds it again from the source."""
    async with _locked(mirror):
        await asyncio.to_thread(shutil.rmtree, mirror, ignore_errors=True)


@asynccontextmanager
async def _locked(mirror: Path) -> AsyncIterator[None]:
    """The kernel drops the lock of a process that dies."""
    mirror.parent.mkdir(parents=True, exist_ok=True)
    with mirror.with_suffix(".lock").open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(0.05)
        yield


class _Fetch:
    """One fetch, while the lock is held."""

    def __init__(
        self,
        source: Source,
        mirror: Path,
        ref: str,
        credentials: Credentials | None,
        progress: Progress | None,
    ) -> None:
        self.source = source
        self.mirror = mirror
        self.ref = ref
        self.credentials = credentials
        self.progress = progress

    async def run(self) -> None:
        try:
            await self._bring()
        except (GitFailed, CorruptMirror) as failure:
            if not (isinstance(failure, CorruptMirror) or corrupt(failure.words)):
                raise
            await asyncio.to_thread(shutil.rmtree, self.mirror, ignore_errors=True)
            await self._bring()

    async def _bring(self) -> None:
        if self.mirror.exists():
            await self._update()
        else:
            await self._clone()
        with Mirror(self.mirror) as opened:
            if not opened.has_commits():
                shutil.rmtree(self.mirror)
                raise UserError(
                    f"{self.source.location} has no commits yet; commit something and try again."
                )
            wanted = self.ref if self.ref and not opened.has_branch_or_tag(self.ref) else ""
        if wanted:
            await self._bring_exact(wanted)

    async def _clone(self) -> None:
        """Beside its place first, then renamed: a mirror is there whole, or not at all."""
        beside = self.mirror.with_suffix(".new")
        await asyncio.to_thread(shutil.rmtree, beside, ignore_errors=True)
        try:
            await self._clone_to(beside, "--local" if self.source.local else "--no-local")
        except GitFailed:
            if not self.source.local:
                raise
            # Hard links are refused across owners and for linked files; copying is not.
            await self._clone_to(beside, "--no-local")
        os.replace(beside, self.mirror)

    async def _clone_to(self, beside: Path, how: str) -> None:
        await self._git(
            "clone", "--bare", "--template=", how, *_upload_pack(self.source),
            "--progress", "--", self.source.location, str(beside),
        )  # fmt: skip

    async def _update(self) -> None:
        # The source may have been deepened since; where it was not, this brings nothing more.
        deeper = ("--unshallow",) if (self.mirror / "shallow").exists() else ()
        await self._fetch("--prune", *deeper, refspecs=_REFSPECS)
        with Mirror(self.mirror) as opened:
            moved = opened.head_moved(HEAD)
        if moved:
            await self._follow_head()

    async def _follow_head(self) -> None:
        """The default branch may have been renamed; only the advertisement says to what."""
        said = await self._git(
            "ls-remote", "--symref", *_upload_pack(self.source), "--", self.source.location, "HEAD"
        )
        named = re.match(rb"ref: (refs/heads/[^\t]+)\tHEAD", said)
        if named:
            git("symbolic-ref", "HEAD", named[1], mirror=self.mirror)
        else:
            git("update-ref", "--no-deref", "HEAD", HEAD, mirror=self.mirror)

    async def _bring_exact(self, ref: str) -> None:
        if _SHA.fullmatch(ref):
            with Mirror(self.mirror) as opened:
                if opened.has_commit(ref):
                    return
            await self._fetch(refspecs=(f"+{ref}:refs/ponder/commits/{ref}",))
        elif ref.startswith("refs/"):
            await self._fetch(refspecs=(f"+{ref}:{ref}",))

    async def _fetch(self, *options: str, refspecs: tuple[str, ...]) -> None:
        await self._git(
            "fetch", "--force", "--no-tags", "--update-shallow", *_QUIET, *options,
            *_upload_pack(self.source), "--", self.source.location, *refspecs, mirror=self.mirror,
        )  # fmt: skip

    async def _git(self, *arguments: str, mirror: Path | None = None) -> bytes:
        return await git_remote(
            *arguments,
            mirror=mirror,
            url=self.source.location,
            credentials=self.credentials,
            progress=self.progress,
        )


def _upload_pack(source: Source) -> tuple[str, ...]:
    return ("--upload-pack", UPLOAD_PACK) if source.local else ()
