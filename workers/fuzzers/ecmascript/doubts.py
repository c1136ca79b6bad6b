"""Whether a crash of JavaScript is believed: reasons in words why it may be no bug. None is the
strongest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workers.fuzzers.ecmascript.told import Counted, Sort

_OFTEN = 0.2
_LARGE = 1_000
_SURE = frozenset({"annotation", "recorded"})


def doubts(dry: Counted, sort: Sort, case: Sequence[Any]) -> list[str]:
    """`dry` is what was counted before the function was fuzzed; `case` is the smallest."""
    found = []
    guessed = [name for name, origin in dry.origins if origin not in _SURE]
    if guessed:
        found.append(f"what `{guessed[0]}` takes is a guess")
    typed = bool(dry.origins) and all(origin == "annotation" for _, origin in dry.origins)
    if not dry.seeds and not typed:
        found.append("no call of it is known to come back")
    share = dry.odd / max(1, dry.tried)
    if share > _OFTEN and sort.kind != "ReferenceError":
        found.append(f"{share:.0%} of all inputs end so, as if it had to be")
    return found + _of_values(sort, case)


def _of_values(sort: Sort, case: Sequence[Any]) -> list[str]:
    found = []
    if sort.kind in ("URIError", "SyntaxError") or "code point" in sort.message:
        found.append("the types allow more than the function may want")
    texts = [each for each in case if isinstance(each, str)]
    if sort.kind != "ReferenceError":
        if not texts:
            found.append("it does not take text from outside")
        elif not any(text.strip() for text in texts):
            found.append("the input is empty")
        if any(not isinstance(each, str | bool | None) for each in case):
            found.append("its arguments may depend on each other")
    if sort.kind in ("Hang", "Memory") and sum(map(len, texts)) > _LARGE:
        found.append("the input is large, and so may be what is done with it")
    if "Maximum call stack" in sort.message and sum(map(len, texts)) > 300:
        found.append("the input is nested deeper than people write")
    return found
