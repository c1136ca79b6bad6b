"""What a question asks of history: commits of a place and a span, and what each changed.

Everything here ends within seconds, however long the history is, and says whether it came to the
end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workers.git.message import said
from workers.git.mirror import moment
from workers.git.paths import raw_path, text_path
from workers.git.run import GitFailed, git_within

SECONDS = 4.0
"""Of one look into history."""

_FORMAT = "--format=%H%x00%P%x00%ct%x00%aN%x00%B%x00"
_FIELDS = 5
_LONGEST_HUNK = 20_000
_WORD_ENDS = r"\b"
# Git knows the heads of functions of many languages, once it is told which file is of which.
_QUIETLY = (
    "--literal-pathspecs",
    "-c", "core.bigFileThreshold=4m",
    "-c", "core.quotePath=false",
    "-c", f"core.attributesFile={Path(__file__).parent / 'attributes'}",
)  # fmt: skip
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Told:
    """A commit as it tells of itself; `parent` is '' for one that has none."""

    sha: str
    parent: str
    merge: bool
    committed_at: datetime
    author: str
    message: str

    @property
    def subject(self) -> str:
        return said(self.message)[0]

    @property
    def body(self) -> str:
        return said(self.message)[1]


@dataclass(frozen=True, slots=True)
class Span:
    """Commits that lead to `commit`, without those that lead to `since`, and by their dates."""

    commit: str
    since: str = ""
    after: datetime | None = None
    before: datetime | None = None

    def arguments(self) -> list[str]:
        dates = (("--after", self.after), ("--before", self.before))
        return [
            *[f"{name}={at.timestamp():.0f} +0000" for name, at in dates if at],
            self.commit,
            *([f"^{self.since}"] if self.since else []),
        ]


@dataclass(frozen=True, slots=True)
class Found:
    """Newest first; `whole`: none is missing but for the limit."""

    commits: tuple[Told, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a path, 1-based and inclusive, as they are at the span's commit."""

    path: str
    start: int
    end: int


def of_paths(mirror: Path, span: Span, paths: Sequence[str], limit: int) -> Found:
    """Commits that changed one of the paths, files or folders; of the whole repository where there
    are none. A single file is followed through its renames."""
    follow = ["--follow"] if len(paths) == 1 and "." in paths[0].rpartition("/")[2] else []
    asked = ["log", "--no-merges", *follow, "-s", _FORMAT, f"--max-count={limit}"]
    return _found(mirror, [*asked, *span.arguments(), "--", *map(raw_path, paths)])


def of_lines(mirror: Path, span: Span, lines: Lines, limit: int) -> Found:
    """Commits that changed these lines, wherever they stood then."""
    place = f"{lines.start},{lines.end}:".encode() + raw_path(lines.path)
    asked = ["log", "--no-merges", "-s", _FORMAT, f"--max-count={limit}", *span.arguments()]
    return _found(mirror, [*asked, b"-L" + place])


def of_text(mirror: Path, span: Span, text: str, limit: int) -> Found:
    """Commits after which a text stands more or less often than before: added or removed."""
    asked = ["log", "--no-merges", "-s", _FORMAT, f"--max-count={limit}", f"-S{text}"]
    return _found(mirror, [*asked, *span.arguments(), "--"])


def saying(
    mirror: Path, span: Span, words: Sequence[str], limit: int, paths: Sequence[str] = ()
) -> Found:
    """Commits whose message has all of the words, case aside: what begins like a long one, a short
    one as it is. Of commits that changed one of the paths, where there are some."""
    patterns = [f"--grep=\\b{re.escape(w)}{'' if len(w) > 3 else _WORD_ENDS}" for w in words]
    asked = ["log", "-s", _FORMAT, "-i", "-P", "--all-match", f"--max-count={limit}"]
    return _found(mirror, [*asked, *patterns, *span.arguments(), "--", *map(raw_path, paths)])


def _found(mirror: Path, asked: Sequence[str | bytes]) -> Found:
    said, whole = git_within(SECONDS, *_QUIETLY, *asked, mirror=mirror)
    return Found(tuple(_told(said)), whole)


def _told(said: bytes) -> list[Told]:
    fields = said.split(b"\0")
    records = zip(*[iter(fields[: len(fields) // _FIELDS * _FIELDS])] * _FIELDS, strict=True)
    return [
        Told(
            sha.strip().decode(),
            parents.decode().partition(" ")[0],
            b" " in parents,
            moment(int(seconds)),
            author.decode(errors="replace"),
            message.decode(errors="replace").strip(),
        )
        for sha, parents, seconds, author, message in records
    ]


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines of a path that a commit changed: `added` ones from `start` on after it, and `deleted`
    ones from `old_start` on before it. `within` is the head of the definition above, as far as git
    knows one; a path is '' where there is no file on that side. `text` are the lines, cut."""

    path: str
    start: int
    added: int
    old_path: str
    old_start: int
    deleted: int
    within: str
    text: str


def hunks(mirror: Path, commit: str, paths: Sequence[str] = ()) -> list[Hunk]:
    """What a commit changed against its first parent; of the paths alone, where there are some."""
    asked = ["diff-tree", "--root", "-r", "-m", "--first-parent", "-M", "-p", "-U0"]
    options = ["--no-ext-diff", "--no-textconv", "--no-commit-id", commit, "--"]
    where = map(raw_path, paths)
    try:
        said, _ = git_within(SECONDS, *_QUIETLY, *asked, *options, *where, mirror=mirror)
    except GitFailed:
        return []
    return [hunk for part in re.split(rb"^diff --git ", said, flags=re.MULTILINE)[1:]
            for hunk in _of_file(part)]  # fmt: skip


def _of_file(part: bytes) -> list[Hunk]:
    head = part.partition(b"\n@@")[0]
    old, new = file_name(head, b"--- ", b"a/"), file_name(head, b"+++ ", b"b/")
    if not old and not new:
        return []
    found = []
    for match in _HUNK.finditer(part):
        old_start, deleted, start, added = (int(n) if n else 1 for n in match.groups()[:4])
        within = match[5].decode(errors="replace").strip()
        text = part[match.end() : match.end() + _LONGEST_HUNK].partition(b"\n@@ ")[0]
        changed = text.decode(errors="replace")
        found.append(Hunk(new, start, added, old, old_start, deleted, within, changed))
    return found


def file_name(head: bytes, sign: bytes, side: bytes) -> str:
    """The path behind a sign in the head of a patch; '' where there is no file on that side. A name
    that git quotes is read as it is quoted."""
    match = re.search(rb"^" + re.escape(sign) + rb"(.*?)\t?$", head, re.MULTILINE)
    if match is None or match[1] == b"/dev/null":
        return ""
    name = match[1]
    if name.startswith(b'"') and name.endswith(b'"'):
        name = _unquoted(name[1:-1])
    return text_path(name.removeprefix(side))


_ESCAPED = re.compile(rb'\\([0-7]{3}|["\\abfnrtv])')
_CONTROL = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))


def _unquoted(name: bytes) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        code = match[1]
        if len(code) == 3:
            return bytes([int(code, 8)])
        return bytes([_CONTROL.get(code[0], code[0])])

    return _ESCAPED.sub(plain, name)
