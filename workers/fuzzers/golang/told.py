"""What harnesses of Go wrote down. It is hostile: whatever has another shape is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workers.fuzzers.golang.literals import Value, unpacked
from workers.fuzzers.golang.seeds import kept, read
from workers.runners.base import Frame

_KIND = re.compile(r"[a-zA-Z][a-zA-Z-]{0,60}")
_MOST_INPUT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sort:
    """A way in which calls end. `smaller` says that one process can try many cases."""

    kind: str
    message: str
    signature: str
    values: tuple[Value, ...]
    frames: tuple[Frame, ...]
    times: int
    smaller: bool


@dataclass(slots=True)
class Counted:
    """Of one function. Of `tried` calls with any arguments at all, `odd` ended in a panic."""

    executions: int = 0
    returned: int = 0
    refused: int = 0
    tried: int = 0
    odd: int = 0
    sorts: dict[str, Sort] = field(default_factory=dict)
    corpus: tuple[bytes, ...] = ()


def counted(line: Mapping[str, Any], natives: Sequence[str]) -> Counted:
    """`natives` are the types of the arguments."""
    found = Counted()
    for each in line.get("counts") or ():
        try:
            found.executions += max(0, int(each["Executions"]))
            found.returned += max(0, int(each["Returned"]))
            found.refused += max(0, int(each["Refused"]))
            found.tried += max(0, int(each["Tried"]))
            found.odd += max(0, int(each["Odd"]))
            sorts = list(each["Sorts"].items())[:30]
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        for signature, raw in sorts:
            if made := _sort(str(signature)[:1000], raw, natives):
                found.sorts.setdefault(signature, made)
    for made in _fatal(line, natives):
        found.sorts.setdefault(made.signature, made)
    raw_corpus = [str(each).encode() for each in list(line.get("corpus") or ())[:200]]
    found.corpus = tuple(
        each for each in raw_corpus if len(each) <= _MOST_INPUT and kept(each, natives)
    )
    return found


def _sort(signature: str, raw: Any, natives: Sequence[str]) -> Sort | None:
    try:
        kind, message = str(raw["Kind"]), str(raw["Message"])[:400]
        frames = tuple(
            Frame(str(path), int(line), str(name)) for path, line, name in raw["Frames"] or ()
        )
        values = unpacked(raw["Arguments"], natives)
        times = max(1, int(raw["Times"]))
    except (KeyError, TypeError, ValueError):
        return None
    alone = kind in ("Hang", "Memory")
    if values is None or not _KIND.fullmatch(kind) or (not frames and not alone):
        return None
    return Sort(kind, message, signature, values, frames[-60:], times, not alone)


def _fatal(line: Mapping[str, Any], natives: Sequence[str]) -> Iterator[Sort]:
    """What ended the process: Go's fuzzer keeps the input."""
    kind = str(line.get("fatal") or "").replace(" ", "-")
    if _KIND.fullmatch(kind):
        for raw in list(line.get("broke") or ())[:1]:
            values = read(str(raw), natives)
            if values is not None:
                signature = kind.replace("-", " ")
                yield Sort(kind, f"fatal error: {signature}", signature, values, (), 1, False)
