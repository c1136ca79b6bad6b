"""Crashes again, in fresh interpreters: made as small as they get, then five times the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from . import terms
from .codec import fits
from .drive import write
from .harness import Harness, harness
from .judge import Hang, judged

_TIMES = 5
_SLOW_SECONDS = 4.0


def outcome(made: Harness, case: dict[str, Any], root: str) -> str:
    """The signature of what happens; '' where nothing odd does."""
    signal.setitimer(signal.ITIMER_VIRTUAL, _SLOW_SECONDS)
    try:
        made.call(case)
    except BaseException as error:  # noqa: BLE001 - whatever the repository's code raises
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        odd = judged(error, root)
        return odd.signature if odd else ""
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


def returns(made: Harness, case: dict[str, Any]) -> bool:
    """Whether the call comes back."""
    signal.setitimer(signal.ITIMER_VIRTUAL, _SLOW_SECONDS)
    try:
        made.call(case)
    except BaseException:  # noqa: BLE001 - whatever the repository's code raises
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True


def smallest(
    made: Harness, case: dict[str, Any], root: str, signature: str, seconds: float
) -> dict[str, Any]:
    """The simplest case with the same outcome that is found in so many seconds."""
    until = time.monotonic() + seconds
    best, better = case, True
    while better and time.monotonic() < until:
        better = False
        for less in _simpler(made, best):
            if time.monotonic() > until:
                break
            if outcome(made, less, root) == signature:
                best, better = less, True
                break
    return best


def _simpler(made: Harness, case: dict[str, Any]) -> Any:
    """First without what is optional, then as calls give it, then each argument simpler."""
    for slot in made.slots:
        if slot.optional and slot.name in case:
            yield {name: term for name, term in case.items() if name != slot.name}
    main, specs = made.main, made.specs
    for seed in made.seeds[:10]:
        for name, term in case.items():
            other = main is None or name != main.name
            if other and name in seed and terms.weight(seed[name]) < terms.weight(term):
                yield {**case, name: seed[name]}
    for name in sorted(case, key=lambda each: -terms.weight(case[each])):
        for less in terms.smaller(case[name]):
            if fits(specs[name], less) or not fits(specs[name], case[name]):
                yield {**case, name: less}


def one(path: str, at: int, mode: str) -> None:
    """In a process of its own: print the smallest case, or the outcome."""
    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    crash = settings["crashes"][at]
    told = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.signal(signal.SIGVTALRM, _too_slow)
    made = harness(crash["module"], crash["symbol"], crash["calls"])
    case = {name: terms.unpacked(raw) for name, raw in crash["case"].items()}
    if mode == "returns":
        answer: Any = returns(made, case)
    elif mode == "outcome":
        answer = outcome(made, case, settings["root"])
    else:
        seconds = float(settings["seconds"])
        small = smallest(made, case, settings["root"], crash["signature"], seconds)
        answer = {name: terms.packed(term) for name, term in small.items()}
    os.write(told, json.dumps(answer).encode())
    os._exit(0)


def _too_slow(number: int, frame: Any) -> None:
    raise Hang("it did not come back")


def _asked(path: str, at: int, mode: str, *, seconds: float, seed: int = 0) -> Any:
    argv = [sys.executable, "-P", "-m", "ponder_fuzz.replay", path, str(at), mode]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    try:
        ran = subprocess.run(
            argv, env=environment, capture_output=True, timeout=seconds, check=True
        )
        return json.loads(ran.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None


def main(path: str) -> None:
    """Each crash: minimised, then seen again in five interpreters with hashes of their own."""
    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    for at, crash in enumerate(settings["crashes"]):
        if settings.get("returns"):
            line = {"at": at, "returns": _asked(path, at, "returns", seconds=30.0)}
            write(settings["results"], line)
            continue
        small = _asked(path, at, "smallest", seconds=float(settings["seconds"]) + 30)
        crash["case"] = crash["case"] if small is None else small
        Path(path).write_text(json.dumps(settings), encoding="utf-8")
        seen = [_asked(path, at, "outcome", seconds=30.0, seed=7 * n) for n in range(_TIMES)]
        line = {"at": at, "case": crash["case"], "again": seen.count(crash["signature"])}
        write(settings["results"], line)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(sys.argv[1])
    else:
        one(sys.argv[1], int(sys.argv[2]), sys.argv[3])
