"""How the time of a function grows with its input: doubled again and again, each size timed."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .harness import Harness, NoHarness, harness
from .judge import Hang

_SMALLEST = 256
_LARGEST = 1 << 16
_ENOUGH_SECONDS = 0.2
_NOTHING_SECONDS = 0.0005
_TIMES = 2
_SECONDS = 4.0


def inputs(value: Any) -> Iterator[tuple[Any, Any]]:
    """Pairs of a start and what is repeated after it: the value itself, and its single items after
    it, which is what patterns that try again meet."""
    yield value[:0], value
    for at in sorted({0, len(value) - 1}):
        yield value, value[at : at + 1]
    if isinstance(value, str):
        yield from ((value, letter) for letter in " 0(" if letter not in value)


def sized(start: Any, part: Any, size: int) -> Any:
    """Of about this length."""
    return start + part * max(1, size // len(part))


def timed(made: Harness, case: dict[str, Any]) -> float:
    """Seconds of a processor, the least of three; a function that refuses counts as well."""
    least = math.inf
    for _ in range(_TIMES):
        began = time.thread_time()
        try:
            made.call(case)
        except Hang:
            return math.inf
        except BaseException:  # noqa: BLE001, S110 - whatever the repository's code raises
            pass
        least = min(least, time.thread_time() - began)
        if least > _ENOUGH_SECONDS:
            break
    return least


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of log time against log size over the last four sizes (least squares); 0 where
    there are fewer that can be told from nothing."""
    told = [(math.log(n), math.log(t)) for n, t in points if _NOTHING_SECONDS < t < math.inf][-4:]
    if len(told) < 4:
        return 0.0
    x, y = sum(a for a, _ in told) / 4, sum(b for _, b in told) / 4
    return sum((a - x) * (b - y) for a, b in told) / sum((a - x) ** 2 for a, _ in told)


def grown(made: Harness, case: dict[str, Any], name: str) -> dict[str, Any]:
    """The fastest growth that repeating parts of one argument shows."""
    worst: dict[str, Any] = {"exponent": 0.0, "points": []}
    until = time.thread_time() + _SECONDS * 0.7
    for start, part in inputs(case[name]):
        if time.thread_time() > until:
            break
        points: list[tuple[int, float]] = []
        size = _SMALLEST
        while size <= _LARGEST:
            seconds = timed(made, {**case, name: sized(start, part, size)})
            points.append((size, seconds))
            if seconds > _ENOUGH_SECONDS:
                break
            size *= 2
        found = exponent(points)
        if found > worst["exponent"]:
            worst = {"exponent": found, "points": points, "start": start, "part": part}
    return worst


def _of_job(job: dict[str, Any]) -> dict[str, Any]:
    made = harness(job["module"], job["symbol"], job["calls"])
    main = made.main
    best: dict[str, Any] = {"exponent": 0.0, "points": []}
    if main is None or made.receiver is not None:
        return best
    seeds = [each for each in made.seeds if _repeats(each.get(main.name))]
    seeds.sort(key=lambda each: len(each[main.name]))
    for case in seeds[-1:]:
        found = grown(made, case, main.name)
        if found["exponent"] > best["exponent"]:
            rest = {name: term for name, term in case.items() if name != main.name}
            best = {**found, "case": rest, "main": main.name, "order": [s.name for s in made.slots]}
    return best


def _repeats(value: Any) -> bool:
    return isinstance(value, str | bytes | list) and 0 < len(value) < _SMALLEST


def _too_slow(number: int, frame: Any) -> None:
    raise Hang("the time is over")


def main(path: str) -> None:
    """One line for each job, in a process of its own each."""
    from . import terms
    from .drive import write

    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    for job in settings["jobs"]:
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            continue
        signal.signal(signal.SIGVTALRM, _too_slow)
        signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
        try:
            found = _of_job(job)
            for name in ("start", "part", "case"):
                if name in found:
                    found[name] = terms.packed(found[name])
            write(settings["results"], {"id": job["id"], **found})
        except (NoHarness, Hang, terms.NoTerm):
            pass
        finally:
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
