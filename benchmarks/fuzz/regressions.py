"""What is called slower, and how often that is right.

    python -m benchmarks.fuzz.regressions FOLDER… [--language L] [--seconds S] [--slowed]

Each function against itself, in turns, as `profile` compares it with what it was before the last
change; with --slowed, against what it is with more work put into it.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fuzz.folders import paths_of
from workers.fuzzers.base import Target
from workers.profilers import PROFILERS
from workers.profilers.base import Profiled, Wanted
from workers.sandbox import Sandbox, open_sandbox

_WORK = {
    "go": (
        "\tfor at := 0; at < 20000; at++ {\n\t\tponderWork += at\n\t}\n",
        "var ponderWork int\n",
    ),
    "javascript": (
        "for (let at = 0; at < 20000; at += 1) ponderWork += at;\n",
        "var ponderWork = 0;\n",
    ),
}
"""Work for the start of a function, and what its file has to have besides."""
_SURE = 1.5


@dataclass
class Counted:
    compared: int = 0
    slower: int = 0
    sure: int = 0


def _slowed(text: str, targets: Sequence[Target], language: str) -> str:
    """With work in each function whose first line opens its body."""
    work, besides = _WORK[language]
    lines = text.split("\n")
    for target in sorted(targets, key=lambda each: -each.start_line):
        if re.search(r"\{\s*$", lines[target.start_line - 1]):
            lines.insert(target.start_line, work.rstrip("\n"))
    return "\n".join([*lines, besides])


async def _profiled(sandbox: Sandbox, folder: Path, asked: argparse.Namespace) -> Profiled:
    paths = paths_of(folder)
    profiler = PROFILERS[asked.language]
    targets = profiler.targets(folder, paths)[: asked.most]
    earlier: dict[str, str | None] = {
        path: (folder / path).read_text(errors="replace")
        for path in dict.fromkeys(each.path for each in targets)
    }
    if asked.slowed:
        for path, text in earlier.items():
            here = [each for each in targets if each.path == path]
            (folder / path).write_text(_slowed(text or "", here, asked.language))
    wanted = Wanted(folder, paths, targets, earlier, asked.seconds)
    async with sandbox.workspace(folder) as workspace:
        return await profiler.profile(workspace, wanted, lambda line: print("   ", line))


async def _main(asked: argparse.Namespace) -> None:
    sandbox = await open_sandbox(Path(tempfile.mkdtemp(prefix="ponder-profile-")))
    assert sandbox is not None, "there is no sandbox on this machine"
    whole = Counted()
    for each in asked.folders:
        with tempfile.TemporaryDirectory() as named:
            copy = Path(named) / "code"
            shutil.copytree(Path(each).resolve(), copy, symlinks=True)
            found = await _profiled(sandbox, copy, asked)
        sure = [slow for slow in found.slower if slow.reproducer and slow.low >= _SURE]
        whole.compared += found.compared
        whole.slower += len(found.slower)
        whole.sure += len(sure)
        print(
            f"{Path(each).name}: {found.compared} compared, {len(found.slower)} called slower, "
            f"{len(sure)} of them reproduced",
            flush=True,
        )
    print(f"together: {whole.compared} compared, {whole.slower} slower, {whole.sure} reproduced")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz.regressions")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--language", choices=sorted(PROFILERS), default="javascript")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--most", type=int, default=30)
    parser.add_argument("--slowed", action="store_true")
    asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
