"""What a patch makes of the files of a commit: applied strictly, or refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from workers.repairs import diff
from workers.repairs.diff import Refused

__all__ = ["Changed", "File", "Refused", "changed", "paths"]

_NEW = re.compile(r"@@ -0,0 \+1(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a commit; `mode` as git writes it: 100644, 100755."""

    text: str
    mode: str = "100644"


@dataclass(frozen=True, slots=True)
class Changed:
    """A file as it should be; `before` None where there is none yet."""

    path: str
    text: str
    before: str | None = None
    mode: str = "100644"

    @property
    def lines(self) -> int:
        """Added and removed."""
        if self.before is None:
            return len(self.text.splitlines())
        return diff.size({self.path: self.text}, {self.path: self.before})

    @property
    def added(self) -> str:
        """What the file did not have before."""
        before = set((self.before or "").split("\n"))
        return "\n".join(line for line in self.text.split("\n") if line not in before)


Read = Callable[[str], File | None]
"""A file by its path; None where there is none, or none with a text."""


def paths(patch: str) -> list[str]:
    """Each file that a patch names, once."""
    return list(dict.fromkeys(path for path, _ in _sections(patch)))


def changed(patch: str, read: Read) -> list[Changed]:
    """In the order of the patch; nothing for what the files have already. Raise Refused."""
    found: dict[str, Changed] = {}
    for path, section in _sections(patch):
        if path in found:
            raise Refused(f"'{path[:200]}' is there twice.")
        made = _changed(path, section, read(path))
        if made.text != made.before:
            found[path] = made
    return list(found.values())


def _changed(path: str, section: Sequence[str], file: File | None) -> Changed:
    if section[0].startswith("--- /dev/null"):
        text = _new(section)
        if file is not None and file.text != text:
            raise Refused(f"'{path[:200]}' is there already.")
        return Changed(path, text, file.text if file else None)
    if file is None:
        raise Refused(f"'{path[:200]}' is not there any more.")
    text = diff.fitted("\n".join(section), {path: file.text}).get(path, file.text)
    return Changed(path, text, file.text, file.mode)


def _new(section: Sequence[str]) -> str:
    body = section[3:]
    if len(section) < 3 or not _NEW.match(section[2]) or not all(x[:1] == "+" for x in body):
        raise Refused("A file of the diff is neither changed nor new.")
    return "".join(f"{line[1:]}\n" for line in body)


def _sections(patch: str) -> Iterator[tuple[str, list[str]]]:
    """The path and the lines of each file's part."""
    lines = patch.removesuffix("\n").split("\n")
    starts = [at for at in range(len(lines)) if _starts_at(lines, at)]
    if not starts:
        raise Refused("This is no unified diff with '--- a/path' and '+++ b/path'.")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        path = lines[start + 1].partition("\t")[0].removeprefix("+++ b/")
        yield path, [line for line in lines[start:end] if not line.startswith("diff --git ")]


def _starts_at(lines: Sequence[str], at: int) -> bool:
    pair = lines[at : at + 3]
    return (
        len(pair) == 3
        and pair[0].startswith(("--- a/", "--- /dev/null"))
        and pair[1].startswith("+++ b/")
        and pair[2].startswith("@@ ")
    )
