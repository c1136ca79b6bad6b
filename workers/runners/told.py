"""What was written down in the sandbox of a run of tests, read with care: the tests could have
written it too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from workers.runners.base import Ended, Example, Frame, Ran

_MOST_TESTS = 100_000


def told(raw: bytes, output: str, absent: Callable[[str], Iterable[str]]) -> Ran:
    """`output` is what the test runner said to the terminal; `absent` reads off such a text which
    packages are not installed."""
    lines = list(_lines(raw))
    tests = _tests(lines)
    said = [output, *(str(line.get("why", ""))[-4000:] for line in lines)]
    whole = any(line.get("finished") is True for line in lines)
    return Ran(
        tuple(tests.values()),
        whole,
        tuple(sorted({name for text in said for name in absent(text)})),
        "\n".join(text for text in said if text)[-4000:],
        _map(lines, tests),
        _calls(lines),
        _statements(lines),
        _uncollected(lines),
    )


def _lines(raw: bytes) -> Iterator[dict[str, Any]]:
    for text in raw.decode(errors="replace").splitlines():
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict):
            yield line


def _tests(lines: list[dict[str, Any]]) -> dict[str, Ended]:
    """By id; what failed at any stage has failed."""
    tests: dict[str, Ended] = {}
    for line in lines:
        name = line.get("id")
        if not isinstance(name, str) or len(tests) >= _MOST_TESTS:
            continue
        before = tests.get(name)
        if before is None or before.verdict != "failed":
            tests[name] = _ended(name, line)
    return tests


def _ended(name: str, line: dict[str, Any]) -> Ended:
    verdict = line.get("verdict")
    seconds = line.get("seconds")
    return Ended(
        name,
        verdict if verdict in ("passed", "failed") else "skipped",
        float(seconds) if isinstance(seconds, int | float) else 0.0,
        tuple(str(kind)[:200] for kind in _list(line.get("kinds"))),
        _message(line),
        tuple(_frames(_list(line.get("frames")))),
        line.get("foreign") is True,
        line.get("hung") is True,
        tuple(_examples(_list(line.get("examples")))),
        promised if isinstance(promised := line.get("promised"), int) else 0,
    )


def _message(line: dict[str, Any]) -> str:
    for example in _examples(_list(line.get("examples"))):
        return (
            f"`{example.source.strip()}` gives {example.given.strip()[:200]}, "
            f"and the documentation says {example.promised.strip()[:200]}"
        )
    return str(line.get("message", ""))[:2000]


def _examples(found: list[Any]) -> Iterator[Example]:
    for each in found[:100]:
        match each:
            case [str(source), str(promised), str(given), str(kind)]:
                yield Example(source, promised, given, kind)


def _frames(found: list[Any]) -> Iterator[Frame]:
    for each in found:
        match each:
            case [str(path), int(line), str(symbol)]:
                yield Frame(path, line, symbol_of(symbol))


def symbol_of(qualified: str) -> str:
    """Of a function within functions the outermost: that is what people know by name."""
    return qualified.partition(".<locals>")[0]


def _map(
    lines: list[dict[str, Any]], tests: dict[str, Ended]
) -> dict[str, dict[int, frozenset[int]]]:
    index = {name: at for at, name in enumerate(tests)}
    found: dict[str, dict[int, frozenset[int]]] = {}
    for line in lines:
        path = line.get("traced")
        if isinstance(path, str):
            found[path] = dict(_traced(_list(line.get("lines")), index))
    return found


def _statements(lines: list[dict[str, Any]]) -> dict[str, frozenset[int]]:
    return {
        path: frozenset(each for each in _list(line.get("lines")) if isinstance(each, int))
        for line in lines
        if isinstance(path := line.get("statements"), str)
    }


def _uncollected(lines: list[dict[str, Any]]) -> dict[str, str]:
    return {
        path: str(line.get("why", ""))[-4000:]
        for line in lines[:_MOST_TESTS]
        if isinstance(path := line.get("uncollected"), str) and path
    }


def _calls(lines: list[dict[str, Any]]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        path, symbol = line.get("called"), line.get("symbol")
        if isinstance(path, str) and isinstance(symbol, str):
            values = [str(value) for value in _list(line.get("values"))[:12]]
            found.setdefault(path, {})[symbol] = values
    return found


def _traced(groups: list[Any], index: dict[str, int]) -> Iterator[tuple[int, frozenset[int]]]:
    for group in groups:
        match group:
            case [list(names), list(numbers)]:
                ran = frozenset(index[str(name)] for name in names if str(name) in index)
                yield from ((number, ran) for number in numbers if isinstance(number, int))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
