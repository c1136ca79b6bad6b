"""Run harnesses that were compiled, and see their cases again: one process each, ended in time."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

_FATAL = re.compile(r"fatal error: ([a-z ]+)")
_ROUND = re.compile(r"^Benchmark\S+\s+\d+\s+([\d.]+) ns/op\s+([\d.]+) which/op", re.MULTILINE)
_MOST_CORPUS = 150


def ran(argv: list[str], folder: str, environment: dict[str, str], seconds: float) -> str:
    """What it printed; the whole group of processes is ended."""
    child = subprocess.Popen(
        argv,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        told, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        told, _ = child.communicate()
    return told[-200_000:].decode(errors="replace")


def counted(out: str) -> list[Any]:
    """What the processes of one harness wrote."""
    folder, name = os.path.split(out)
    found = []
    for each in sorted(Path(folder).glob(name + ".*")):
        if not each.name.endswith("~"):
            try:
                found.append(json.loads(each.read_text(errors="replace")))
            except ValueError:
                continue
            each.unlink()
    return found


def fuzzed(job: dict[str, Any]) -> dict[str, Any]:
    """One harness for its time; or its seeds alone."""
    name, seconds = f"FuzzPonder{job['id']}", float(job["seconds"])
    out = f"{job['out']}-{job['id']}"
    argv = [job["binary"], "-test.v=false"]
    environment = {"PONDER_OUT": out}
    if job["dry"]:
        argv += [f"-test.run=^({name}|TestPonderShare)$"]
        environment["PONDER_TARGET"] = str(job["id"])
    else:
        argv += [f"-test.fuzz=^{name}$", "-test.run=^$", f"-test.fuzztime={seconds:.0f}s"]
        argv += [f"-test.fuzzcachedir={job['cache']}", "-test.parallel=1"]
    given = Path(job["folder"], "testdata", "fuzz", name)
    before = {each.name for each in given.glob("*")}
    told = ran(argv, job["folder"], environment, seconds + 15)
    fatal = _FATAL.search(told)
    broke = [each for each in given.glob("*") if each.name not in before]
    kept = sorted(Path(job["cache"], name).glob("*"), key=lambda each: each.stat().st_size)
    return {
        "id": job["id"],
        "counts": counted(out),
        "fatal": fatal[1].strip() if fatal else "",
        "broke": [each.read_text(errors="replace") for each in broke[:1]],
        "corpus": [each.read_text(errors="replace") for each in kept[:_MOST_CORPUS]],
    }


def signature(job: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """What happens with a case, and the case."""
    out, case = f"{job['out']}-replay", f"{job['out']}-case.json"
    Path(out).unlink(missing_ok=True)
    Path(case).write_text(json.dumps(asked))
    argv = [job["binary"], "-test.run=^TestPonderReplay$"]
    environment = {"PONDER_OUT": out, "PONDER_CASE": case}
    told = ran(argv, job["folder"], environment, 40.0)
    sorts = [each for line in counted(out) for each in line.get("Sorts", {})]
    fatal = _FATAL.search(told)
    if Path(out).exists():
        return dict(json.loads(Path(out).read_text()))
    if fatal:
        return {"Signature": fatal[1].strip()}
    return {"Signature": sorts[0] if sorts else ""}


def replayed(job: dict[str, Any]) -> dict[str, Any]:
    """Made small where that can be tried, then seen again."""
    asked = {
        "Target": job["id"],
        "Arguments": job["arguments"],
        "Signature": job["signature"],
        "Smaller": job["smaller"],
    }
    first = signature(job, asked)
    if job["smaller"] and first.get("Signature") == job["signature"]:
        asked["Arguments"] = first["Arguments"]
    asked["Smaller"] = False
    seen = [signature(job, asked) for _ in range(int(job["times"]))]
    return {
        "at": job["at"],
        "arguments": asked["Arguments"],
        "again": sum(each.get("Signature") == job["signature"] for each in seen),
        "returned": bool(seen) and all(each.get("Returned") is True for each in seen),
    }


def timed(job: dict[str, Any]) -> dict[str, Any]:
    """Seconds of a round of calls, now and before, in turns."""
    found: dict[str, Any] = {"id": job["id"], "now": [], "before": []}
    name = f"^BenchmarkPonder{job['id']}$"
    for _ in range(int(job["turns"])):
        for when in ("now", "before"):
            binary, folder = job[when]
            argv = [binary, "-test.run=^$", f"-test.bench={name}", "-test.benchtime=20ms"]
            told = ran([*argv, "-test.count=3", "-test.cpu=1"], folder, {}, 30.0)
            found[when] += [[float(a), float(b)] for a, b in _ROUND.findall(told)]
    return found


def main(path: str) -> None:
    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    for job in settings["jobs"]:
        line = MODES[settings["mode"]](job)
        with open(settings["results"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


MODES = {"fuzz": fuzzed, "replay": replayed, "time": timed}

if __name__ == "__main__":
    main(sys.argv[1])
