"""How much of a package can be fuzzed, how fast, what is found of defects, and what is cried wolf.

    python -m benchmarks.fuzz FOLDER… [--seconds S] [--most N] [--seeded]
    python -m benchmarks.fuzz --speed FOLDER MODULE NAME PATH

FOLDER is an unpacked source distribution, a package of npm, or a module of Go. Prints a row for
each, and each claim, to be looked at.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.fuzz.folders import paths_of
from benchmarks.fuzz.guards import without_guards
from core.db.findings import Claim
from workers.fuzzers import FUZZERS
from workers.fuzzers.base import Fuzzed, Plan, Target
from workers.sandbox import CODE, Limits, Sandbox, open_sandbox
from workers.thoughts import fuzz

_TURNS = 3


async def _fuzzed(
    sandbox: Sandbox, folder: Path, asked: argparse.Namespace
) -> tuple[list[Fuzzed], list[Claim]]:
    paths = paths_of(folder)
    results: list[Fuzzed] = []
    for fuzzer in FUZZERS.values():
        targets = fuzzer.targets(folder, paths)
        plan = Plan(folder, paths, targets, asked.seconds, asked.most)
        async with sandbox.workspace(folder) as workspace:
            results += await fuzzer.fuzz(workspace, plan, lambda _: None)
    claims = [fuzz.claimed(folder, each, crash) for each in results for crash in each.crashes]
    return results, claims


def _row(name: str, results: list[Fuzzed], claims: list[Claim]) -> None:
    valid = [each for each in results if not each.why or each.why == "others come first"]
    done = [each for each in results if each.executions]
    calls = sum(each.executions for each in done)
    sure = [claim for claim in claims if claim.evidence == "reproduced"]
    print(
        f"{name}: {len(valid)}/{len(results)} functions have a harness "
        f"({len(valid) / max(1, len(results)):.0%}), {len(done)} fuzzed, {calls:,} calls, "
        f"{len(sure)} reproduced, {len(claims) - len(sure)} suspected",
        flush=True,
    )
    whys = Counter(re.sub(r"[0-9`'\"].*", "…", each.why) for each in results if each.why)
    for why, count in whys.most_common(12):
        print(f"  {count} times: {why}")
    for claim in claims:
        print(f"  {claim.evidence} {claim.path}:{claim.start_line} {claim.message[:150]}")


async def _seeded(
    sandbox: Sandbox,
    folder: Path,
    known: list[Claim],
    chosen: list[Target],
    asked: argparse.Namespace,
) -> None:
    """One guard less in each function that was fuzzed and has one; what is new is counted."""
    with tempfile.TemporaryDirectory() as named:
        copy = Path(named) / "code"
        shutil.copytree(folder, copy, symlinks=True)
        seeded = [
            f"{path}#{symbol}"
            for path in sorted({each.path for each in chosen})
            for symbol in without_guards(copy / path, {e.symbol for e in chosen if e.path == path})
        ]
        _, claims = await _fuzzed(sandbox, copy, asked)
    old = {claim.fingerprint for claim in known}
    new = [claim for claim in claims if claim.fingerprint not in old]
    found = {f"{claim.path}#{claim.symbol}" for claim in new}
    sure = {f"{c.path}#{c.symbol}" for c in new if c.evidence == "reproduced"}
    print(
        f"  {len(seeded)} guards taken out: {len(set(seeded) & sure)} reproduced, "
        f"{len(set(seeded) & found)} reported at all; {len(found - set(seeded))} elsewhere"
    )


async def _speed(sandbox: Sandbox, asked: argparse.Namespace) -> None:
    """Executions a second of the driver and of bare atheris, turn by turn."""
    folder, module, name, path = asked.speed
    code, fuzzer = Path(folder).resolve(), FUZZERS["python"]
    paths = paths_of(code)
    targets = [e for e in fuzzer.targets(code, paths) if (e.path, e.symbol) == (path, name)]
    plan = Plan(code, paths, targets, asked.seconds, 1)
    for _ in range(_TURNS):
        async with sandbox.workspace(code) as workspace:
            (ours,) = await fuzzer.fuzz(workspace, plan, lambda _: None)
        async with sandbox.workspace(code) as workspace:
            workspace.write(".bare.py", (Path(__file__).parent / "bare.py").read_bytes())
            package = module.partition(".")[0]
            ran = await workspace.run(
                [workspace.toolchain.python, ".bare.py", module, name, package, str(asked.seconds)],
                limits=Limits(asked.seconds + 30, asked.seconds + 30, memory_mib=2048),
                environment={"PYTHONPATH": f"{CODE}/src:{CODE}"},
            )
        count, seconds = ran.stdout.splitlines()[-1].split()
        bare, own = int(count) / float(seconds), ours.executions / ours.seconds
        print(f"{name}: {own:,.0f}/s against {bare:,.0f}/s: {own / bare:.2f}", flush=True)


async def _main(asked: argparse.Namespace) -> None:
    sandbox = await open_sandbox(Path(tempfile.mkdtemp(prefix="ponder-fuzz-")))
    assert sandbox is not None, "there is no sandbox on this machine"
    if asked.speed:
        await _speed(sandbox, asked)
    for each in asked.folders:
        folder = Path(each).resolve()
        results, claims = await _fuzzed(sandbox, folder, asked)
        _row(folder.name, results, claims)
        if asked.seeded:
            chosen = [each.target for each in results if each.executions]
            await _seeded(sandbox, folder, claims, chosen, asked)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz")
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--most", type=int, default=60)
    parser.add_argument("--seeded", action="store_true")
    parser.add_argument("--speed", nargs=4, metavar=("FOLDER", "MODULE", "NAME", "PATH"))
    asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
