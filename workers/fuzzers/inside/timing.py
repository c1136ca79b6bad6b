"""Seconds of one call of each function, with the arguments of recorded calls: one sample a job, in
an interpreter of its own, so that two versions can take turns."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from .drive import write
from .harness import Harness, NoHarness, harness

_SAMPLE_SECONDS = 0.03
_SAMPLES = 5


def once(made: Harness, times: int) -> float:
    """Seconds of a processor for so many rounds over the seeds."""
    began = time.thread_time()
    for _ in range(times):
        for case in made.seeds:
            made.call(case)
    return time.thread_time() - began


def samples(made: Harness) -> list[float]:
    """Seconds of one round, several times; the first rounds find out how many make a sample."""
    times = 1
    while (taken := once(made, times)) < _SAMPLE_SECONDS / 2 and times < 1_000_000:
        # A clock may be too coarse to see one round.
        times *= min(10, max(2, int(_SAMPLE_SECONDS / max(taken, 1e-7))))
    return [once(made, times) / times for _ in range(_SAMPLES)]


def _of_job(job: dict[str, Any]) -> tuple[list[float], int]:
    """Samples, and how many calls a round has: those that fail at a commit are none of it."""
    try:
        made = harness(job["module"], job["symbol"], job["calls"])
        made.seeds = made.seeds[:10]
        return (samples(made) if made.seeds else []), len(made.seeds)
    except NoHarness:
        return [], 0
    except BaseException:  # noqa: BLE001 - what works at one commit may not at another
        return [], 0


def main(path: str) -> None:
    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    for job in settings["jobs"]:
        taken, calls = _of_job(job)
        write(settings["results"], {"id": job["id"], "samples": taken, "calls": calls})


if __name__ == "__main__":
    main(sys.argv[1])
