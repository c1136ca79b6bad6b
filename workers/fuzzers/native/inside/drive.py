"""Builds harnesses for libFuzzer, runs them, and sees their cases again; in the sandbox, with what
the settings say. What it learns is written as lines of JSON."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

_OUT = Path(__file__).resolve().parent
_FLAGS = (
    "-g -gdwarf-4 -O1 -w -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address "
    "-DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
).split()
_LEAST = "detect_leaks=0:allow_addr2line=1:allocator_may_return_null=1:symbolize=1:color=never"
_MEMBER = re.compile(r"code\.a\((\d+)\.o\)")
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_LONGEST = 40_000
_MOST_CORPUS = 200
_LARGEST = 64 * 1024
_BUILD_SECONDS = 120.0


def ran(argv: list[str], seconds: float) -> tuple[int, str]:
    """The exit status and the last of what was printed; the whole group is ended in time."""
    child = subprocess.Popen(
        argv,
        env={**os.environ, "ASAN_OPTIONS": _LEAST},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        told, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        told, _ = child.communicate()
    return child.returncode, told[-_LONGEST:].decode(errors="replace")


class Built:
    """The archive of all sources that compile; what a harness does not need of it stays out."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.includes = [f"-I{each}" for each in settings["includes"]]
        self.until = time.monotonic() + float(settings["seconds"])
        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(self.compiled, range(len(settings["sources"]))))
        self.objects = [each for each in made if each]
        if self.objects:
            ran([*settings["archive"], "rcs", f"{_OUT}/code.a", *self.objects], _BUILD_SECONDS)

    def argv(self, path: str) -> list[str]:
        return [*self.settings["c" if path.endswith(".c") else "cpp"], *_FLAGS, *self.includes]

    def compiled(self, number: int) -> str:
        path, made = self.settings["sources"][number], f"{_OUT}/{number}.o"
        if time.monotonic() > self.until:
            return ""
        status, _ = ran([*self.argv(path), "-c", path, "-o", made], _BUILD_SECONDS)
        return made if status == 0 else ""

    def harness(self, job: dict[str, Any]) -> dict[str, Any]:
        """The binary, and the sources that went into it; or why there is none."""
        made, binary = f"{_OUT}/harness-{job['id']}.o", f"{_OUT}/harness-{job['id']}"
        status, said = ran([*self.argv(job["path"]), "-c", job["path"], "-o", made], _BUILD_SECONDS)
        if status:
            return {"why": f"its harness does not compile: {_first(said)}"}
        archive = [f"{_OUT}/code.a"] if self.objects else []
        argv = [*self.settings["cpp"], "-fsanitize=fuzzer,address", made, *archive]
        argv += ["-lm", "-lpthread", f"-Wl,-Map={binary}.map", "-o", binary]
        status, said = ran(argv, _BUILD_SECONDS)
        if status or not Path(binary).exists():
            return {"why": f"its harness does not link: {_first(said)}"}
        linked = Path(f"{binary}.map").read_text(errors="replace")
        used = dict.fromkeys(int(each) for each in _MEMBER.findall(linked))
        return {"binary": binary, "used": [self.settings["sources"][each] for each in used]}


def _first(said: str) -> str:
    """The first complaint."""
    lines = [each for each in said.splitlines() if "error" in each or "undefined" in each]
    return (lines or [said])[0][:250]


def fuzzed(job: dict[str, Any], binary: str) -> dict[str, Any]:
    """What came of a harness's time: how often it ran, the first crash, and a corpus."""
    corpus, crash = _OUT / f"corpus-{job['id']}", _OUT / f"crash-{job['id']}"
    corpus.mkdir(exist_ok=True)
    for at, each in enumerate(job["seeds"]):
        (corpus / f"seed-{at}").write_bytes(base64.b64decode(each))
    argv = [binary, str(corpus), f"-max_total_time={int(job['seconds'])}", "-timeout=8"]
    argv += ["-rss_limit_mb=1200", "-print_final_stats=1", "-max_len=4096", "-seed=1"]
    argv += [f"-exact_artifact_path={crash}", "-verbosity=1"]
    began = time.monotonic()
    status, said = ran(argv, float(job["seconds"]) + 30)
    executed = _EXECUTED.findall(said)
    line = {"executions": int(executed[-1]) if executed else 0, "report": "", "status": status}
    line["seconds"] = time.monotonic() - began
    kept = sorted(corpus.iterdir(), key=lambda each: each.stat().st_size)[:_MOST_CORPUS]
    raw = [each.read_bytes() for each in kept if each.stat().st_size <= _LARGEST]
    line["corpus"] = [base64.b64encode(each).decode() for each in raw]
    if status and crash.exists():
        line.update(_again(binary, crash, said))
    return line


def _again(binary: str, crash: Path, said: str) -> dict[str, Any]:
    """The smallest case that ends the same way, and reports of five fresh starts."""
    small = crash.with_name(crash.name + "-small")
    argv = [binary, "-minimize_crash=1", "-max_total_time=6", f"-exact_artifact_path={small}"]
    ran([*argv, str(crash)], 25.0)
    cases = [each for each in (small, crash) if each.exists()]
    for case in cases:
        reports = [ran([binary, "-timeout=8", "-rss_limit_mb=1200", str(case)], 30.0)[1]]
        if "ERROR: " in reports[0]:
            reports += [ran([binary, "-timeout=8", str(case)], 30.0)[1] for _ in range(4)]
            told = base64.b64encode(case.read_bytes()[:_LARGEST]).decode()
            return {"report": said, "case": told, "reports": reports}
    return {}


def main(path: str) -> None:
    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    built = Built(settings)
    for job in settings["jobs"]:
        made = built.harness(job)
        line = {"id": job["id"], **made}
        if "binary" in made and time.monotonic() < built.until:
            line.update(fuzzed(job, made["binary"]))
        with open(settings["results"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
