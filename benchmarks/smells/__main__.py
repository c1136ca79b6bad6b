"""python -m benchmarks.smells FOLDER: seconds of processor time for looking at it.

Bare analysers from a shell, the first look, a push of ten files, and a look that is cut short and
goes on: all in one run, on the same files.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.quiet.__main__ import files
from benchmarks.smells.bare import Shell, looked
from workers.linters import LINTERS, is_installed, looks, sources
from workers.linters.base import Desk, Linter, Report, Source
from workers.sandbox import Sandbox, installed, open_sandbox
from workers.thoughts import smell_hunt
from workers.thoughts.base import Outcome
from workers.thoughts.reader import File
from workers.thoughts.smell_hunt import Due, Hunt
from workers.thoughts.tools import Tools

PUSHED = 10
MOST_LOOKS = 20


@dataclass
class Stopwatch:
    """Of this process and of all that it waited for."""

    began: float = 0.0
    before: float = 0.0

    def __enter__(self) -> Stopwatch:
        self.began, self.before = time.monotonic(), _spent()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.processor = time.monotonic() - self.began, _spent() - self.before


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.smells", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cut", type=float, default=60.0, help="seconds of a look cut short")
    arguments = parser.parse_args()
    asyncio.run(_measure(arguments.folder.resolve(), arguments.cut))


async def _measure(folder: Path, cut: float) -> None:
    found = files(folder)
    known = sources.read(folder, [(each.path, each.language) for each in found], {})
    print(
        f"{folder.name}: {len(found)} files, {sum(len(s.text) for s in known.values()):,} letters"
    )
    bare = await _bare(folder, list(known.values()))
    with TemporaryDirectory() as scratch:
        sandbox = await open_sandbox(Path(scratch))
        if sandbox is None:
            raise SystemExit("There is no sandbox here; 'ponder doctor' says why.")
        first = await _look(sandbox, folder, "first look", [Due(file, "") for file in found])
        print(f"  first look against bare: {first / bare:.2f}")
        code = [file for file in found if file.path in known and known[file.path].quiet == ""]
        ten = code[:: max(1, len(code) // PUSHED)][:PUSHED]
        await _look(sandbox, folder, f"push of {len(ten)}", [Due(file, "") for file in ten])
        await _cut(sandbox, folder, found, cut)


async def _bare(folder: Path, known: Sequence[Source]) -> float:
    """Seconds of processor time of all analysers that are programs."""
    toolchain = installed()
    assert toolchain is not None, "run 'make toolchain'"
    total = 0.0
    with TemporaryDirectory() as copied:
        shutil.copytree(folder, Path(copied) / "code", symlinks=True)
        shell = Shell(Path(copied) / "code", toolchain)
        for name, linter in LINTERS.items():
            wanted = [source for source in known if linter.reads(source)]
            if not wanted or not linter.program or not is_installed(linter) or name == "go_vet":
                continue
            with Stopwatch() as watch:
                problem = await looked(shell, linter, wanted)
            print(f"  bare {name}: {_told(watch)}, {len(wanted)} files {problem}")
            total += watch.processor
    print(f"  bare, together: {total:.1f} s of a processor")
    return total


async def _look(sandbox: Sandbox, folder: Path, what: str, due: Sequence[Due]) -> float:
    with Stopwatch() as watch:
        outcome = await _hunt(sandbox, folder, due, smell_hunt.LIMITS.wall_seconds)
    print(f"  {what}: {_told(watch)}: {outcome.summary}")
    return watch.processor


async def _cut(sandbox: Sandbox, folder: Path, found: Sequence[File], seconds: float) -> None:
    """Looks of so many seconds, until all was looked at; what an analyser saw twice is counted."""
    seen = _counted()
    due: list[Due] = [Due(file, "content") for file in found]
    looked_at = 0
    with Stopwatch() as watch:
        while due and looked_at < MOST_LOOKS:
            outcome = await _hunt(sandbox, folder, due, seconds)
            looked_at += 1
            due = _left(due, outcome)
    twice = sum(count - 1 for count in seen.values())
    print(
        f"  in {looked_at} looks of {seconds:.0f} s: {_told(watch)}; analysers saw "
        f"{len(seen)} files, {twice} twice; {len(due)} are left"
    )


def _left(due: Sequence[Due], outcome: Outcome) -> list[Due]:
    known = {
        look.path: looks.due(look.content, "content", LINTERS) for look in outcome.rows["looks"]
    }
    return [replace(each, by=by) for each in due if (by := known[each.file.path]) is not None]


def _counted() -> Counter[tuple[str, str]]:
    """How often each analyser sees each file to the end, from now on."""
    seen: Counter[tuple[str, str]] = Counter()

    def counting(linter: Linter) -> Linter:
        async def look(desk: Desk, wanted: Sequence[Source]) -> list[Report]:
            reports = await linter.look(desk, wanted)
            seen.update((linter.name, source.path) for source in wanted)
            return reports

        return replace(linter, look=look)

    for name, linter in LINTERS.items():
        LINTERS[name] = counting(linter)
    return seen


async def _hunt(sandbox: Sandbox, folder: Path, due: Sequence[Due], seconds: float) -> Outcome:
    tools = Tools(folder, replace(smell_hunt.LIMITS, wall_seconds=seconds), sandbox)
    return await smell_hunt.run(tools, Hunt("", tuple(due)))


def _told(watch: Stopwatch) -> str:
    return f"{watch.wall:.1f} s, {watch.processor:.1f} of a processor"


if __name__ == "__main__":
    main()
