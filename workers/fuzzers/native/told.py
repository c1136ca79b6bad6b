"""What libFuzzer and the address sanitizer say. It is hostile: whatever has another shape is left
out."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workers.runners.base import Frame
from workers.sandbox import CODE

_ERROR = re.compile(
    r"ERROR: (?:AddressSanitizer|libFuzzer): (?:attempting )?"
    r"(requested allocation size|deadly signal|[\w-]+)"
)
_FRAME = re.compile(r"^[^\S\n]*#\d+ 0x[0-9a-f]+ in (.+?) (/\S+?):(\d+)(?::\d+)?\s*$", re.MULTILINE)
_MOST_FRAMES = 40
_LARGEST = 4096


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended: `kind` as the sanitizer names it; frames are the repository's, outermost
    first."""

    kind: str
    frames: tuple[Frame, ...]

    @property
    def signature(self) -> tuple[object, ...]:
        return (self.kind, *((each.path, each.line) for each in self.frames[-2:]))


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a harness. `case` is the smallest input of the first crash, `reports` are those
    of its fresh starts; None and none where nothing broke. `used` are the sources in it."""

    why: str = ""
    executions: int = 0
    seconds: float = 0.0
    corpus: tuple[bytes, ...] = ()
    used: tuple[str, ...] = ()
    case: bytes | None = None
    reports: tuple[Report, ...] = ()


def report(said: str) -> Report | None:
    """Of the first error; None where a run ended well."""
    found = _ERROR.search(said)
    if found is None:
        return None
    # What comes after an empty line is where memory came from, or went.
    stack = said[found.end() :].partition("\n\n")[0]
    inside = [
        Frame(path.removeprefix(f"{CODE}/"), int(line), name[:200])
        for name, path, line in _FRAME.findall(stack)
        if path.startswith(f"{CODE}/") and "/.ponder" not in path
    ]
    return Report(found[1], tuple(reversed(inside[:_MOST_FRAMES])))


def ran(line: Mapping[str, Any], sources: Sequence[str]) -> Ran:
    """`sources` are those that were given to be built."""
    why = line.get("why")
    if isinstance(why, str) and why:
        return Ran(why=why[:400])
    executions, seconds = line.get("executions"), line.get("seconds")
    if type(executions) is not int or not isinstance(seconds, int | float):
        return Ran(why="there was no time for it")
    listed = line.get("reports")
    reports = [report(str(each)) for each in listed[:5]] if isinstance(listed, list) else []
    corpus, used = line.get("corpus"), line.get("used")
    return Ran(
        "",
        max(0, executions),
        max(0.0, float(seconds)),
        tuple(_bytes(each) for each in corpus[:200]) if isinstance(corpus, list) else (),
        tuple(each for each in used if each in sources) if isinstance(used, list) else (),
        _bytes(line["case"])[:_LARGEST] if isinstance(line.get("case"), str) else None,
        tuple(each for each in reports if each),
    )


def _bytes(raw: Any) -> bytes:
    try:
        return base64.b64decode(raw if isinstance(raw, str) else "", validate=True)
    except ValueError:
        return b""
