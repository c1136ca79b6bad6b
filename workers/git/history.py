"""History, from git's log: what pygit2 does many times slower."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import copy2
from tempfile import TemporaryDirectory

import pygit2

from workers.git.mirror import moment
from workers.git.paths import raw_path
from workers.git.run import GitFailed, git

_FIELDS = 4
_COMMIT = "--format=format:%H%x00%an%x00%ct%x00%s"


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    author: str
    committed_at: datetime
    subject: str


def history(mirror: Path, commit: str, path: str | None = None, limit: int = 20) -> list[Commit]:
    """The newest commits that lead to `commit`, of the whole repository or of one path."""
    where = [b":(literal)" + raw_path(path)] if path else []
    said = git("log", "-z", _COMMIT, f"--max-count={limit}", commit, "--", *where, mirror=mirror)
    fields = [field.decode(errors="replace") for field in said.split(b"\0")]
    return [
        Commit(sha, author, moment(int(seconds)), subject)
        for sha, author, seconds, subject in zip(*[iter(fields)] * _FIELDS, strict=False)
    ]


def uncommitted(source: Path, mirror: Path) -> bool:
    """Whether a work tree has changes that its HEAD has not.

    The source's own configuration may name programs to run, so git looks at the work tree through
    the mirror, with a copy of the source's index.
    """
    try:
        repository = pygit2.Repository(str(source))
    except pygit2.GitError:
        return False
    if repository.is_bare or repository.head_is_unborn:
        return False
    index = Path(repository.path) / "index"
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "index"
        if index.exists():
            copy2(index, copy)  # with its time: git trusts a file that is older than its index
        place = {"GIT_WORK_TREE": repository.workdir, "GIT_INDEX_FILE": str(copy)}
        return _differs(str(repository.head.target), mirror, place)


def _differs(head: str, mirror: Path, place: dict[str, str]) -> bool:
    # Files that were only touched are no changes. The status says no more than that others differ.
    with suppress(GitFailed):
        git("update-index", "-q", "--refresh", "--unmerged", mirror=mirror, extra=place)
    try:
        staged = git(
            "diff-index", "--cached", "--name-only", head, "--", mirror=mirror, extra=place
        )
        edited = git("diff-files", "--name-only", "--ignore-submodules", mirror=mirror, extra=place)
        new = git("ls-files", "--others", "--exclude-standard", mirror=mirror, extra=place)
    except GitFailed:
        return False
    return bool(staged or edited or new)
