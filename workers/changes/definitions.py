"""Which definitions a change added, removed or changed, in words and symbols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workers.languages.definitions import Written

_NAMED = frozenset("function method class struct interface trait enum type module object".split())


@dataclass(frozen=True, slots=True)
class Changed:
    """`how` is added, removed, signature (what callers see) or body. Of one that was removed the
    lines are those before the change, else those after it."""

    how: str
    path: str
    symbol: str
    kind: str
    start_line: int
    end_line: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One file before and after; a text is '' where there was no file."""

    path: str
    language: str
    before: str
    after: str
    old: Sequence[Written]
    new: Sequence[Written]


def changes(each: Compared) -> list[Changed]:
    """In the order of the text after; then what was removed. A class whose members changed is told
    by these alone."""
    old = {written.qualified: written for written in each.old if written.kind in _NAMED}
    new = {written.qualified: written for written in each.new if written.kind in _NAMED}
    found = [
        made
        for name, written in new.items()
        if (made := _changed(each.path, old.get(name), written)) is not None
    ]
    gone = [w for name, w in old.items() if name not in new]
    removed = [
        Changed("removed", each.path, w.qualified, w.kind, w.start_line, w.end_line, w.head, "")
        for w in gone
    ]
    touched = {change.symbol for change in [*found, *removed]}
    return [c for c in [*found, *removed] if not _is_told_by_members(c, touched)]


def _changed(path: str, old: Written | None, new: Written) -> Changed | None:
    place = (path, new.qualified, new.kind, new.start_line, new.end_line)
    if old is None:
        return Changed("added", *place, "", new.head)
    if old.code == new.code:
        return None
    return Changed("body" if old.head == new.head else "signature", *place, old.head, new.head)


def _is_told_by_members(change: Changed, touched: set[str]) -> bool:
    return change.how == "body" and any(name.startswith(f"{change.symbol}.") for name in touched)


def said(change: Changed) -> str:
    """A sentence."""
    what = f"the {change.kind} `{change.symbol}`"
    match change.how:
        case "added":
            return f"Adds {what}."
        case "removed":
            return f"Removes {what} from {change.path}."
        case "signature":
            return f"Changes {what} from `{_cut(change.before)}` to `{_cut(change.after)}`."
    return f"Changes the body of {what}."


def _cut(head: str) -> str:
    text = head.rstrip("{: ").replace("`", "'")
    return text if len(text) <= 160 else f"{text[:157]}…"
