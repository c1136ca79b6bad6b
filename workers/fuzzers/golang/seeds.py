"""Arguments that tests and examples give to a function of Go: where fuzzing begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from workers.fuzzers.golang.declared import group, parts
from workers.fuzzers.golang.kinds import TEXT
from workers.fuzzers.golang.literals import Value, fitting, spelled

_MOST = 40
_LONGEST = 4096
_CHUNK = re.compile(r"^func .*?(?:^\}|(?=^func )|\Z)", re.MULTILINE | re.DOTALL)


def seeds(
    name: str, natives: Sequence[str], tests: Mapping[str, str]
) -> tuple[tuple[Value, ...], ...]:
    """`tests` are texts by path. Calls that spell out all arguments first, then literals of the
    tests that call it, then something of each type."""
    found: dict[tuple[Value, ...], None] = {}
    texts = [text for text in tests.values() if f"{name}(" in text]
    for text in texts:
        for given in (*_called(name, natives, text), *_near(name, natives, text)):
            if len(found) < _MOST:
                found.setdefault(given)
    for number in (1, 0):
        found.setdefault(tuple(_plain(kind, number) for kind in natives))
    return tuple(found)


def _called(name: str, natives: Sequence[str], text: str) -> Iterator[tuple[Value, ...]]:
    for call in re.finditer(rf"\b{re.escape(name)}\(", text):
        end = group(text, call.end() - 1)
        listed = parts(text[call.end() : end]) if end > 0 else []
        told = [spelled(each)[:1] for each in listed]
        given = [each[0] for each in told if each]
        if given and (made := _fitted(natives, given)):
            yield made


def _near(name: str, natives: Sequence[str], text: str) -> Iterator[tuple[Value, ...]]:
    """Tables of tests have the arguments in a row."""
    wanted = [kind for kind in natives if kind in TEXT]
    for chunk in _CHUNK.finditer(text):
        if f"{name}(" not in chunk[0]:
            continue
        listed = [each for each in spelled(chunk[0]) if isinstance(each, bytes)]
        for at in range(len(listed) - len(wanted) + 1):
            if wanted and (made := _fitted(natives, listed[at : at + len(wanted)])):
                yield made


def _fitted(
    natives: Sequence[str], given: Sequence[bytes | int | float]
) -> tuple[Value, ...] | None:
    """Texts for texts and numbers for numbers, in order; what is missing is plain."""
    texts = [each for each in given if isinstance(each, bytes) and len(each) <= _LONGEST]
    numbers = [each for each in given if not isinstance(each, bytes)]
    made = []
    for kind in natives:
        if kind in TEXT:
            if not texts:
                return None
            made.append(Value(kind, texts.pop(0)))
        elif numbers and kind != "bool":
            number = numbers.pop(0)
            whole = kind.startswith("float")
            made.append(Value(kind, float(number) if whole else fitting(kind, int(number))))
        else:
            made.append(_plain(kind, 1))
    return tuple(made)


def _plain(kind: str, number: int) -> Value:
    if kind in TEXT:
        return Value(kind, b"a1" * number)
    if kind == "bool":
        return Value(kind, bool(number))
    return Value(kind, float(number) if kind.startswith("float") else number)


def kept(raw: bytes, natives: Sequence[str]) -> bool:
    """Whether an input that was kept is of these types: the function may have changed."""
    lines = raw.decode(errors="replace").splitlines()
    names = {"byte": r"(byte|uint8)", "uint8": r"(byte|uint8)", "rune": r"(rune|int32)"}
    names["int32"] = names["rune"]
    fits = len(lines) == len(natives) + 1 and lines[0] == "go test fuzz v1"
    return fits and all(
        re.match(names.get(kind, re.escape(kind)) + r"\(", line)
        for kind, line in zip(natives, lines[1:], strict=True)
    )


def read(raw: str, natives: Sequence[str]) -> tuple[Value, ...] | None:
    """An input as Go's fuzzer writes it; None where it is not of these types."""
    if not kept(raw.encode(), natives):
        return None
    made = []
    for kind, line in zip(natives, raw.splitlines()[1:], strict=True):
        inner = line[line.index("(") + 1 : -1]
        if kind == "bool":
            made.append(Value(kind, inner == "true"))
            continue
        told = spelled(inner)
        if not told or isinstance(told[0], bytes) != (kind in TEXT):
            return None
        value = told[0]
        if kind.startswith("float"):
            value = float(value)
        elif kind not in TEXT:
            value = fitting(kind, int(value))
        made.append(Value(kind, value))
    return tuple(made)
