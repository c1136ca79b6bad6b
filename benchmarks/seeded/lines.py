"""Whether the lines that `verify` says are run by tests are those that coverage.py counts.

    python -m benchmarks.seeded.lines [--work FOLDER] [--only PACKAGE…]

Of each package, and of a few of its mutants without the tests that see them: so that the difference
that a change makes is compared too. Files are compared line by line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.seeded.cases import Case, known, trees, without
from workers.runners.base import Suite, Wanted
from workers.runners.python import run, suite
from workers.sandbox import CODE, Limits, Sandbox, Workspace, open_sandbox

Lines = dict[str, frozenset[int]]
_SECONDS = 120.0
_MUTANTS = 3
_QUIET = (
    "-q",
    "--tb=no",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:randomly",
    "--benchmark-disable",
    "--assert=plain",
)
_BARE = ("-o", "addopts=")
"""Without options of the repository that ask for plugins that are not there."""


async def ours(workspace: Workspace, code: Suite) -> Lines:
    """As `verify` measures."""
    ran = await run(workspace, code, Wanted(_SECONDS, trace=True))
    assert ran.whole, ran.complaint
    return {
        path: could & ran.lines.get(path, {}).keys()
        for path, could in ran.statements.items()
        if could
    }


async def theirs(workspace: Workspace, code: Suite) -> Lines:
    """As a person measures with `coverage run`."""
    return await _by_hand(workspace, code, ()) or await _by_hand(workspace, code, _BARE)


async def _by_hand(workspace: Workspace, code: Suite, more: Sequence[str]) -> Lines:
    roots = ":".join(CODE if root == "." else f"{CODE}/{root}" for root in code.roots)
    python, limits = workspace.toolchain.python, Limits(_SECONDS, _SECONDS, memory_mib=2048)
    for argv in (
        ["run", f"--include={','.join(code.files)}", "-m", "pytest", *_QUIET, *more, *code.targets],
        ["json", "-q", "-o", "lines.json"],
    ):
        await workspace.run(
            [python, "-m", "coverage", argv[0], "--rcfile=/dev/null", *argv[1:]],
            limits=limits,
            environment={"PYTHONPATH": roots, "TZ": "UTC"},
        )
    told = json.loads(workspace.read("lines.json") or b"{}").get("files", {})
    return {path: frozenset(each["executed_lines"]) for path, each in told.items()}


async def measured(sandbox: Sandbox, folder: Path) -> tuple[Lines, Lines]:
    paths = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    code = suite(folder, sorted(paths))
    assert code is not None
    async with sandbox.workspace(folder) as workspace:
        mine = await ours(workspace, code)
    async with sandbox.workspace(folder) as workspace:
        return mine, await theirs(workspace, code)


def differing(mine: Lines, other: Lines) -> list[str]:
    """Places that one of them has alone."""
    return [
        f"{path}:{line}"
        for path in sorted(mine.keys() | other.keys())
        for line in sorted(mine.get(path, frozenset()) ^ other.get(path, frozenset()))
    ]


async def compared(sandbox: Sandbox, clean: Path, scratch: Path, case: Case | None) -> None:
    """Prints one row."""
    folder = scratch / (case.id if case else clean.parent.name)
    shutil.copytree(clean, folder)
    if case is not None:
        target = folder / case.mutant.path
        target.write_bytes(case.mutant.applied(target.read_bytes()))
        without(folder, case.seen_by)
    mine, other = await measured(sandbox, folder)
    said, counted = sum(map(len, mine.values())), sum(map(len, other.values()))
    apart = differing(mine, other)
    print(f"| {folder.name} | {len(other)} | {said} | {counted} | {len(apart)} |", *apart[:5])


async def main(work: Path, only: list[str]) -> None:
    packages = trees(work, Path(sys.executable), only)
    print(
        "| | files | lines, verify | lines, coverage.py | differ |\n| --- | --- | --- | --- | --- |"
    )
    with tempfile.TemporaryDirectory() as named:
        sandbox = await open_sandbox(Path(named) / "sandbox")
        assert sandbox is not None, "there is no sandbox on this machine"
        for name, clean in packages.items():
            cases = [each for each in known() if each.package == name and each.removed]
            for case in (None, *cases[:_MUTANTS]):
                await compared(sandbox, clean, Path(named), case)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(".cache/seeded"))
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    asyncio.run(main(given.work.absolute(), given.only))
