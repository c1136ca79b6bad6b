"""Python: calls are made and traced by its own interpreter, tests are written for pytest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from workers.explorers.base import Case, Site
from workers.explorers.pythonic.cases import cases_of, file_of, plain_calls
from workers.explorers.pythonic.laws import STRATEGIES, has_hypothesis
from workers.explorers.pythonic.promises import promised as tried
from workers.oracles.base import Promise
from workers.runners import python as runner
from workers.runners.base import Ran
from workers.runners.pythonic.layout import module
from workers.sandbox import CODE, Limits, Workspace

__all__ = ["explored", "how", "promised", "test_path", "tried_at", "written"]

_FOLDER = ".ponder"
_INSIDE = Path(__file__).parent / "pythonic" / "inside"


async def explored(workspace: Workspace, site: Site, ran: Ran, seconds: float) -> list[Case]:
    """Calls of a module's functions with plain values."""
    path = site.path
    roots = [CODE if root == "." else f"{CODE}/{root}" for root in site.suite.roots]
    settings = {
        "module": module(path, site.suite.roots),
        "path": path,
        "roots": roots,
        "statements": sorted(ran.statements.get(path, ())),
        "known": [line for line, tests in ran.lines.get(path, {}).items() if tests],
        "seeds": plain_calls(ran.calls.get(path, {})),
        "seconds": seconds,
        "strategies": STRATEGIES,
    }
    for file in sorted(_INSIDE.glob("*.py")):
        workspace.write(f"{_FOLDER}/exploring/{file.name}", file.read_bytes())
    workspace.write(f"{_FOLDER}/explore.json", json.dumps(settings))
    workspace.write(f"{_FOLDER}/explored.jsonl", b"")
    await workspace.run(
        [workspace.toolchain.python, "-P", "-m", "exploring.explorer"],
        limits=Limits(1.2 * seconds + 20, 2 * seconds + 60, memory_mib=2048, output_kib=8192),
        environment={"PYTHONPATH": ":".join([f"{CODE}/{_FOLDER}", *roots]), "TZ": "UTC"},
    )
    return cases_of(workspace.read(f"{_FOLDER}/explored.jsonl") or b"")


def promised(site: Site, promises: Sequence[Promise], ran: Ran) -> dict[str, str]:
    """Bodies of tests, by the symbols whose promises they try with values of a run's calls."""
    return tried(module(site.path, site.suite.roots), promises, ran.calls.get(site.path, {}))


def written(site: Site, cases: Sequence[Case]) -> str:
    """A file of tests of pytest."""
    return file_of(module(site.path, site.suite.roots), cases, random=has_hypothesis(site))


def test_path(site: Site, kind: str) -> str:
    """Where new tests of a file belong."""
    folder = next((each for each in site.suite.targets if not each.endswith(".py")), "")
    name = "_".join(part for part in module(site.path, site.suite.roots).split(".") if part)
    return f"{folder}/test_{name}_{kind}.py".lstrip("/")


def how(site: Site) -> str:
    """With pytest, as one that stands alone."""
    return runner.how(site.suite, site.path)


def tried_at(site: Site) -> str:
    """At the root: what a test says of itself is enough to find the code."""
    return "test_ponder_candidate.py"
