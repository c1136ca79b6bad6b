"""A workspace in which harnesses of Go are compiled and run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from workers.fuzzers.golang.harness import HARNESS, INSIDE, Harness, files
from workers.fuzzers.golang.scan import Scanned
from workers.fuzzers.pythonic import told
from workers.sandbox import CODE, Go, Limits, Workspace

FOLDER = ".ponder-fuzz"
BEFORE = ".ponder-before"
_TRIES = 4
_PLACE = re.compile(r"ponder_harness_test\.go:(\d+):\d+: (.*)")
_START = re.compile(r"^func (?:ponderTarget|FuzzPonder)(\d+)\(", re.MULTILINE)


@dataclass(slots=True)
class Bench:
    """Of one module. `built` are binaries by folder; `why` says by number which harness is none."""

    go: Go
    scanned: Scanned
    log: Callable[[str], None]
    built: dict[str, str] = field(default_factory=dict)
    why: dict[int, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        return self.go.workspace

    async def prepare(self) -> None:
        """The repository's own tests make way: what they import may not be there."""
        self.workspace.write(f"{FOLDER}/drive.py", (INSIDE / "drive.py").read_bytes())
        await self._shell("find . -name '*_test.go' -type f -not -path './vendor/*' -delete")

    async def copied(self, earlier: Mapping[str, str | None]) -> None:
        """A second tree, with what the last commit changed as it was before."""
        await self._shell(
            f"mkdir -p {BEFORE} && tar -cf - --exclude=./.ponder* --exclude=./.git . "
            f"| tar -xf - -C {BEFORE}"
        )
        for path, text in earlier.items():
            if text is not None and not path.endswith("_test.go"):
                self.workspace.write(f"{BEFORE}/{path}", text)

    async def _shell(self, script: str) -> None:
        ran = await self.go.command(["/bin/sh", "-c", script], limits=Limits(120, 120))
        if not ran.ok:
            self.log(f"{script[:60]}: {ran.stderr[-500:]}")

    async def stacks(self, folders: Sequence[str], seconds: float) -> dict[str, int]:
        """Samples by way down of the repository's own tests, so long for each folder; before they
        make way."""
        settings, results = f"{FOLDER}/stacks-asked.json", f"{FOLDER}/stacks.json"
        go = self.workspace.toolchain.program("go")
        asked = {"folders": list(folders), "seconds": seconds, "go": go, "root": f"{CODE}/"}
        self.workspace.write(settings, json.dumps({**asked, "results": results}))
        self.workspace.write(f"{FOLDER}/stacks.py", (INSIDE / "stacks.py").read_bytes())
        whole = seconds * len(folders) + 10
        await self.go.command(
            [self.workspace.toolchain.python, f"{FOLDER}/stacks.py", settings],
            limits=Limits(whole, 2 * whole, memory_mib=3072, processes=512, disk_mib=3072),
        )
        return told.stacks(self.workspace.read(results))

    async def compiled(
        self,
        harnesses: Mapping[int, Harness],
        folder: str,
        before: str = "",
        *,
        watched: bool = True,
    ) -> str:
        """The binary of a package's harnesses, without those that do not compile; '' where nothing
        does. `before` is the folder of an earlier tree; `watched`: the fuzzer sees which branches
        are taken, which costs time."""
        numbered = [(at, each) for at, each in harnesses.items() if each.folder == folder]
        binary = f"{FOLDER}/bin-{len(self.built)}{'-before' if before else ''}"
        for _ in range(_TRIES):
            left = [(at, each) for at, each in numbered if before or at not in self.why]
            if not left:
                return ""
            written = files(left[0][1].package.called, left)
            for name, text in written.items():
                self.workspace.write(
                    "/".join(p for p in (before, folder, name) if p not in ("", ".")), text
                )
            ran = await self._build(folder, binary, before, watched=watched)
            if not ran:
                return binary
            if before or not self._blamed(ran, written[HARNESS]):
                self.log(f"{folder} does not compile: {ran[:600]}")
                break
        if not before:
            for at, _ in numbered:
                self.why.setdefault(at, "its package does not compile here")
        return ""

    async def _build(self, folder: str, binary: str, before: str, *, watched: bool) -> str:
        """What the compiler complains of; '' where nothing."""
        # Only the module is watched: to compile the standard library so takes long, and tells
        # little.
        how = "-d=libfuzzer -e" if watched else "-e"
        flags = f"-gcflags={self.scanned.module}/...={how}"
        place = f"{CODE}/{before}" if before else CODE
        script = 'cd "$1" && shift && exec "$@"'
        argv = [self.workspace.toolchain.program("go"), "test", "-c", "-vet=off", flags]
        argv += ["-o", f"{CODE}/{binary}", f"./{folder}"]
        ran = await self.go.command(
            ["/bin/sh", "-c", script, "sh", place, *argv],
            limits=Limits(150, 300, memory_mib=3072, disk_mib=3072),
        )
        return "" if ran.ok else (ran.stderr + ran.stdout) or ran.status

    def _blamed(self, said: str, text: str) -> bool:
        """Give up the harnesses that the compiler complains of; whether there were any."""
        starts = [(text.count("\n", 0, m.start()) + 1, int(m[1])) for m in _START.finditer(text)]
        found = False
        for line, message in _PLACE.findall(said):
            below = [number for start, number in starts if start <= int(line)]
            if below and below[-1] not in self.why:
                self.why[below[-1]] = f"its harness does not compile: {message}"[:300]
                found = True
        return found

    async def driven(
        self, jobs: Sequence[Mapping[str, Any]], seconds: float, *, mode: str = "fuzz"
    ) -> list[dict[str, Any]]:
        """Lines that the driver wrote; hostile. Modes are fuzz, replay and time."""
        results = f"{FOLDER}/{mode}.jsonl"
        settings = {"jobs": list(jobs), "results": results, "mode": mode}
        self.workspace.write(f"{FOLDER}/jobs.json", json.dumps(settings))
        self.workspace.write(results, b"")
        ran = await self.go.command(
            [self.workspace.toolchain.python, f"{FOLDER}/drive.py", f"{FOLDER}/jobs.json"],
            limits=Limits(seconds, 1.5 * seconds + 30, memory_mib=2048, disk_mib=3072),
            environment={"PONDER_CODE": f"{CODE}/", "GOMAXPROCS": "2"},
        )
        if not ran.ok:
            self.log(f"the driver ended: {ran.status} {ran.stderr[-500:]}")
        return told.lines(self.workspace.read(results, most=32 * 1024 * 1024))

    async def verdict(self, made: Harness, text: str, test: str) -> str:
        """How a test that stands alone ends, as a person would run it: failed, passed, or '' where
        it does neither. Beside nothing of ours: harnesses have functions of the same names."""
        empty = f"package {made.package.called}_test\n"
        names = [HARNESS, *(f"ponder_{each.name}" for each in INSIDE.glob("*_test.go"))]
        for name in names:
            self.workspace.write(str(PurePosixPath(made.folder, name)), empty)
        path = str(PurePosixPath(made.folder, "ponder_reproducer_test.go"))
        self.workspace.write(path, text)
        ran = await self.go.run(
            *("test", "-vet=off", "-count=1", "-v", "-run", f"^{test}$", f"./{made.folder}"),
            limits=Limits(90, 120, memory_mib=3072, processes=512, disk_mib=3072),
        )
        self.workspace.write(path, empty)
        said = ran.stdout + ran.stderr
        if not ran.ok:
            return "failed" if f"--- FAIL: {test}" in said or "fatal error: " in said else ""
        return "passed" if f"--- PASS: {test}" in said else ""

    def job(self, number: int, folder: str, binary: str, before: str = "") -> dict[str, Any]:
        """What the driver is told of one harness."""
        place = "/".join(each for each in (CODE, before, folder) if each not in ("", "."))
        out = f"{CODE}/{FOLDER}/out"
        return {
            "id": number,
            "folder": place,
            "binary": f"{CODE}/{binary}",
            "out": out,
            "cache": f"{CODE}/{FOLDER}/corpus",
        }
