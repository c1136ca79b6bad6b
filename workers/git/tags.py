"""Tags, and which of them a person means by a version."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workers.git.mirror import moment
from workers.git.run import GitFailed, git_within

SECONDS = 4.0
_VERSION = re.compile(r"\d+(?:[._]\d+)*")


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    commit: str
    committed_at: datetime


def tags(mirror: Path) -> list[Tag]:
    """Tags of commits, newest first."""
    said, _ = git_within(
        SECONDS, "for-each-ref", "refs/tags", "--sort=-creatordate",
        "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)"
        "%00%(*objectname)%00%(creatordate:unix)", mirror=mirror,
    )  # fmt: skip
    found = []
    for line in said.decode(errors="replace").splitlines():
        name, kind, sha, inner, pointed, seconds = line.split("\0")
        if "commit" in (kind, inner) and seconds:
            found.append(Tag(name, pointed or sha, moment(int(seconds))))
    return found


def tag_of(version: str, known: Sequence[Tag]) -> Tag | None:
    """The tag that a person means by a version: 2.1 is v2.1, 2.1.0, release-2.1 or the like, and
    else the first of its line (2.1.3 where there is no 2.1.0)."""
    wanted = _numbers(version)
    same = [tag for tag in known if tag.name == version]
    if same or not wanted:
        return same[0] if same else None
    numbered = [(tag, _numbers(tag.name)) for tag in known]
    exact = [tag for tag, numbers in numbered if _trimmed(numbers) == _trimmed(wanted)]
    final = [tag for tag in exact if not _is_early(tag.name)]
    line = [(numbers, tag) for tag, numbers in numbered
            if numbers[: len(wanted)] == wanted and not _is_early(tag.name)]  # fmt: skip
    if final or exact:
        return min(final or exact, key=lambda tag: len(tag.name))
    return min(line, key=lambda entry: entry[0])[1] if line else None


def _numbers(name: str) -> tuple[int, ...]:
    """Those of the last group of numbers: `python-3.1/v2.1.0` is 2.1.0."""
    if re.search(r"\d\.x\b", name):
        return ()
    groups = _VERSION.findall(re.sub(r"(?i)[-.]?(?:a|b|rc|alpha|beta|dev)[-.]?\d*$", "", name))
    return tuple(int(n) for n in re.split(r"[._]", groups[-1])[:6]) if groups else ()


def _trimmed(numbers: tuple[int, ...]) -> tuple[int, ...]:
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers


def _is_early(name: str) -> bool:
    return bool(re.search(r"(?i)\d[-._]?(?:a|b|rc|alpha|beta|dev|pre)[-._]?\d*$", name))


def first_release(mirror: Path, commit: str) -> Tag | None:
    """The first tag, by date, that has a commit."""
    try:
        said, whole = git_within(
            SECONDS, "for-each-ref", f"--contains={commit}", "refs/tags", "--sort=creatordate",
            "--format=%(refname:strip=2)", "--count=20", mirror=mirror,
        )  # fmt: skip
    except GitFailed:
        return None
    names = said.decode(errors="replace").splitlines() if whole else []
    known = {tag.name: tag for tag in tags(mirror)}
    final = [name for name in names if not _is_early(name)] or names
    return known.get(final[0]) if final else None


def release_before(mirror: Path, commit: str) -> Tag | None:
    """The nearest tag that leads to a commit, or is at it."""
    try:
        said, _ = git_within(SECONDS, "describe", "--tags", "--abbrev=0", commit, mirror=mirror)
    except GitFailed:
        return None
    name = said.decode(errors="replace").strip()
    return next((tag for tag in tags(mirror) if tag.name == name), None)
