"""Two seeded bugs in one package: which of their findings are taken for one bug.

python -m benchmarks.seeded --whole --half kept --thought verify --thought hypothesize_bug
python -m benchmarks.seeded.causes GAMES.jsonl [--pairs 40] [--removed]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from itertools import combinations, permutations
from pathlib import Path

from benchmarks.seeded.cases import Case, known, trees, without
from benchmarks.seeded.choose import SEED
from benchmarks.seeded.game import Found, noted
from workers.causes.base import Shown
from workers.causes.python import explained
from workers.runners.pythonic.layout import suite
from workers.sandbox import Sandbox, open_sandbox
from workers.thoughts.failing_tests import RULE

_SECONDS = 60.0


def shown(found: Found) -> Shown:
    path, _, lines = found.place.rpartition(":")
    start, _, end = lines.partition("-")
    return Shown(found.reproducer or "", path, int(start), int(end or start), found.rule == RULE)


def both(clean: Path, folder: Path, cases: Sequence[Case], *, removed: bool) -> Path:
    """The package with two bugs; of the second the tests that see it may be taken out."""
    shutil.copytree(clean, folder)
    for case in sorted(cases, key=lambda each: -each.mutant.start):
        target = folder / case.mutant.path
        target.write_bytes(case.mutant.applied(target.read_bytes()))
    if removed:
        without(folder, cases[1].seen_by)
    return folder


async def linked(sandbox: Sandbox, folder: Path, found: Sequence[Found]) -> set[frozenset[int]]:
    """Pairs that are taken for one bug, by their places in the list."""
    tests = suite(folder, sorted(str(p.relative_to(folder)) for p in folder.rglob("*.py")))
    assert tests is not None
    async with sandbox.workspace(folder) as workspace:
        asked = [shown(each) for each in found]
        told = await explained(workspace, tests, asked, _SECONDS, lambda _: None)
    return {frozenset((each.cause, each.other)) for each in told}


async def main(work: Path, games: Path, pairs: int, *, removed: bool) -> None:
    packages, cases = trees(work, Path(sys.executable)), {each.id: each for each in known()}
    right = {
        game.name: [each for each in game.found if each.judgement == "right"]
        for game in noted(games)
        if game.right
    }
    chosen = [
        (cases[one], cases[two])
        for one, two in permutations(sorted(right), 2)
        if cases[one].package == cases[two].package and cases[one].mutant != cases[two].mutant
    ]
    random.Random(SEED).shuffle(chosen)
    counts = {name: 0 for name in ("of one bug", "joined", "of two bugs", "wrongly joined")}
    with tempfile.TemporaryDirectory() as named:
        sandbox = await open_sandbox(Path(named) / "scratch")
        assert sandbox is not None, "there is no sandbox on this machine"
        for one, two in chosen[:pairs]:
            folder = both(packages[one.package], Path(named) / "code", (one, two), removed=removed)
            # What tests show of a bug is not known where they are taken out.
            seen = [each for each in right[two.id] if not removed or each.rule != RULE]
            found = [*right[one.id], *seen]
            links = await linked(sandbox, folder, found)
            shutil.rmtree(folder)
            for a, b in combinations(range(len(found)), 2):
                same = (a < len(right[one.id])) == (b < len(right[one.id]))
                counts["of one bug" if same else "of two bugs"] += 1
                if frozenset((a, b)) in links:
                    counts["joined" if same else "wrongly joined"] += 1
            print(one.id, two.id, counts, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("games", type=Path)
    parser.add_argument("--work", type=Path, default=Path(".cache/seeded"))
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--removed", action="store_true", help="take out tests of the second bug")
    given = parser.parse_args()
    asyncio.run(main(given.work, given.games, given.pairs, removed=given.removed))
