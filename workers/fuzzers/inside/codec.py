"""Bytes to arguments and back: any bytes make arguments of the types that are asked for, and real
arguments make bytes to start from."""

from __future__ import annotations

import datetime
import math
import struct
from typing import Any

from .terms import Call

Spec = dict[str, Any]
"""A type: {"kind": …} and what the kind needs: "of" (its parts), "low" and "high" of numbers,
"values" of a choice, "module" and "name" of a class."""

_MIDDLE = 50
_SMALL = 200
_MOST_ITEMS = 16
_FLOATS = (0.0, 1.0, -1.0, 0.5, 2.0, 10.0, 100.0, 1e-9, 1e9, 3.14159, -0.5, 1e300)
_FIRST_DAY = datetime.date(1900, 1, 1).toordinal()
_DAYS = 73_000
_DEEPEST = 6


class Reader:
    """Bytes from the front; zeros once they are spent."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.at = 0

    def byte(self) -> int:
        at = self.at
        self.at = at + 1
        return self.raw[at] if at < len(self.raw) else 0

    def take(self, count: int) -> bytes:
        at = self.at
        self.at = at + count
        return self.raw[at : self.at]

    @property
    def left(self) -> int:
        return max(0, len(self.raw) - self.at)


def decode(  # noqa: PLR0911 - one for each type
    spec: Spec, reader: Reader, *, last: bool = False, depth: int = 0
) -> Any:
    """A term. The last text takes all bytes that are left, so that it is what mutations meet."""
    kind = spec["kind"]
    if kind == "str":
        return _raw(reader, last).decode("utf-8", "replace")
    if kind == "bytes":
        return _raw(reader, last)
    if kind == "int":
        return _integer(spec, reader)
    if kind == "bool":
        return bool(reader.byte() & 1)
    if kind == "none":
        return None
    if kind == "float":
        return _float(spec, reader)
    if kind == "choice":
        return spec["values"][reader.byte() % len(spec["values"])]
    if kind == "union":
        part = spec["of"][reader.byte() % len(spec["of"])]
        return decode(part, reader, last=last, depth=depth + 1)
    return _compound(spec, reader, last, depth + 1)


def _raw(reader: Reader, last: bool) -> bytes:
    if last:
        return reader.take(reader.left)
    size = reader.byte()
    return reader.take(size + (reader.byte() << 8) if size == 255 else size)


def _integer(spec: Spec, reader: Reader) -> int:
    first = reader.byte()
    low, high = int(spec.get("low", 0)), int(spec.get("high", 1000))
    if first < _SMALL:
        number = first - _MIDDLE
    else:
        number = int.from_bytes(reader.take((first - _SMALL) % 9), "little", signed=True)
    if low <= number <= high:
        return number
    return low + abs(number) % (high - low + 1)


def _float(spec: Spec, reader: Reader) -> float:
    first = reader.byte()
    if first < 128:
        number = _FLOATS[first % len(_FLOATS)]
    else:
        (number,) = struct.unpack("<d", reader.take(8).ljust(8, b"\0"))
    return abs(number) if spec.get("low") == 0 else number if math.isfinite(number) else 0.0


def _compound(spec: Spec, reader: Reader, last: bool, depth: int) -> Any:
    kind, parts = spec["kind"], spec.get("of", [])
    if kind == "fixed":
        final = len(parts) - 1
        return tuple(
            decode(part, reader, last=last and at == final, depth=depth)
            for at, part in enumerate(parts)
        )
    if kind == "make":
        final = len(parts) - 1
        made = [decode(p, reader, last=last and at == final) for at, p in enumerate(parts)]
        return Call(spec["module"], spec["name"], tuple(made))
    if kind == "date":
        day = _FIRST_DAY + int.from_bytes(reader.take(3), "little") % _DAYS
        date = datetime.date.fromordinal(day)
        return Call("datetime", spec["name"], (date.year, date.month, date.day))
    count = 0 if depth > _DEEPEST else reader.byte() % (_MOST_ITEMS + 1)
    count = min(count, reader.left)
    if kind == "dict":
        return {
            decode(parts[0], reader, depth=depth): decode(parts[1], reader, depth=depth)
            for _ in range(count)
        }
    items = [decode(parts[0], reader, depth=depth) for _ in range(count)]
    return {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[kind](items)


def fits(spec: Spec, term: Any) -> bool:  # noqa: PLR0911 - one for each type
    """Whether a term is of a type."""
    kind, parts, is_ = spec["kind"], spec.get("of", []), type(term)
    if kind == "union":
        return any(fits(part, term) for part in parts)
    if kind == "choice":
        return any(type(each) is is_ and each == term for each in spec["values"])
    if kind in ("make", "date"):
        made = (spec.get("module", "datetime"), spec["name"])
        is_made = isinstance(term, Call) and (term.module, term.name) == made
        if kind == "date" or not is_made:
            return is_made
        return len(parts) == len(term.arguments) and all(map(fits, parts, term.arguments))
    if kind == "fixed":
        return is_ is tuple and len(term) == len(parts) and all(map(fits, parts, term))
    if kind == "dict":
        return is_ is dict and all(fits(parts[0], k) and fits(parts[1], v) for k, v in term.items())
    if kind in ("list", "tuple", "set", "frozenset"):
        return is_.__name__ == kind and all(fits(parts[0], each) for each in term)
    if is_ in (int, float) and not spec.get("low", term) <= term <= spec.get("high", term):
        return False
    return is_.__name__ == {"none": "NoneType"}.get(kind, kind)


def encode(  # noqa: PLR0911 - one for each type
    spec: Spec, term: Any, *, last: bool = False
) -> bytes:
    """Bytes that decode to a term that fits, or come close."""
    kind, parts = spec["kind"], spec.get("of", [])
    if kind in ("str", "bytes"):
        raw = term.encode("utf-8", "replace") if kind == "str" else term
        return raw if last else _sized(raw)
    if kind == "int":
        return _number(term)
    if kind == "bool":
        return bytes([term])
    if kind == "none":
        return b""
    if kind == "float":
        return b"\xff" + struct.pack("<d", term)
    if kind == "choice":
        return bytes([spec["values"].index(term) % 256])
    if kind == "union":
        at = next(at for at, part in enumerate(parts) if fits(part, term))
        return bytes([at]) + encode(parts[at], term, last=last)
    return _compounded(spec, term, last)


def _sized(raw: bytes) -> bytes:
    if len(raw) < 255:
        return bytes([len(raw)]) + raw
    raw = raw[: 255 + 255 * 256]
    return bytes([255, (len(raw) - 255) >> 8]) + raw[: 255 + ((len(raw) - 255) >> 8 << 8)]


def _number(number: int) -> bytes:
    if 0 <= number + _MIDDLE < _SMALL:
        return bytes([number + _MIDDLE])
    size = min(8, number.bit_length() // 8 + 1)
    held = max(-(2**63), min(2**63 - 1, number))
    return bytes([_SMALL + size]) + held.to_bytes(size, "little", signed=True)


def _compounded(spec: Spec, term: Any, last: bool) -> bytes:
    kind, parts = spec["kind"], spec.get("of", [])
    if kind in ("fixed", "make"):
        items = term.arguments if kind == "make" else term
        final = len(parts) - 1
        return b"".join(
            encode(part, each, last=last and at == final)
            for at, (part, each) in enumerate(zip(parts, items, strict=True))
        )
    if kind == "date":
        day = datetime.date(*term.arguments[:3]).toordinal() - _FIRST_DAY
        return (day % _DAYS).to_bytes(3, "little")
    items = list(term.items() if kind == "dict" else term)[:_MOST_ITEMS]
    if kind == "dict":
        told = b"".join(encode(parts[0], k) + encode(parts[1], v) for k, v in items)
    else:
        told = b"".join(encode(parts[0], each) for each in items)
    return bytes([len(items)]) + told
