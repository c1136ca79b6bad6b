"""Sentences out of docstrings and comments, and the names of places, as safe Markdown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from workers.answer.place import Place
from workers.answer.safe import code, prose
from workers.answer.scrub import without_line_numbers
from workers.index.terms import terms

LONGEST_QUOTE = 260

_ROLE = re.compile(r":[\w:.+-]{1,60}:`~?!?([^`<]{1,300}?)(?:\s{0,9}<[^>]{0,300}>)?`")
_LINKED = re.compile(r"`([^`<]{1,300}?)(?:\s{0,9}<[^>]{0,300}>)?`__?\b")
_LITERAL = re.compile(r"``([^`]+)``")
_NOT_PROSE = re.compile(r"^\s*(:\w[\w .*]*:(?!`)|>>>|\.\.\.? |@\w|\.\. |[-=~^*+]{3,}\s*$|\|)")
_SECTION = re.compile(
    r"^\s*(args|arguments|parameters|params|returns?|raises|yields?|examples?|usage)\s*(?::\s*)?$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(])")
_COMMENT_SIGN = re.compile(r"^\s*(?:#+[:!]?|//+!?|/\*+|\*+(?!/)|--+)(?=\s|$)\s*")
_COMMENT_END = re.compile(r"(?<!\s)\s*+(?<!\*)\*++/\s*$")
_CALLABLE = frozenset({"function", "method", "constructor", "macro", "test"})


def sentences(text: str) -> list[str]:
    """The sentences of a docstring; parameter lists, examples and markup are left out."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        kept: list[str] = []
        for line in paragraph.splitlines():
            if _NOT_PROSE.match(line) or _SECTION.match(line):
                break
            kept.append(_COMMENT_SIGN.sub("", line).strip())
        plain = _plain(" ".join(kept))
        parts = [part.lstrip(":").strip() for part in _SENTENCE_END.split(plain)]
        found += [part for part in parts if part.strip(" .:*-")]
    return found


def _plain(text: str) -> str:
    """Without the markup that only reStructuredText knows."""
    for markup in (_ROLE, _LITERAL, _LINKED):
        text = markup.sub(r"`\1`", text)
    return text.replace("::", ":").strip()


def quote(text: str) -> str:
    """A passage in quotation marks, safe and not too long."""
    text = without_line_numbers(" ".join(text.split())).text
    if len(text) > LONGEST_QUOTE:
        text = text[:LONGEST_QUOTE].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return f"“{prose(text)}”"


def most_relevant(passages: Iterable[str], words: Collection[str], *, least: int = 2) -> str:
    """The passage that shares most words with the question; '' if none shares `least`. Of equals
    the first: authors put the important things first."""
    best, best_shared = "", least - 1
    for passage in passages:
        shared = len(set(words).intersection(terms(passage)))
        if shared > best_shared:
            best, best_shared = passage, shared
    return best


def is_comment(line: str) -> bool:
    return _COMMENT_SIGN.match(line) is not None


def comments(lines: Iterable[str]) -> list[str]:
    """The comments among some lines of code, each joined from its lines."""
    found: list[str] = []
    continues = False
    for line in lines:
        sign = _COMMENT_SIGN.match(line)
        words = _COMMENT_END.sub("", line[sign.end() :]).strip() if sign else ""
        if words and continues:
            found[-1] += " " + words
        elif words:
            found.append(words)
        continues = bool(words)
    return [_plain(comment) for comment in found if len(comment.split()) >= 4]


def named(place: Place) -> str:
    """'`Cookie.sign` (method, `web/cookie.py`)', or the file with its heading."""
    if place.kind == "section" and place.symbol:
        return f"{code(place.path)}, under {quote(place.symbol.split('.')[-1])},"
    if place.symbol:
        return f"{code(place.symbol)} ({place.kind}, {code(place.path)})"
    return code(place.path)


def is_callable(place: Place) -> bool:
    return place.kind in _CALLABLE


def joined(parts: list[str], word: str = "and") -> str:
    """'a, b and c'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"
