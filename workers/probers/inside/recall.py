"""Call what can be called, and write down what comes of it, so that it can be called again at
another commit."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from .calling import given
from .evaluate import Failed, Running
from .package import Callable_
from .pool import Pool
from .probe import imports, pooled, silence
from .varied import varied

_MOST_OF_EACH = 25
_MOST = 3_000
_LONGEST = 1_500
_ADDRESS = re.compile(r"(?: at|,)? 0x[0-9a-f]{4,}", re.IGNORECASE)
_ELSEWHERE = re.compile(r"<(function|module|class|bound|generator)|/tmp|/code")


def main(path: str) -> None:
    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    silence()
    pool = pooled(settings)
    pool.running.until = time.monotonic() + settings["seconds"]
    pool.running.names["_outcome"] = _outcome
    rows: Iterator[list[Any]]
    if settings["calls"]:
        rows = ([text, "", "", 0, [], _of(pool.running, text)] for text in settings["calls"])
    else:
        pool.fill()
        pool.running.until = time.monotonic() + settings["seconds"]
        rows = islice(_made(pool), _MOST)
    with open(settings["results"], "a", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")


def _made(pool: Pool) -> Iterator[list[Any]]:
    """Calls that somebody wrote come first, then those beside them."""
    functions = [*pool.package.functions, *pool.package.methods]
    seen = set[str]()
    for texts in (_written, varied, _typed):
        for function in functions:
            if pool.running.late:
                return
            for text in texts(pool, function):
                if text not in seen:
                    seen.add(text)
                    yield from _row(pool, function, text)


def _written(pool: Pool, function: Callable_) -> Iterator[str]:
    yield from (each.text for each in islice(given(pool, function), _MOST_OF_EACH) if each.written)


def _typed(pool: Pool, function: Callable_) -> Iterator[str]:
    yield from (each.text for each in islice(given(pool, function), _MOST_OF_EACH))


def _row(pool: Pool, function: Callable_, text: str) -> Iterator[list[Any]]:
    outcome = _of(pool.running, text)
    if outcome:
        yield [text, function.module, function.symbol, function.line, imports(text), outcome]


def _of(running: Running, text: str) -> str:
    """What a call comes to: a value, or the kind of an exception; '' where it cannot be told."""
    value = running.fresh(f"_outcome({text})")
    if isinstance(value, Failed):
        return "" if value.kind == "Slow" else f"!{value.kind}"
    return value if isinstance(value, str) else ""


def _outcome(value: Any) -> str:
    told = value
    if hasattr(value, "__next__"):
        told = [*islice(value, 50)]
    text = _ADDRESS.sub("", repr(told))
    return "" if len(text) > _LONGEST or _ELSEWHERE.search(text) else f"={text}"


if __name__ == "__main__":
    main(sys.argv[1])
