"""Whether a panic of Go is believed: reasons in words why it may be no bug. None is the
strongest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.fuzzers.golang.harness import Harness
from workers.fuzzers.golang.kinds import TEXT
from workers.fuzzers.golang.literals import Value

_OFTEN = 0.2
_LARGE = 1_000
_RARELY = 0.05
_UNMARSHAL = re.compile(r"^(Unmarshal|Decode|Parse|Read|Set$|Scan$)")


def doubts(
    made: Harness, kind: str, values: Sequence[Value], *, share: float, seeds: int
) -> list[str]:
    """`kind` is how a call ends; `values` are the smallest that show it; `share` is how many of all
    calls end so; `seeds` counts known calls that came back."""
    found = []
    if made.receiver and made.receiver.zero and not _UNMARSHAL.match(made.function.name):
        found.append("the object is made of nothing but its zero value")
    if "/internal/" in f"/{made.folder}/":
        found.append("it is internal, and its callers may know better")
    if not seeds:
        found.append("no call of it is known to come back")
    if share > _OFTEN:
        found.append(f"{share:.0%} of all inputs end so, as if it had to be")
    elif not made.fails and share > _RARELY:
        found.append("it has no way to refuse what it is given")
    letters = sum(len(each.value) for each in values if isinstance(each.value, bytes))
    if kind in ("Hang", "Memory") and letters > _LARGE:
        found.append("the input is large, and so may be what is done with it")
    return found + _of_values(made, values)


def _of_values(made: Harness, values: Sequence[Value]) -> list[str]:
    found = []
    texts = [each.value for each in values if isinstance(each.value, bytes)]
    if not texts:
        found.append("it does not take text from outside")
    elif not any(text.strip() for text in texts):
        found.append("the input is empty")
    if any(each.kind not in TEXT and each.kind != "bool" for each in values):
        found.append("its arguments may depend on each other")
    if not made.fails:
        if any(kind == "[]byte" for kind in made.natives):
            found.append("it has no way to refuse what it is given, and bytes may have a format")
        if any(not _is_utf8(text) for text in texts):
            found.append("the input is no text")
    return found


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def promised(made: Harness) -> bool:
    """Whether its documents say that it panics."""
    return bool(re.search(r"\bpanics?\b|\bmust\b", made.function.told, re.IGNORECASE))
