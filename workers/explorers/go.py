"""Go: calls are made by a test of ours, tests are written as tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from workers.explorers.base import Case, Site
from workers.explorers.golang.calls import calls, cases_of, functions, held, text
from workers.explorers.golang.laws import candidates
from workers.explorers.golang.writing import file_of
from workers.fuzzers.golang.harness import Harness
from workers.oracles.base import Promise
from workers.runners import go as runner
from workers.runners.base import Ran
from workers.sandbox import CODE, Go, Limits, Workspace, files, go

__all__ = ["explored", "how", "promised", "test_path", "tried_at", "written"]

_RESULTS = ".ponder/explored.jsonl"
_COVERED = ".ponder/covered.go"
_MOST = 1_200
_LARGEST = 600_000


async def explored(workspace: Workspace, site: Site, ran: Ran, seconds: float) -> list[Case]:
    """Calls of a file's functions. The compiler's own tool rewrites the file so that it counts; it
    is put back as it was."""
    known_functions = functions(site)
    made = [call for each in known_functions for call in calls(each)][:_MOST]
    source = workspace.read(site.path)
    if not made or source is None:
        return []
    given = await go(workspace)
    folder = PurePosixPath(site.path).parent
    limits = Limits(seconds + 60, 2 * seconds + 120, memory_mib=3072, disk_mib=3072)
    workspace.write(_RESULTS, b"")
    counted = ("tool", "cover", "-mode=set", "-var=PonderCover", "-o", _COVERED, site.path)
    await given.run(*counted, limits=limits)
    tried = candidates(known_functions)
    written_files = text(site, made, tried)
    try:
        workspace.write(site.path, workspace.read(_COVERED) or source)
        for name, body in written_files.items():
            workspace.write(str(folder / name), body)
        await _run(given, str(folder), limits, seconds)
    finally:
        workspace.write(site.path, source)
        for name in written_files:
            workspace.write(str(folder / name), f"package {made[0].harness.package.called}_test\n")
    known = {line for line, tests in ran.lines.get(site.path, {}).items() if tests}
    statements = ran.statements.get(site.path) or frozenset(range(1, source.count(b"\n") + 2))
    raw = workspace.read(_RESULTS) or b""
    return [*cases_of(raw, made, frozenset(known), statements), *held(raw, tried, statements)]


async def _run(given: Go, folder: str, limits: Limits, seconds: float) -> None:
    await given.run(
        *("test", "-vet=off", "-count=1", "-run", "^TestPonder(Calls|Laws)$"),
        *(f"-timeout={seconds:.0f}s", f"./{folder}"),
        limits=limits,
        environment={"PONDER_RESULTS": f"{CODE}/{_RESULTS}"},
    )


def promised(site: Site, promises: Sequence[Promise], ran: Ran) -> dict[str, str]:
    """None: what names promise is known of Python only."""
    return {}


def written(site: Site, cases: Sequence[Case]) -> str:
    """A file of tests, as tables."""
    paths = tuple(site.paths)
    known = _known(Site(site.folder, paths, site.suite, site.path))
    folder = PurePosixPath(site.path).parent
    tests = [p for p in paths if p.endswith("_test.go") and PurePosixPath(p).parent == folder]
    others = [
        (files.read(site.folder, each, _LARGEST) or b"").decode(errors="replace") for each in tests
    ]
    return file_of(known, cases, "\n".join(others)) if cases else ""


@lru_cache(maxsize=1)
def _known(site: Site) -> dict[str, Harness]:
    return {each.function.symbol: each for each in functions(site)}


def test_path(site: Site, kind: str) -> str:
    """Beside the file."""
    return f"{site.path.removesuffix('.go')}_{kind}_test.go"


def how(site: Site) -> str:
    """As `tried_at` says, with Go's own library."""
    return f"{runner.how(site.suite, site.path)} It stands at {tried_at(site)}."


def tried_at(site: Site) -> str:
    """Where they belong: a package finds itself."""
    return test_path(site, "cases")
