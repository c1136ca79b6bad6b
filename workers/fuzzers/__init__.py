"""Fuzzers: how each language's functions are fed until they break, in the sandbox. One file each,
and one line in this table."""

from __future__ import annotations

from workers.fuzzers import c, cpp, go, javascript, python, typescript
from workers.fuzzers.base import Fuzzer

FUZZERS: dict[str, Fuzzer] = {
    "c": c,
    "cpp": cpp,
    "go": go,
    "javascript": javascript,
    "python": python,
    "typescript": typescript,
}
"""By the name of the language."""
