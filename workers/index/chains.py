"""Expressions as text: what stands before a dot, after a name, or in an annotation.

The bytes around a name say as much as the tree does, in every language at once, and reading them
costs a tenth of asking the tree. A chain is `a.b().c`: names, and `()` where the last was called.
'?' is an expression that is no chain; 'T()' is also how an annotation 'T' is written: an instance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

UNKNOWN = "?"
REACH = 240
"""Bytes before a name that are looked at: a longer expression is not followed."""
FORWARD = 1_000
"""Bytes after a name: the arguments of a constructor fill lines."""

_ARGUMENTS = rb"(?>\((?>[^()]|\((?>[^()]|\((?>[^()])*\))*\))*\))"
_BACKWARD_ARGUMENTS = rb"(?>\)(?>[^()]|\)(?>[^()]|\)(?>[^()])*\()*\()*\()"
_NAME = rb"[\w$@\x80-\xff]+"
_DOT = rb"(?:\??\.|!\.|::|->|\\)"
_CHAIN = re.compile(
    rb"(" + _NAME + rb"(?:\s*" + _ARGUMENTS + rb")?(?:\s*" + _DOT + rb"\s*" + _NAME
    + rb"(?:" + _ARGUMENTS + rb")?)*)"
)  # fmt: skip
_VALUE = re.compile(rb"[ \t]*:?=[ \t]*(?:(?:await|new|yield from)\s+|&)*" + _CHAIN.pattern)
_VALUE_ENDS = re.compile(rb"[ \t]*(?:\{|[;,)\r\n#]|//|$)")
_BEFORE = re.compile(
    rb"\s*(?:\.[?!]?|::|>-|\\)\s*((?:" + _BACKWARD_ARGUMENTS + rb")?" + _NAME
    + rb"(?:\s*(?:\.[?!]?|::|>-|\\)\s*(?:" + _BACKWARD_ARGUMENTS + rb")?" + _NAME + rb")*)"
    + rb"(?=([\s\S]?))"
)  # fmt: skip
_SPACE = frozenset({b" ", b"\t", b"\r", b"\n"})
_RETURN = re.compile(rb"\breturn[ \t]+(?:(?:await|new)[ \t]+)?" + _CHAIN.pattern)
_AS = re.compile(
    rb"\s+sa\s+((?:" + _BACKWARD_ARGUMENTS + rb")?" + _NAME
    + rb"(?:\.(?:" + _BACKWARD_ARGUMENTS + rb")?" + _NAME + rb")*)"
)  # fmt: skip
_CALLED = re.compile(rb"\s*" + _ARGUMENTS)
_JOINED = re.compile(rb"\s*" + _DOT + rb"\s*")
_AFTER = re.compile(rb"\s*[?!]?:[ \t]*([^=\n;{}]{1,120})")
_GO_AFTER = re.compile(rb"[ \t]+([*\w.\[\]]{1,80})[ \t]*[,;)}\n`=]")
_GO_OTHERS = re.compile(rb"(?:[ \t]*,[ \t]*\w+)+(?=[ \t]*:?=)")
_TYPE_BEFORE = re.compile(rb"[\s*&]*((?:>[^<>;(){}]*<)?[\w.:\\?]+)(?=[\s(,{;<@]|$)")

_WRAPPED = re.compile(
    r"^(?:[\w.]*\.)?(?:Optional|ClassVar|Final|Annotated|Required)\[(.*)\]?$", re.DOTALL
)
_CLASS = re.compile(r"^(?:[\w.]*\.)?[Tt]ype\[(.*)\]$", re.DOTALL)
_TYPE = re.compile(r"[A-Za-z_$@][\w$]*(?:(?:\.|::|\\)[\w$]+)*")
_EMPTY = frozenset(
    {
        "None",
        "True",
        "False",
        "true",
        "false",
        "null",
        "undefined",
        "nil",
        "const",
        "mut",
        "readonly",
        "dyn",
        "impl",
    }
)


_PLAIN_BEFORE = re.compile(rb"([\w$]+(?:\.[\w$]+)*)(?=[\s(,=\[{;!:*&|<+/%^~-](?![\w$]*[>)]))")
_ALONE = frozenset({b"(", b" ", b",", b"[", b"{", b"=", b"!"})
_JOINS = frozenset(b". > : \\ \n".split(b" ")) | {b" ", b"\n", b"\t", b"\r"}


@lru_cache(maxsize=20_000)
def chain(text: bytes) -> str:
    """A chain in its one spelling: 'a?.b(1)->c' is 'a.b().c'."""
    if text.replace(b"_", b"").isalnum():
        return text.decode("utf-8", "replace")
    bare = _JOINED.sub(b".", _CALLED.sub(b"()", text.strip()))
    return b"".join(bare.split()).decode("utf-8", "replace").lstrip("@.")


def receiver(source: bytes, start: int) -> str:
    """What stands before the name at `start`, without the dot: '' if it stands alone."""
    at = start - 1
    # Nine of ten are 'a.b' or stand alone.
    letter = source[at:start]
    if letter == b".":
        plain = _PLAIN_BEFORE.match(source[max(0, start - 82) : at][::-1])
        if plain:
            return plain[1][::-1].decode("utf-8", "replace")
    elif letter in _ALONE and source[at - 1 : at] not in _JOINS:
        return ""
    if letter in _SPACE:
        first = max(0, start - REACH)
        before = source[first:start].rstrip(b" \t\r\n")
        at = first + len(before) - 1 if before else -1
    if at < 0 or source[at] not in b".:>\\" or not _is_dot(source, at, start):
        return ""
    behind = source[max(0, at + 1 - REACH) : at + 1][::-1]
    found = _BEFORE.match(behind)
    if found is None:
        return "" if source[at] in b"\\:" else UNKNOWN
    # What the chain itself is the end of: 'a[0].b', '"".join', ').c'.
    if found[2] in (b")", b"]", b"}", b'"', b"'", b"`", b"."):
        return UNKNOWN
    return chain(found[1][::-1]) or UNKNOWN


def _is_dot(source: bytes, at: int, start: int) -> bool:
    """Not the end of a comment's sentence on the line before, nor of '...', 'a:' or 'f() -> T'."""
    if source[at] == 0x2E:
        if source[at - 2 : at] == b"..":
            return False
        line = source[source.rfind(b"\n", 0, at) + 1 : at]
        ends = b"\n" in source[at:start]
        return not (ends and (b"//" in line or line.lstrip()[:1] in (b"#", b"*", b"")))
    if source[at] == 0x3A:
        return source[at - 1 : at] == b":"
    return source[at] == 0x5C or (source[at - 1 : at] == b"-" and at == start - 1)


