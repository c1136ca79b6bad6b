"""Whether a crash of C or C++ is believed: reasons in words why it may be no bug. The harness is
the repository's own: memory that is read or written where none is, is what it looks for."""

from __future__ import annotations

from workers.fuzzers.base import Target
from workers.fuzzers.native.told import Report

_WRONG = {
    *("heap-buffer-overflow", "stack-buffer-overflow", "global-buffer-overflow"),
    *("stack-buffer-underflow", "dynamic-stack-buffer-overflow", "container-overflow"),
    *("heap-use-after-free", "stack-use-after-return", "stack-use-after-scope", "double-free"),
    *("use-after-poison", "negative-size-param", "bad-free", "free", "SEGV", "BUS", "FPE"),
    *("memcpy-param-overlap", "strcpy-param-overlap", "alloc-dealloc-mismatch"),
}
_MEANT = {
    "timeout": "it may only be slow: the sanitizer makes it so",
    "deadly signal": "it stops itself, perhaps on purpose",
    "ABRT": "it stops itself, perhaps on purpose",
    "stack-overflow": "the input may be nested deeper than people write",
}


def doubts(target: Target, found: Report) -> list[str]:
    """None is the strongest."""
    if found.kind not in _WRONG:
        return [_MEANT.get(found.kind, "more memory is wanted than is given here")]
    if not found.frames:
        return ["it does not break in the repository's code"]
    if found.frames[-1].path == target.path:
        return ["it breaks in the harness itself"]
    return []
