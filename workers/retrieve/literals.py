"""Which terms a file must have so that an expression can match in it: what the index narrows by.

Only identifiers that every match contains whole count. 'retry' may stand within 'retrying', which
is indexed by another term; in 'x = retry(' it is whole.
"""

from __future__ import annotations

import re

from workers.index.terms import terms

_WORD = re.compile(r"[\w$]+")
_FLAGS = re.compile(r"\(\?[a-zA-Z]")
_REPEATED = re.compile(r"[*?]|\{(?:0|,)")
_AGAIN = re.compile(r"[*+?]\??|\{\d*,?\d*\}\??")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]")
_ESCAPED = re.compile(r"\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-7]{1,3}|Q.*|.)", re.DOTALL)
_EDGE = "\n"
"""Stands in a run for a border of words, which is no part of any."""


def phrase_terms(phrase: str) -> frozenset[str]:
    """Terms of the identifiers that end within the phrase."""
    found: set[str] = set()
    for word in _WORD.finditer(phrase):
        if word.start() > 0 and word.end() < len(phrase):
            found.update(terms(word[0]))
    return frozenset(found)


def regex_terms(pattern: str) -> frozenset[str]:
    """None of them where flags may change what a letter means, or where there is a choice."""
    if _FLAGS.search(pattern):
        return frozenset()
    return frozenset[str]().union(*(phrase_terms(run) for run in runs(pattern)))


def runs(pattern: str) -> list[str]:
    """Texts that every match of an expression contains; groups, and what may be absent, are none.

    A choice at the top leaves nothing certain.
    """
    found, run, at = [], "", 0
    while at < len(pattern):
        if pattern[at] == "|":
            return []
        literal, end = _next(pattern, at)
        if again := _AGAIN.match(pattern, end):
            # 'ab*c' says of 'b' only where it is, and of 'a' and 'c' not what is beside them.
            kept = "" if _REPEATED.match(pattern, end) else literal or ""
            found += [run + kept, kept]
            run, at = "", again.end()
        elif literal is None:
            found.append(run)
            run, at = "", end
        else:
            run, at = run + literal, end
    return [text for text in [*found, run] if text]


def _next(pattern: str, at: int) -> tuple[str | None, int]:
    """What the part at `at` must be, None where that is open, and where it ends."""
    character = pattern[at]
    if character == "\\" and (escaped := _ESCAPED.match(pattern, at)):
        return _meaning(escaped[0]), escaped.end()
    if character == "[" and (group := _CLASS.match(pattern, at)):
        return None, group.end()
    if character == "(":
        return None, _closing(pattern, at)
    if character in "^$":
        return _EDGE, at + 1
    return (None if character == "." else character), at + 1


def _meaning(escaped: str) -> str | None:
    if escaped == "\\b":
        return _EDGE
    last = escaped[1:]
    return last if len(last) == 1 and not last.isalnum() else None


def _closing(pattern: str, at: int) -> int:
    """Behind the bracket that closes the one at `at`."""
    depth = 0
    while at < len(pattern):
        part = _ESCAPED.match(pattern, at) or _CLASS.match(pattern, at)
        depth += (pattern[at] == "(") - (pattern[at] == ")")
        at = part.end() if part else at + 1
        if depth == 0:
            return at
    return at
