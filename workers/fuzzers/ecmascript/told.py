"""What the sandbox wrote down of JavaScript. It is hostile: whatever has another shape is left
out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workers.runners.base import Frame

KINDS = frozenset("TypeError ReferenceError RangeError URIError SyntaxError Hang Memory".split())
WAYS = frozenset({"named", "default", "member"})
_SPECIAL = frozenset({"undefined", "number", "bigint", "bytes", "date"})
_MOST_TEXT = 400
_DEEPEST = 20
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sort:
    """A way in which calls end; `case` are arguments as the sandbox packs them."""

    kind: str
    message: str
    signature: str
    grade: str
    case: tuple[Any, ...]
    frames: tuple[Frame, ...]
    times: int


@dataclass(slots=True)
class Counted:
    """Of one function. `way` says how it is exported; `origins` how each parameter's type is known;
    `made` counts arguments of the object. Of `tried` random calls, `odd` broke."""

    why: str = ""
    way: str = "named"
    made: int = 0
    executions: int = 0
    returned: int = 0
    refused: int = 0
    seeds: int = 0
    tried: int = 0
    odd: int = 0
    origins: tuple[tuple[str, str], ...] = ()
    sorts: dict[str, Sort] = field(default_factory=dict)
    corpus: tuple[bytes, ...] = ()


def counted(line: Mapping[str, Any]) -> Counted:
    found = Counted(why=str(line.get("why") or "")[:_MOST_TEXT])
    counts = line.get("counts")
    for name in ("executions", "returned", "refused", "seeds", "tried", "odd"):
        value = counts.get(name) if isinstance(counts, dict) else 0
        setattr(found, name, value if type(value) is int and value > 0 else 0)
    found.way = str(line.get("way")) if line.get("way") in WAYS else "named"
    found.made = made if type(made := line.get("made")) is int and made >= 0 else 0
    origins = line.get("origins")
    for each in origins if isinstance(origins, list) else ():
        if isinstance(each, list) and len(each) == 3:
            found.origins += ((str(each[0])[:100], str(each[1])[:20]),)
    crashes = line.get("crashes")
    for raw in list(crashes.values())[:30] if isinstance(crashes, dict) else ():
        if sort := _sort(raw):
            found.sorts[sort.signature] = sort
    corpus = line.get("corpus")
    kept = [str(each).encode() for each in corpus[:200]] if isinstance(corpus, list) else []
    found.corpus = tuple(each for each in kept if len(each) <= _LARGEST and arguments(each))
    return found


def _sort(raw: Any) -> Sort | None:
    try:
        case, kind = raw["case"], str(raw["kind"])
        frames = tuple(
            Frame(str(path), int(line), str(name)) for path, line, name in raw["frames"][-60:]
        )
        sort = Sort(
            kind,
            str(raw["message"])[:_MOST_TEXT],
            str(raw["signature"])[:1000],
            str(raw["grade"]),
            tuple(case),
            frames,
            max(1, int(raw.get("times", 1))),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    alone = kind in ("Hang", "Memory")
    fits = isinstance(case, list) and kind in KINDS and (frames or alone)
    return sort if fits and all(is_value(each) for each in case) else None


def is_value(raw: Any, deep: int = 0) -> bool:
    """Whether something is a packed value."""
    if deep > _DEEPEST:
        return False
    if isinstance(raw, list):
        return all(is_value(each, deep + 1) for each in raw)
    if isinstance(raw, dict):
        if "$" in raw:
            return raw["$"] in _SPECIAL and isinstance(raw.get("v", ""), str)
        return all(is_value(each, deep + 1) for each in raw.values())
    return raw is None or isinstance(raw, str | int | float | bool)


def arguments(raw: bytes) -> list[Any] | None:
    """A kept input; None where it is none."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and is_value(found) else None