def value(source: bytes, end: int) -> str:
    """The chain that is assigned to the name ending at `end`, as in 'x = a.b()'; '' if none."""
    found = _VALUE.match(source, end, end + FORWARD)
    if found is None or not _VALUE_ENDS.match(source, found.end(), found.end() + 8):
        return ""
    return chain(found[1])


def returned(source: bytes) -> Iterator[tuple[int, str]]:
    """Where something is returned that is a chain, and which."""
    for found in _RETURN.finditer(source):
        told = chain(found[1])
        ends = _VALUE_ENDS.match(source, found.end(), found.end() + 8)
        if ends and told not in _EMPTY and not told[:1].isdigit():
            yield found.start(), told


def made_before(source: bytes, start: int) -> str:
    """'with A() as x', 'except E as x'."""
    found = _AS.match(source[max(0, start - REACH) : start][::-1])
    return chain(found[1][::-1]) if found else ""


def type_after(source: bytes, end: int) -> str:
    """'x: T', with the value where there is no annotation."""
    found = _AFTER.match(source, end, end + FORWARD)
    if found is None:
        return value(source, end)
    return annotation(_until_closed(found[1].decode("utf-8", "replace")))


def type_after_go(source: bytes, end: int) -> str:
    """'x *T' of a parameter or field, 'x := v' of a variable."""
    found = _GO_AFTER.match(source, end, end + FORWARD)
    if found is None:
        others = _GO_OTHERS.match(source, end, end + REACH)
        return value(source, others.end() if others else end)
    return annotation(found[1].decode("utf-8", "replace").strip("*[]"))


def type_before(source: bytes, start: int, end: int) -> str:
    """'T x'; 'var x = v' by its value."""
    found = _TYPE_BEFORE.match(source[max(0, start - REACH) : start][::-1])
    named = found[1][::-1].decode("utf-8", "replace") if found else ""
    if not named or named in {"var", "auto", "val", "let", "const", "final", "return"}:
        return value(source, end)
    return annotation(named)


def _until_closed(text: str) -> str:
    """An annotation ends at the comma or bracket that is not its own."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter in "[(<") - (letter in "])>")
        if depth < 0 or (letter == "," and depth == 0):
            return text[:at]
    return text


def annotation(text: str, depth: int = 0) -> str:
    """The chain of an annotated type: 'Optional[T]' and 'T | None' are 'T()', 'type[T]' is 'T'."""
    text = text.strip().strip("\"'").strip()
    if depth > 4:
        return ""
    if wrapped := _WRAPPED.match(text):
        return annotation(wrapped[1].rstrip("]") + "]" * wrapped[1].count("["), depth + 1)
    if of_class := _CLASS.match(text):
        return annotation(of_class[1], depth + 1).removesuffix("()")
    for part in text.split("|"):
        found = _TYPE.match(part.strip().strip("\"'").lstrip("*&?[]"))
        if found and found[0] not in _EMPTY:
            return f"{_JOINED.sub(b'.', found[0].encode()).decode()}()"
    return ""
