"""JavaScript: vitest of the toolchain, which also runs what was written for mocha, jest, tape and
for Node's own test runner."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from workers.runners.base import Place, Ran, Suite, Wanted, says
from workers.runners.javascripted import examples, layout
from workers.runners.javascripted.excuses import excuse
from workers.runners.reproducers.javascript import REPRODUCER, named, reproducers
from workers.runners.told import told
from workers.sandbox import Limits, Workspace

__all__ = [
    "alone",
    "alone_text",
    "blank",
    "command",
    "excuse",
    "how",
    "place",
    "reproducers",
    "run",
    "suite",
    "wavers",
]

_FOLDER = ".ponder"
_RESULTS = f"{_FOLDER}/results.jsonl"
_INSIDE = Path(__file__).parent / "inside" / "javascript"
_MOST_RESULTS = 64 * 1024 * 1024
_ABSENT = re.compile(
    r"(?:Cannot find (?:module|package)|Failed to resolve import|Failed to load url)"
    r" ['\"]?((?:@[\w.-]+/)?[\w-][\w.-]*)"
)
_GATES = re.compile(r"\bprocess\.(platform|version|versions|env|arch)\b|\bos\.platform\b")


def suite(folder: Path, paths: Sequence[str]) -> Suite | None:
    """Of tests in JavaScript."""
    return layout.suite(folder, paths, layout.SCRIPTS)


async def run(workspace: Workspace, suite: Suite, wanted: Wanted) -> Ran:
    """Run tests, in one process for each file, one after the other."""
    if wanted.examples:
        return await examples.run(_run, workspace, suite, wanted)
    return await _run(workspace, suite, wanted)


async def _run(workspace: Workspace, suite: Suite, wanted: Wanted) -> Ran:
    changed = suite.files if wanted.trace else ()
    before = {path: workspace.read(path) for path in changed}
    traced = [path for path, text in before.items() if text is not None]
    for path in sorted(_INSIDE.rglob("*.mjs")):
        workspace.write(f"{_FOLDER}/{path.relative_to(_INSIDE)}", path.read_bytes())
    settings = {
        "seconds": wanted.seconds,
        "files": _files(suite, wanted),
        "pattern": _pattern(wanted.only),
        "trace": traced,
        "elsewhere": wanted.elsewhere,
        "seed": wanted.seed,
        "times": wanted.times,
        # There are many files of examples, each very small.
        "together": wanted.examples,
        "tools": str(workspace.toolchain.folder / "node"),
    }
    workspace.write(f"{_FOLDER}/settings.json", json.dumps(settings))
    workspace.write(_RESULTS, b"")
    result = await workspace.run(
        ["node", f"{_FOLDER}/run.mjs"],
        limits=_limits(wanted.seconds),
        environment={
            "TZ": "Asia/Kolkata" if wanted.elsewhere else "UTC",
            "CI": "true",
            "NODE_ENV": "test",
        },
    )
    for traced_path, text in before.items():
        # What is traced was rewritten.
        if text is not None:
            workspace.write(traced_path, text)
    raw = workspace.read(_RESULTS, most=_MOST_RESULTS) or b""
    return told(raw, result.stdout[-20_000:] + result.stderr[-20_000:], _absent)


def _files(suite: Suite, wanted: Wanted) -> list[str]:
    return list(dict.fromkeys(each.partition("::")[0] for each in wanted.only or suite.targets))


def _pattern(only: Sequence[str]) -> str:
    """Of the whole names of tests; '' for all of a file."""
    names = [each.partition("::")[2].replace(" > ", " ") for each in only if "::" in each]
    return f"^(?:{'|'.join(map(_escaped, names))})$" if names else ""


def _escaped(name: str) -> str:
    return re.sub(r"[.*+?^${}()|[\]\\/]", r"\\\g<0>", name)


def _limits(seconds: float) -> Limits:
    return Limits(
        wall_seconds=1.2 * seconds + 20,
        cpu_seconds=2 * seconds + 60,
        memory_mib=2048,
        output_kib=8192,
    )


def _absent(said: str) -> list[str]:
    return _ABSENT.findall(said)


def command(name: str) -> str:
    """All of a file: how one test is named to its runner depends on which that is."""
    return f"npm test -- {shlex.quote(name.partition('::')[0])}"


def wavers(folder: Path, place: Place) -> bool:
    """Whether code does other things on another version or system."""
    return says(folder, place, _GATES)


def alone_text(suite: Suite, body: str, near: str = "") -> str:
    """Paths are relative to the repository's root; its name says what it is written in."""
    return named(body, "ts" if near.endswith(layout.TYPED) else "") if near else body


def how(suite: Suite, path: str) -> str:
    """As a module at the root, for what Node brings along or, of types, for vitest."""
    root = "The file stands at the repository's root, and imports the code from there"
    if path.endswith(layout.TYPED):
        bare = path.rpartition(".")[0]
        return f'Write TypeScript for vitest, importing what you use of it. {root}: "./{bare}".'
    return f'Write an ES module for node:test, with node:assert/strict. {root}: "./{path}".'


def place(text: str) -> str:
    """At the repository's root, under the name that it says it has."""
    named = re.search(REPRODUCER, text)
    return named[0] if named else "reproducer.test.mjs"


def blank(text: str) -> str:
    """Nothing."""
    return ""


async def alone(
    workspace: Workspace,
    text: str,
    seconds: float,
    trace: Sequence[str] = (),
    *,
    seed: int = 0,
    times: int = 1,
    at: str = "",
) -> Ran:
    """Run a test that stands alone, at the repository's root."""
    path = at or place(text)
    workspace.write(path, text)
    suite = Suite((path,), tuple(trace), (".",), ())
    ran = await run(workspace, suite, Wanted(seconds, trace=bool(trace), seed=seed, times=times))
    workspace.write(path, blank(text))
    return ran
