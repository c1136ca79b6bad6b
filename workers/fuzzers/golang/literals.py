"""Values of Go's fuzzer: read from sources and from what the sandbox says, and written as Go."""

from __future__ import annotations

import ast
import base64
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_LITERAL = re.compile(r"\"(?:[^\"\\\n]|\\.){0,300}+\"|`[^`]*`|(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)
_SIZES = {"rune": 32, "byte": 8}
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Value:
    """`kind` is a type of Go's fuzzer; texts are bytes, whatever they are called there."""

    kind: str
    value: bytes | int | float | bool


def literal(given: Value) -> str:
    """As Go writes it, of exactly this type."""
    kind, value = given.kind, given.value
    if isinstance(value, bytes):
        return _quoted(value) if kind == "string" else f"[]byte({_quoted(value)})"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        told = "math.NaN()" if math.isnan(value) else f"math.Inf({1 if value > 0 else -1})"
        return f"{kind}({told})"
    return f"{kind}({value!r})"


def _quoted(value: bytes) -> str:
    found = []
    for letter in value.decode("utf-8", "surrogateescape"):
        if letter in '"\\':
            found.append("\\" + letter)
        elif "\ud800" <= letter <= "\udfff":
            found.append(f"\\x{ord(letter) - 0xDC00:02x}")
        elif letter.isprintable():
            found.append(letter)
        elif ord(letter) < 0x80:
            found.append({"\n": "\\n", "\t": "\\t"}.get(letter, f"\\x{ord(letter):02x}"))
        else:
            found.append(f"\\U{ord(letter):08x}")
    return f'"{"".join(found)}"'


def unpacked(raw: Any, natives: Sequence[str]) -> tuple[Value, ...] | None:
    """What the sandbox wrote down, if it is of these types; it is hostile."""
    if not isinstance(raw, list) or len(raw) != len(natives):
        return None
    try:
        return tuple(
            _value(kind, str(each["Value"])) for kind, each in zip(natives, raw, strict=True)
        )
    except (KeyError, TypeError, ValueError):
        return None


def _value(kind: str, told: str) -> Value:
    if len(told) > 2 * _LONGEST:
        raise ValueError("it is too long")
    if kind in ("string", "[]byte"):
        return Value(kind, base64.b64decode(told, validate=True))
    if kind == "bool":
        return Value(kind, told == "true")
    if kind.startswith("float"):
        return Value(kind, float(told))
    return Value(kind, fitting(kind, int(told)))


def fitting(kind: str, number: int) -> int:
    """Within the bounds of a type of whole numbers."""
    bits = _SIZES.get(kind) or int("".join(filter(str.isdecimal, kind)) or 64)
    low = 0 if kind.startswith(("u", "byte")) else -(1 << (bits - 1))
    return min(max(number, low), low + (1 << bits) - 1)


def packed(values: Sequence[Value]) -> list[dict[str, str]]:
    """As the harness reads them."""
    names = {"rune": "int32", "byte": "uint8"}
    found = []
    for each in values:
        if isinstance(each.value, bytes):
            told = base64.b64encode(each.value).decode()
        else:
            told = str(each.value).lower()
        found.append({"Kind": names.get(each.kind, each.kind), "Value": told})
    return found


def spelled(text: str) -> list[bytes | int | float]:
    """The plain literals of a piece of Go, in order."""
    found: list[bytes | int | float] = []
    for match in _LITERAL.finditer(text):
        told = match[0]
        try:
            if told.startswith("`"):
                found.append(told[1:-1].encode())
            elif told.startswith('"'):
                found.append(_unquoted(told))
            else:
                found.append(float(told) if "." in told else int(told))
        except (ValueError, SyntaxError):
            continue
    return found


def _unquoted(told: str) -> bytes:
    """Go's escapes are those of Python, but that \\xNN is a byte."""
    text = ast.literal_eval(_ESCAPE.sub(_byte, told))
    return str(text).encode("utf-8", "surrogateescape")


def _byte(escape: re.Match[str]) -> str:
    high = escape[1][0] == "x" and escape[1][1:2] in "89abcdefABCDEF"
    return f"\\udc{escape[1][1:]}" if high else escape[0]
