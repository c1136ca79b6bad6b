"""How many of the bugs that no test shows are found by the laws of `hypothesize_bug`, and how often
they are wrong: each case on its own, without an index, an engine or a queue.

    python -m benchmarks.seeded.laws [--work FOLDER] [--only CASE…] [--clean FOLDER…]
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.seeded.cases import Case, known, trees, without
from benchmarks.seeded.judge import judged
from workers.probers.base import Broken
from workers.probers.doubts import doubts
from workers.probers.python import probe
from workers.sandbox import Sandbox, open_sandbox

_SECONDS = 60.0


async def tried(sandbox: Sandbox, folder: Path) -> tuple[list[Broken], float]:
    """Laws that are broken without a doubt, the shortest of each file; and processor seconds."""
    paths = sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not {".git", "__pycache__"} & set(path.parts)
    )
    spent: list[float] = []
    async with sandbox.workspace(folder, spent=spent.append) as workspace:
        found = await probe(workspace, folder, paths, _SECONDS, print)
    sure = sorted((each for each in found if not doubts(each)), key=lambda each: len(each.shown))
    of_file = {each.path: each for each in reversed(sure)}
    return list(of_file.values()), sum(spent)


async def of_case(sandbox: Sandbox, clean: Path, folder: Path, case: Case) -> tuple[int, int]:
    """How many are right, and how many are wrong."""
    shutil.copytree(clean, folder)
    target = folder / case.mutant.path
    target.write_bytes(case.mutant.applied(target.read_bytes()))
    without(folder, case.seen_by)
    found, seconds = await tried(sandbox, folder)
    verdicts = [await judged(sandbox, folder, clean, each.test) for each in found]
    told = ", ".join(
        f"{each.law} of {each.symbol} ({verdict})"
        for each, verdict in zip(found, verdicts, strict=True)
    )
    print(f"{case.id} {case.mutant.kind} {seconds:.1f} s: {told or 'nothing'}", flush=True)
    right = sum(verdict == "right" for verdict in verdicts)
    return right, len(verdicts) - right


async def main(work: Path, only: Sequence[str], clean: Sequence[Path]) -> None:
    packages = trees(work, Path(sys.executable))
    found, wrong, cases = 0, 0, [case for case in known() if case.removed]
    with tempfile.TemporaryDirectory() as named:
        sandbox = await open_sandbox(Path(named) / "scratch")
        assert sandbox is not None, "there is no sandbox on this machine"
        for folder in (*(() if only else packages.values()), *clean):
            told, seconds = await tried(sandbox, folder)
            laws = [f"{each.law} of {each.symbol}" for each in told]
            print(f"clean: {folder} {seconds:.1f} s: {', '.join(laws) or 'nothing'}", flush=True)
        for case in cases:
            if not only or case.id in only:
                right, more = await of_case(
                    sandbox, packages[case.package], Path(named) / case.id, case
                )
                found, wrong = found + bool(right), wrong + more
    print(f"found {found} of {len(only or cases)}, {wrong} wrong")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(".cache/seeded"))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--clean", nargs="*", type=Path, default=[])
    given = parser.parse_args()
    asyncio.run(main(given.work, given.only, given.clean))
