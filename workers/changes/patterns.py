"""What in a diff often breaks something, whatever the language: leads, and no more than that."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.changes.definitions import Changed, Compared
from workers.languages.definitions import Written
from workers.linters.places import aside

MOST = 40
"""Of one diff; a larger one is a rewrite, of which patterns say little."""

_CHECK = re.compile(r"^\s*(?:if|elif|unless|guard|assert|raise|throw|require|panic)\b")
_COMPARISON = re.compile(r"<=|>=|===|!==|==|!=|<|>|\b(?:is not|not in|is|in)\b")
_NUMBER = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?\b")
_LOGIC = re.compile(r"\b(?:and|or|not)\b|&&|\|\||!(?!=)")
_SWALLOWED = re.compile(
    r"\bexcept\b[^\n]*:\s*(?:#[^\n]*)?\n?\s*(?:pass|continue|\.\.\.)\b"
    r"|\bcatch\b\s*(?:\([^)]*\))?\s*\{\s*(?://[^\n]*\n\s*)?\}|\brescue\b\s*(?:=>\s*\w+)?\s*\n\s*end"
)
_CONCURRENT = re.compile(
    r"\b(?:Lock|RLock|Mutex|RWMutex|Semaphore|synchronized|atomic|volatile|acquire|release|Thread|"
    r"threading|goroutine|asyncio|await|gather|create_task|Queue|chan)\b|\bgo\s+\w+[.(]"
)


@dataclass(frozen=True, slots=True)
class Risky:
    """`line` is after the change, 1-based; `symbol` the definition around it, '' for none."""

    kind: str
    path: str
    symbol: str
    line: int
    said: str


def risky(each: Compared, changes: Sequence[Changed]) -> list[Risky]:
    """In the order of the lines; tests tell of those that were deleted alone."""
    if aside(each.path):
        return list(_deleted_tests(each, changes))
    old, new = each.before.split("\n"), each.after.split("\n")
    found: list[Risky] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=True)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            symbol = _around(each.new, k + 1)
            hunk = _Hunk(each.path, symbol, k + 1, old[i:j], new[k:m])
            found += _of_hunk(hunk)
    return [*found, *_defaults(changes)][:MOST]


@dataclass(frozen=True, slots=True)
class _Hunk:
    path: str
    symbol: str
    line: int
    old: list[str]
    new: list[str]

    def tell(self, kind: str, said: str, offset: int = 0) -> Risky:
        return Risky(kind, self.path, self.symbol, self.line + offset, said)


def _of_hunk(hunk: _Hunk) -> Iterator[Risky]:
    if not hunk.old and not hunk.new:
        return
    lost = [line.strip() for line in hunk.old if _CHECK.match(line)]
    kept = sum(bool(_CHECK.match(line)) for line in hunk.new)
    if len(lost) > kept:
        yield hunk.tell("removed-check", f"a check was removed: `{_cut(lost[0])}`")
    if len(hunk.old) == len(hunk.new):
        for offset, (old, new) in enumerate(zip(hunk.old, hunk.new, strict=True)):
            yield from _of_line(hunk, offset, old, new)
    swallowed = _SWALLOWED.search("\n".join(hunk.new))
    if swallowed and not _SWALLOWED.search("\n".join(hunk.old)):
        offset = "\n".join(hunk.new)[: swallowed.start()].count("\n")
        yield hunk.tell("swallowed", "an exception is swallowed", offset)
    touched = [line for line in [*hunk.new, *hunk.old] if _CONCURRENT.search(line)]
    if touched:
        yield hunk.tell("concurrency", f"code that runs at once changed: `{_cut(touched[0])}`")


def _of_line(hunk: _Hunk, offset: int, old: str, new: str) -> Iterator[Risky]:
    """A line that differs in one kind of thing alone."""
    for kind, pattern, instead, what in (
        ("comparison", _COMPARISON, "·", "a comparison changed"),
        ("constant", _NUMBER, "·", "a number changed"),
        ("logic", _LOGIC, " ", "a condition's logic changed"),
    ):
        same = pattern.sub(instead, old).split() == pattern.sub(instead, new).split()
        if old.split() != new.split() and same:
            yield hunk.tell(kind, f"{what}: `{_cut(old)}` became `{_cut(new)}`", offset)
            return


def _defaults(changes: Sequence[Changed]) -> Iterator[Risky]:
    """Signatures that differ in what a parameter is without an argument."""
    for change in changes:
        if change.how == "signature":
            before, after = (_with_defaults(head) for head in (change.before, change.after))
            name = next((n for n in before if n in after and before[n] != after[n]), None)
            if name:
                yield Risky(
                    "default", change.path, change.symbol, change.start_line,
                    f"the default of `{name}` changed from `{before[name]}` to `{after[name]}`",
                )  # fmt: skip


def _with_defaults(head: str) -> dict[str, str]:
    found = re.findall(r"\b(\w++)\s*+(?::[^,=()]{0,300}+)?=([^,()=]++)(?=[,)])", head)
    told = ((name, value.strip()[:60].replace("`", "'")) for name, value in found)
    return {name: value for name, value in told if value}


def _deleted_tests(each: Compared, changes: Sequence[Changed]) -> Iterator[Risky]:
    gone = [
        c.symbol
        for c in changes
        if c.how == "removed" and re.match(r"(?:test|it|should)", c.symbol.split(".")[-1], re.I)
    ]
    if gone:
        more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
        yield Risky("deleted-test", each.path, "", 1, f"the test `{gone[0]}`{more} was deleted")


def _around(written: Sequence[Written], line: int) -> str:
    """The innermost function or class around a line."""
    inside = [
        w
        for w in written
        if w.start_line <= line <= w.end_line and w.kind in ("function", "method", "class")
    ]
    return min(inside, key=lambda w: w.end_line - w.start_line).qualified if inside else ""


def _cut(line: str) -> str:
    text = line.strip().replace("`", "'")
    return text if len(text) <= 100 else f"{text[:97]}…"
