"""The language of searches: which parts of a text are operators, and which are words.

An operator stands between spaces (or at an end), so that a colon, an e-mail or a slash within a
question stays what it is. Text of several lines was pasted, and has no operators at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["path", "lang", "symbol", "phrase", "regex"]

_START = r"(?<!\S)"
_END = r"(?!\S)"
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_FIELD = re.compile(rf'(-?)(path|lang|symbol):(?:{_QUOTED}|([^\s"]\S*)){_END}')
_PHRASE = re.compile(rf"(-?){_QUOTED}{_END}")
# Neither '//' nor '/*' begins one: those are comments of many languages.
_REGEX = re.compile(rf"(-?)/(?![\s/*])((?:[^/\\]|\\.)*)(?<!\s)/{_END}")
_REF = re.compile(rf"@(\w[\w./+-]*){_END}")
_TOKEN = re.compile(rf"{_START}(\\*)(?=[-@/\"pls])")
_UNQUOTED = re.compile(r'\\(["\\])')

# What an expression has and an address such as /users/ has not.
_EXPRESSION = re.compile(r"[\\*+?()\[\]|]|^\^|\$$|\{\d")


@dataclass(frozen=True, slots=True)
class Operator:
    """One condition; an `excluded` one leaves out what it fits."""

    kind: Kind
    value: str
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A search as it was typed. `words` rank; `operators` decide what is there to rank.

    `ref` may be a branch, tag or commit, or a word that begins with '@': only the repository knows.
    """

    words: str = ""
    operators: tuple[Operator, ...] = ()
    ref: str = ""

    def of(self, kind: Kind, *, excluded: bool = False) -> list[str]:
        """The values of one kind, as they were typed."""
        return [o.value for o in self.operators if o.kind == kind and o.excluded == excluded]

    @property
    def empty(self) -> bool:
        return not self.operators and not self.words.strip()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a text that is no plain word. `operator` is None where a backslash made it one."""

    start: int
    end: int
    operator: Operator | None
    ref: str = ""

    @property
    def doubtful(self) -> bool:
        """/users/ is an address among words, and an expression where it stands alone."""
        return (
            self.operator is not None
            and self.operator.kind == "regex"
            and not _EXPRESSION.search(self.operator.value)
        )


def parse(text: str, *, refs: bool = True) -> Query:
    """Never raises. Text without operators is its own `words`; so is '@name' without `refs`."""
    pieces = list(_pieces(text, refs=refs))
    if sum(bool(piece.ref) for piece in pieces) > 1:
        pieces = [piece for piece in pieces if not piece.ref]
    if _between(text, [piece for piece in pieces if piece.operator or piece.ref]):
        pieces = [piece for piece in pieces if not piece.doubtful]
    if not pieces:
        return Query(text)
    return Query(
        _between(text, pieces),
        tuple(piece.operator for piece in pieces if piece.operator),
        "".join(piece.ref for piece in pieces),
    )


def render(query: Query) -> str:
    """A text that `parse` makes this query of again; plain words stay as they are."""
    if parse(query.words) == query:
        return query.words
    written = [_written(operator) for operator in query.operators]
    ref = [f"@{query.ref}"] if query.ref else []
    return " ".join(part for part in [*written, *ref, _escaped(query.words)] if part)


def _pieces(text: str, *, refs: bool) -> Iterator[_Piece]:
    if "\n" in text.strip():
        return
    at = 0
    while token := _TOKEN.search(text, at):
        found = _piece(text, token.end(), refs=refs)
        if found is None:
            at = token.end() + 1
        elif token[1]:
            yield _Piece(token.start(), token.start() + 1, None)
            at = found.end
        else:
            yield found
            at = found.end


def _piece(text: str, at: int, *, refs: bool) -> _Piece | None:
    if match := _FIELD.match(text, at):
        value = match[4] if match[3] is None else _unquoted(match[3])
        return _piece_of(match, _KINDS[match[2]], value)
    if match := _PHRASE.match(text, at):
        return _piece_of(match, "phrase", _unquoted(match[2]))
    if match := _REGEX.match(text, at):
        return _piece_of(match, "regex", match[2].replace(r"\/", "/"))
    if refs and (match := _REF.match(text, at)):
        return _Piece(match.start(), match.end(), None, match[1])
    return None


_KINDS: dict[str, Kind] = {"path": "path", "lang": "lang", "symbol": "symbol"}


def _piece_of(match: re.Match[str], kind: Kind, value: str) -> _Piece | None:
    if not value.strip():
        return None
    return _Piece(match.start(), match.end(), Operator(kind, value, bool(match[1])))


def _between(text: str, pieces: list[_Piece]) -> str:
    """What is left of a text without the pieces, with single spaces."""
    starts = [0, *(piece.end for piece in pieces)]
    ends = [*(piece.start for piece in pieces), len(text)]
    left = "".join(text[start:end] for start, end in zip(starts, ends, strict=True))
    return " ".join(left.split())


def _unquoted(text: str) -> str:
    """Only a quote and a backslash need one before them: r'\\n' in code is found as it stands."""
    return _UNQUOTED.sub(r"\1", text)


def _written(operator: Operator) -> str:
    sign = "-" if operator.excluded else ""
    if operator.kind == "regex":
        return f"{sign}/{_slashes_escaped(operator.value)}/"
    quoted = '"' + operator.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if operator.kind == "phrase":
        return f"{sign}{quoted}"
    plain = not re.search(r'\s|^"', operator.value)
    return f"{sign}{operator.kind}:{operator.value if plain else quoted}"


def _slashes_escaped(pattern: str) -> str:
    return re.sub(r"\\.|/", lambda found: r"\/" if found[0] == "/" else found[0], pattern)


def _escaped(words: str) -> str:
    """With a backslash before each word that would be an operator."""
    parts, at = [], 0
    pieces = list(_pieces(words, refs=True))
    alone = not _between(words, [piece for piece in pieces if piece.doubtful])
    for piece in pieces:
        if piece.doubtful and not alone:
            continue
        parts += [words[at : piece.start], "\\"]
        at = piece.start
    return "".join([*parts, words[at:]])
