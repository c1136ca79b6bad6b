"""What GitHub does in git: commits without a work tree, merge bases, and the diff of a pull."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True)
class Entry:
    """What is no plain file: 120000 is a link to `text`, 160000 a submodule at that commit, 100755
    a file that can be run."""

    mode: str
    text: str | bytes


Files = Mapping[str, "str | bytes | Entry | None"]
"""Contents by path, of which bytes that are no text are surrogates; None deletes."""

_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "GitHub",
    "GIT_AUTHOR_EMAIL": "noreply@github.com",
    "GIT_COMMITTER_NAME": "GitHub",
    "GIT_COMMITTER_EMAIL": "noreply@github.com",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "safe.directory",
    "GIT_CONFIG_VALUE_0": "*",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}


class GitError(Exception):
    """What git said."""


@dataclass
class Hunks:
    """Of one file of a diff: the hunk (by its place) that shows a line, on the left of what was
    deleted, on the right of what was added or is context."""

    left: dict[int, int] = field(default_factory=dict)
    right: dict[int, int] = field(default_factory=dict)
    patch: str = ""
    additions: int = 0
    deletions: int = 0

    def side(self, name: str) -> dict[int, int]:
        return self.left if name == "LEFT" else self.right


@dataclass(frozen=True)
class Bare:
    path: Path

    def git(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Raise GitError. Return what git wrote, without the last line's end."""
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *arguments],
            env=_ENVIRONMENT | dict(environment),
            input=stdin,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise GitError(done.stderr.decode(errors="replace").strip())
        return done.stdout.decode(errors="replace").removesuffix("\n")

    def create(self) -> None:
        self.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main")

    def resolve(self, name: str) -> str | None:
        """The commit that a name means."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except GitError:
            return None

    def kind(self, sha: str) -> str | None:
        try:
            return self.git("cat-file", "-t", sha)
        except GitError:
            return None

    def commit(
        self,
        branch: str,
        files: Files,
        message: str = "change",
        *,
        parents: Sequence[str] | None = None,
        author: str = "Ada",
    ) -> str:
        """Commit on a branch, on top of it or of the `parents`, by which it may be forced back."""
        if parents is None:
            tip = self.resolve(f"refs/heads/{branch}")
            parents = [tip] if tip else []
        ref = f"refs/heads/{branch}"
        who = f"{author} <{author.lower()}@example.org> now"
        lines = [b"commit %s\nmark :1" % ref.encode()]
        lines += [b"author %s\ncommitter %s" % (who.encode(), who.encode()), _counted(message)]
        for word, parent in zip(("from", "merge"), parents, strict=False):
            lines.append(f"{word} {parent}".encode())
        for name, content in files.items():
            lines += _line(name, content)
        script = b"\n".join([*([] if parents else [b"reset " + ref.encode()]), *lines])
        asked = b"\nget-mark :1\n"
        wanted = ("--force", "--quiet", "--date-format=now")
        return self.git("fast-import", *wanted, stdin=script + asked)

    def point(self, ref: str, sha: str) -> None:
        self.git("update-ref", ref, sha)

    def drop(self, ref: str) -> None:
        self.git("update-ref", "-d", ref)

    def take(self, other: Path, ref: str, target: str) -> None:
        """Fetch from another repository, as GitHub does for the head of a fork."""
        self.git("fetch", "--quiet", "--no-tags", str(other), f"+{ref}:{target}")

    def merge_base(self, one: str, other: str) -> str | None:
        try:
            return self.git("merge-base", one, other)
        except GitError:
            return None

    def is_ancestor(self, old: str, new: str) -> bool:
        return self.merge_base(old, new) == old

    def between(self, base: str, head: str) -> list[str]:
        """The commits of a head that are not in a base, the newest first."""
        return self.git("rev-list", f"{base}..{head}").split()

    def tree(self, lines: Mapping[str, tuple[str, str]]) -> str:
        """Write a tree of files given as mode and blob by path."""
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": f"{folder}/index"}
            rows = "".join(f"{mode} {sha}\t{path}\0" for path, (mode, sha) in lines.items())
            self.git("update-index", "-z", "--index-info", stdin=rows.encode(), environment=index)
            return self.git("write-tree", environment=index)

    def changed(self, commit: str, since: str = "") -> dict[str, bytes | None]:
        """What a commit made of files, compared with its parent or another."""
        before = since or f"{commit}^"
        names = self.git("diff", "-z", "--name-only", "--no-renames", before, commit).split("\0")
        return {name: self.read(f"{commit}:{name}") for name in names if name}

    def read(self, name: str) -> bytes | None:
        """A blob, by its id or as commit:path."""
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", "cat-file", "blob", name],
            env=_ENVIRONMENT,
            capture_output=True,
            check=False,
        )
        return None if done.returncode else done.stdout

    def diff(self, base: str, head: str) -> dict[str, Hunks]:
        """What a pull request shows, with three lines around each change, by the new path (or the
        old one of what is gone): from the merge base to the head."""
        begin = self.merge_base(base, head) or base
        options = ("--no-color", "--no-ext-diff", "--find-renames", "--unified=3")
        text = self.git("-c", "core.quotePath=false", "diff", *options, begin, head)
        return dict(_files(text))


def _line(name: str, content: str | bytes | Entry | None) -> list[bytes]:
    quoted = b'"%s"' % b"".join(b"\\%03o" % byte for byte in os.fsencode(name))
    if content is None:
        return [b"D " + quoted]
    entry = content if isinstance(content, Entry) else Entry("100644", content)
    if entry.mode == "160000":
        return [b"M 160000 %s %s" % (os.fsencode(str(entry.text)), quoted)]
    return [b"M %s inline %s" % (entry.mode.encode(), quoted), _counted(entry.text)]


def _counted(content: str | bytes) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return b"data %d\n%s" % (len(raw), raw)


def _files(text: str) -> Iterator[tuple[str, Hunks]]:
    for part in re.split(r"^diff --git ", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n@@ ")
        old = re.search(r"^--- a/(.*?)\t?$", head, re.MULTILINE)
        new = re.search(r"^\+\+\+ b/(.*?)\t?$", head, re.MULTILINE)
        named = new or old
        if named:
            yield named[1], _hunks("@@ " + body if body else "")
        else:
            yield head.split("\n", 1)[0].split(" b/", 1)[-1], Hunks()


def _hunks(patch: str) -> Hunks:
    found = Hunks(patch=patch)
    left = right = number = 0
    for line in patch.split("\n"):
        if begin := re.match(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@", line):
            left, right, number = int(begin[1]), int(begin[2]), number + 1
            continue
        if line[:1] == "-":
            found.left[left] = number
        left += line[:1] in {" ", "-"}
        if line[:1] in {" ", "+"}:
            found.right[right] = number
            right += 1
        found.deletions += line[:1] == "-"
        found.additions += line[:1] == "+"
    return found
