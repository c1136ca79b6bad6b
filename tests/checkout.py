"""A git repository with a work tree, made for one test."""

from __future__ import annotations

import subprocess
from pathlib import Path

_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}


class Checkout:
    """`path` is the work tree. Methods leave what they wrote uncommitted, but for `commit`."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", *options)

    def git(self, *arguments: str | bytes, stdin: bytes | None = None, **variables: str) -> str:
        """Run git there and return what it wrote, without the last line's end. `variables` are of
        its environment."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=_ENVIRONMENT | variables,
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode(errors="replace").removesuffix("\n")

    def write(self, name: str | bytes, content: str | bytes = "x = 1\n") -> Path:
        raw = name.encode() if isinstance(name, str) else name
        file = self.path / raw.decode(errors="surrogateescape")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def commit(self, message: str = "change", *, at: int | None = None, author: str = "Ada") -> str:
        """Commit everything that is there; return the commit. `at` is in seconds since 1970."""
        self.git("add", "--all", "--force")
        dated = {} if at is None else {"GIT_COMMITTER_DATE": f"{at} +0000"}
        self.git(
            *("commit", "--quiet", "--allow-empty", "--message", message),
            GIT_AUTHOR_NAME=author,
            **dated,
        )
        return self.git("rev-parse", "HEAD")
