"""A workspace in which functions of JavaScript and TypeScript are called: what runs inside, and
what functions take."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.fuzzers.base import Target
from workers.fuzzers.ecmascript.reproducer import Called
from workers.fuzzers.ecmascript.scan import package, shown, tests, text
from workers.fuzzers.ecmascript.told import Counted
from workers.fuzzers.pythonic import told
from workers.runners.javascripted.layout import TYPED
from workers.sandbox import CODE, Limits, Workspace

FOLDER = ".ponder-fuzz"
BEFORE = ".ponder-before"
_INSIDE = Path(__file__).parent / "inside"
_MOST_RESULTS = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bench:
    """Of one repository; `folder` has its code, hostile and only read, `paths` are its files."""

    workspace: Workspace
    folder: Path
    paths: Sequence[str]
    log: Callable[[str], None]

    def prepare(self) -> None:
        """Write down what runs inside."""
        for path in sorted(_INSIDE.glob("*.*js")):
            self.workspace.write(f"{FOLDER}/{path.name}", path.read_bytes())

    async def scanned(self, tried: Sequence[Target]) -> dict[int, dict[str, Any]]:
        """The jobs: what each function takes, by the compiler's eyes; by its place in `tried`."""
        tools = str(self.workspace.toolchain.folder / "node")
        whole = str(package(self.folder).get("name") or "").rpartition("/")[2]
        targets = [
            {
                "id": at,
                "path": each.path,
                "symbol": each.symbol,
                "called": [Path(each.path).stem, re.sub(r"-(\w)", _upper, whole), whole],
            }
            for at, each in enumerate(tried)
        ]
        results, examples = f"{FOLDER}/scanned.json", f"{FOLDER}/examples.ts"
        self.workspace.write(examples, shown(self.folder, self.paths))
        calling = [*tests(self.paths), examples]
        asked = {"targets": targets, "tests": calling, "tools": tools}
        self.workspace.write(f"{FOLDER}/scan.json", json.dumps({**asked, "results": results}))
        await self.node("scan.mjs", f"{FOLDER}/scan.json", 90.0)
        found = next(iter(told.lines(self.workspace.read(results))), {})
        return {
            at: {
                **scanned,
                "id": at,
                "file": f"{CODE}/{each.path}",
                "symbol": each.symbol,
                "root": f"{CODE}/",
                "tools": tools,
                "corpus": [],
            }
            for at, each in enumerate(tried)
            if isinstance(scanned := found.get(str(at)), dict)
        }

    async def node(self, script: str, settings: str, seconds: float) -> None:
        """Run one of the scripts inside; what goes wrong is in the log."""
        ran = await self.workspace.run(
            ["node", "--max-old-space-size=1024", f"{FOLDER}/{script}", settings],
            limits=Limits(seconds, 2 * seconds + 30, memory_mib=3072, output_kib=4096),
            environment={"TZ": "UTC", "NODE_ENV": "test", "CI": "true"},
        )
        if not ran.ok:
            self.log(f"{script}: {ran.status} {ran.exit_code} {ran.stderr[:800]}")

    async def driven(
        self, jobs: Sequence[Mapping[str, Any]], *, script: str = "drive.mjs", slack: float = 2.0
    ) -> list[dict[str, Any]]:
        """Lines that a script wrote of jobs; hostile. `slack` are seconds that a job takes besides
        those that it asks for."""
        results = f"{FOLDER}/results.jsonl"
        self.workspace.write(f"{FOLDER}/jobs.json", json.dumps({"jobs": jobs, "results": results}))
        self.workspace.write(results, b"")
        seconds = sum(float(job.get("seconds", 0)) + slack for job in jobs) + 40.0
        await self.node(script, f"{FOLDER}/jobs.json", seconds)
        return told.lines(self.workspace.read(results, most=_MOST_RESULTS))

    async def copied(self, earlier: Mapping[str, str | None]) -> None:
        """A second tree, with what the last commit changed as it was before."""
        script = (
            f"mkdir -p {BEFORE} && tar -cf - --exclude='./.ponder*' --exclude=./.git . "
            f"| tar -xf - -C {BEFORE}"
        )
        await self.workspace.run(["/bin/sh", "-c", script], limits=Limits(120, 120))
        for path, before in earlier.items():
            if before is not None:
                self.workspace.write(f"{BEFORE}/{path}", before)

    def called(self, target: Target, job: Mapping[str, Any], dry: Counted) -> Called:
        """How a person's test reaches a function; `dry` is what was counted of it."""
        source = text(self.folder, target.path)
        typed = target.path.endswith(TYPED)
        modern = bool(re.search(r"^[^\S\n]*(import|export)\b[^(]", source, re.MULTILINE))
        is_module = package(self.folder).get("type") == "module"
        plain = not typed and (not modern or is_module or target.path.endswith(".mjs"))
        is_static = job.get("isStatic") is True
        return Called(target.path, target.symbol, dry.way, dry.made, is_static, typed, plain)


def before(job: Mapping[str, Any]) -> dict[str, Any]:
    """The same job in the tree as it was before."""
    return {**job, "file": str(job["file"]).replace(CODE, f"{CODE}/{BEFORE}", 1)}


def _upper(found: re.Match[str]) -> str:
    return found[1].upper()
