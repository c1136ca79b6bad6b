"""JavaScript: calls are made by Node, tests are written as those that are there."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from workers.explorers.base import Case, Site
from workers.explorers.ecmascript.cases import cases_of
from workers.explorers.ecmascript.style import style
from workers.explorers.ecmascript.writing import file_of
from workers.fuzzers.ecmascript.bench import FOLDER, Bench
from workers.fuzzers.ecmascript.scan import scan, text
from workers.oracles.base import Promise
from workers.runners.base import Ran
from workers.sandbox import Workspace

__all__ = ["explored", "how", "promised", "test_path", "tried_at", "written"]

_INSIDE = Path(__file__).parent / "ecmascript" / "inside"
_INSTRUMENT = Path(__file__).parents[1] / "runners" / "inside" / "javascript" / "instrument.mjs"
_NUMBER = re.compile(r"(?<![\w.$])\d{1,6}(?:\.\d{1,3})?(?![\w.])")
_MOST_NUMBERS = 12
_ASYNC = 20.0


async def explored(workspace: Workspace, site: Site, ran: Ran, seconds: float) -> list[Case]:
    """Calls of what a file exports. What its lines are is found out by rewriting it; it is put back
    as it was."""
    targets = [
        each for each in scan(site.folder, site.paths, [site.path]) if each.path == site.path
    ]
    source = workspace.read(site.path)
    if not targets or source is None:
        return []
    bench = Bench(workspace, site.folder, site.paths, lambda _: None)
    bench.prepare()
    for path in (*sorted(_INSIDE.glob("*.mjs")), _INSTRUMENT):
        workspace.write(f"{FOLDER}/{path.name}", path.read_bytes())
    jobs = await bench.scanned(targets)
    lines = text(site.folder, site.path).splitlines()
    for at, each in enumerate(targets):
        if at in jobs:
            body = "\n".join(lines[each.start_line - 1 : each.end_line])
            numbers = dict.fromkeys(map(float, _NUMBER.findall(body)))
            jobs[at]["numbers"] = list(numbers)[:_MOST_NUMBERS]
    results = f"{FOLDER}/explored.jsonl"
    settings = {
        "jobs": [jobs[at] for at in sorted(jobs)],
        "path": site.path,
        "known": [line for line, tests in ran.lines.get(site.path, {}).items() if tests],
        "seconds": seconds,
        "tools": str(workspace.toolchain.folder / "node"),
        "results": results,
    }
    workspace.write(f"{FOLDER}/explore.json", json.dumps(settings))
    workspace.write(results, b"")
    try:
        await bench.node("explore.mjs", f"{FOLDER}/explore.json", seconds + _ASYNC)
    finally:
        workspace.write(site.path, source)
    return cases_of(workspace.read(results) or b"")


def promised(site: Site, promises: Sequence[Promise], ran: Ran) -> dict[str, str]:
    """None: what names promise is known of Python only."""
    return {}


def written(site: Site, cases: Sequence[Case]) -> str:
    """A file of tests, for the library that the repository's tests are written with."""
    return file_of(site, style(site), tried_at(site), cases)


def test_path(site: Site, kind: str) -> str:
    """Beside the test that is nearest."""
    return style(site).path.format(kind)


def how(site: Site) -> str:
    """With the repository's own library for tests."""
    known = style(site)
    imports = "".join(known.imported(*each) for each in known.words.imports).strip()
    modules = "ES modules" if known.modern else "CommonJS"
    starts = f", which starts with `{imports}`" if imports else ""
    return (
        f"Write {modules} for {known.name}{starts}. "
        f"The file stands at {tried_at(site)}, and imports the code from there."
    )


def tried_at(site: Site) -> str:
    """Where they belong: what they import is told from there."""
    return str(PurePosixPath(test_path(site, "cases")))
