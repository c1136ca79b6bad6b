"""What the sandbox wrote down. It is hostile: whatever has another shape is left out."""

from __future__ import annotations

import json
from typing import Any

from workers.fuzzers.inside import terms
from workers.runners.base import Frame

_COUNTS = ("id", "executions", "returned", "refused", "seeds")
_MOST_LINES = 5_000
_MOST_TEXT = 400


def lines(raw: bytes | None) -> list[dict[str, Any]]:
    found = []
    for line in (raw or b"").splitlines()[:_MOST_LINES]:
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict):
            found.append(told)
    return found


def fuzzed(raw: bytes | None) -> dict[int, dict[str, Any]]:
    """By the job's number; a process that died says so under "died"."""
    found: dict[int, dict[str, Any]] = {}
    for line in lines(raw):
        try:
            if "died" in line:
                found.setdefault(int(line["id"]), {"died": int(line["died"])})
            else:
                found[int(line["id"])] = _counted(line)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    return found


def _counted(line: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {name: max(0, int(line[name])) for name in _COUNTS}
    told["seconds"] = float(line["seconds"])
    told["why"] = str(line["why"])[:_MOST_TEXT]
    told["origins"] = {
        str(name): (str(origin), str(kind))
        for name, (origin, kind) in line["origins"].items()
        if str(name).isidentifier()
    }
    told["crashes"] = [each for raw in line["crashes"][:30] if (each := _crash(raw))]
    return told


def _crash(raw: dict[str, Any]) -> dict[str, Any] | None:
    kind, grade = str(raw["kind"]), str(raw["grade"])
    path_lines = [(str(path), int(line), str(name)) for path, line, name in raw["frames"][-60:]]
    if not kind.isidentifier() or not path_lines or not isinstance(raw["case"], dict):
        return None
    return {
        "kind": kind,
        "grade": grade,
        "message": str(raw["message"])[:_MOST_TEXT],
        "signature": str(raw["signature"])[:1000],
        "times": max(1, int(raw["times"])),
        "frames": tuple(Frame(path, line, name) for path, line, name in path_lines),
        "case": raw["case"],
    }


def case(raw: dict[str, Any]) -> dict[str, Any] | None:
    """Arguments by name, as terms."""
    try:
        return {str(name): terms.unpacked(each) for name, each in raw.items()}
    except terms.NoTerm:
        return None


def calls(raw: bytes | None) -> dict[int, list[dict[str, Any]]]:
    """Recorded calls, by a function's number."""
    told = next(iter(lines(raw)), {})
    found: dict[int, list[dict[str, Any]]] = {}
    for at, listed in told.items():
        if at.isdecimal() and isinstance(listed, list):
            found[int(at)] = [each for each in listed[:60] if isinstance(each, dict)]
    return found


def stacks(raw: bytes | None) -> dict[str, int]:
    """How many samples were taken in each way down, names joined with ';'."""
    line = next(iter(lines(raw)), {})
    return {name[:4000]: count for name, count in line.items() if type(count) is int and count > 0}
