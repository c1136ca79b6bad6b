"""Fuzz functions with atheris, one process each, and write down what came of it.

Exceptions do not end a process: each sort is kept once, with the first arguments that made it.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import terms
from .codec import Spec
from .harness import Harness, NoHarness, harness
from .judge import Hang, Odd, judged

_SLOW_SECONDS = 3.0
_MOST_SORTS = 20
_LONGEST = 4096


class Fuzzing:
    """Of one function: what is counted, and the sorts of crashes by their signature."""

    def __init__(self, job: dict[str, Any], root: str, results: str) -> None:
        self.job, self.root, self.results = job, root, results
        self.executions = self.returned = self.refused = 0
        self.refusals: dict[str, int] = {}
        self.sorts: dict[str, dict[str, Any]] = {}
        self.began = time.monotonic()
        self.until = self.began + float(job["seconds"])
        self.harness: Harness | None = None
        self.refusing: set[tuple[Any, ...]] = set()
        self.seen = self.ticks = 0

    def one(self, raw: bytes) -> None:
        """What atheris calls."""
        if time.monotonic() > self.until:
            self.finish()
        assert self.harness is not None
        self.tried(self.harness.decode(raw), raw)

    def tried(self, case: dict[str, Any], raw: bytes | None = None) -> None:
        assert self.harness is not None
        self.executions += 1
        try:
            self.harness.call(case, fresh=raw is not None)
        except BaseException as error:  # noqa: BLE001 - whatever the repository's code raises
            place = _place(error)
            odd = None if place in self.refusing else judged(error, self.root)
            if odd is None:
                self.refused += 1
                # What these two say decides about them, not where they come from alone.
                if not isinstance(error, TypeError | AttributeError):
                    self.refusing.add(place)
                kind = type(error).__name__
                self.refusals[kind] = self.refusals.get(kind, 0) + 1
            else:
                # The call may have changed what it was given.
                self._note(odd, self.harness.decode(raw) if raw is not None else case)
        else:
            self.returned += 1

    def _ticked(self, number: int, frame: Any) -> None:
        """Each second: a call that goes on for several does not come back. One timer for all is
        what makes calls cheap."""
        self.ticks = self.ticks + 1 if self.executions == self.seen else 0
        self.seen = self.executions
        if self.ticks >= _SLOW_SECONDS:
            self.ticks = 0
            raise Hang("it did not come back")

    def _note(self, odd: Odd, case: dict[str, Any]) -> None:
        seen = self.sorts.get(odd.signature)
        if seen is not None:
            seen["times"] += 1
            if terms.weight(case) >= seen["weight"]:
                return
        elif len(self.sorts) >= _MOST_SORTS:
            return
        self.sorts[odd.signature] = {
            "times": seen["times"] if seen else 1,
            "weight": terms.weight(case),
            "signature": odd.signature,
            "kind": odd.kind,
            "message": odd.message,
            "frames": odd.frames,
            "grade": odd.grade,
            "case": {name: terms.packed(term) for name, term in case.items()},
        }

    def finish(self, why: str = "") -> None:
        """Write the results and end the process."""
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        made = self.harness
        line = {
            "id": self.job["id"],
            "why": why,
            "executions": self.executions,
            "seconds": time.monotonic() - self.began,
            "returned": self.returned,
            "refused": self.refused,
            "refusals": self.refusals,
            "seeds": len(made.seeds) if made else 0,
            "origins": {s.name: [s.origin, s.spec["kind"]] for s in made.slots} if made else {},
            "receiver": bool(made and made.receiver),
            "crashes": list(self.sorts.values()),
        }
        write(self.results, line)
        os._exit(0)

    def run(self) -> None:
        """Until the time is over; never returns."""
        atheris: Any = importlib.import_module("atheris")
        try:
            self.harness = harness(self.job["module"], self.job["symbol"], self.job["calls"])
        except NoHarness as error:
            self.finish(str(error))
            return
        signal.signal(signal.SIGVTALRM, self._ticked)
        signal.setitimer(signal.ITIMER_VIRTUAL, 1.0, 1.0)
        for case in self.harness.seeds:
            self.tried(case)
        if self.job.get("dry"):
            for raw in (b"", b"\0" * 64, bytes(range(64)), b"a 1,2;[x]=" * 6):
                self.tried(self.harness.decode(raw))
            self.finish()
        folder = Path(self.job["corpus"])
        folder.mkdir(parents=True, exist_ok=True)
        for at, raw in enumerate(_encoded(self.harness)):
            (folder / f"seed-{at}").write_bytes(raw)
        argv = ["fuzz", str(folder), f"-max_len={_LONGEST}", "-verbosity=0", "-timeout=120"]
        argv += ["-rss_limit_mb=1536", f"-artifact_prefix={folder}.", "-print_final_stats=0"]
        atheris.Setup(argv, self.one)
        atheris.Fuzz()


def _encoded(made: Harness) -> Iterable[bytes]:
    for case in made.seeds:
        raw = made.encode(case)
        if raw is not None and len(raw) <= _LONGEST:
            yield raw
    yield from (_words(slot.spec) for slot in made.slots)


def _words(spec: Spec) -> bytes:
    return b"a" if spec["kind"] == "str" else b"\0"


def _place(error: BaseException) -> tuple[Any, ...]:
    """The type and the line that it was raised at."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return (type(error),)
    return (type(error), traceback.tb_frame.f_code, traceback.tb_lineno)


def write(path: str, line: dict[str, Any]) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _imported(settings: dict[str, Any]) -> None:
    """The packages, instrumented so that the fuzzer sees which branches are taken."""
    atheris: Any = importlib.import_module("atheris")
    atheris.enabled_hooks.add("str")
    atheris.enabled_hooks.add("RegEx")
    with atheris.instrument_imports(include=settings["packages"], enable_loader_override=False):
        for job in settings["jobs"]:
            try:
                importlib.import_module(job["module"])
            except BaseException:  # noqa: BLE001, S112 - the harness says why
                continue


def main(path: str) -> None:
    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    _quiet()
    if not all(job.get("dry") for job in settings["jobs"]):
        _imported(settings)
    for job in settings["jobs"]:
        child = os.fork()
        if child == 0:
            try:
                Fuzzing(job, settings["root"], settings["results"]).run()
            finally:
                os._exit(70)
        # One that hangs must not take the time of all that are still to be tried.
        slack = 3 if job.get("dry") else 20
        _waited(child, float(job["seconds"]) + slack, settings["results"], job)


def _quiet() -> None:
    """What functions print is nobody's."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def _waited(child: int, seconds: float, results: str, job: dict[str, Any]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            if os.waitstatus_to_exitcode(status) != 0:
                write(results, {"id": job["id"], "died": os.waitstatus_to_exitcode(status)})
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    write(results, {"id": job["id"], "died": -9})


if __name__ == "__main__":
    main(sys.argv[1])
