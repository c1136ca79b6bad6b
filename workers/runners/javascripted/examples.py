"""Examples of the documentation of JavaScript and TypeScript, run as tests: what they say that
something gives stands behind it in a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workers.runners.base import Ended, Ran, Suite, Wanted
from workers.sandbox import Limits, Workspace

_FOLDER = ".ponder"
_SCRIPT = Path(__file__).parents[1] / "inside" / "javascript" / "examples.mjs"
_PREFIX = "ponder-example-"
_LIMITS = Limits(wall_seconds=120, cpu_seconds=120, memory_mib=2048)
_TITLE = re.compile(r"example at line \d{1,7}")
_PLACE = re.compile(rf"{_PREFIX}\d{{1,6}}\.test\.(mjs|ts)")
_MOST = 4_000
_LARGEST = 16 * 1024 * 1024
# What is shown of an object of a class is an abbreviation of it.
_ABBREVIATED = re.compile(
    r"\n\+?[^\S\n]*\[?[A-Z][\w$]*(?::[^\n]*\]|\(\d+\)| [{\[])|\[Function|\[class|<\d+ empty item"
)

Running = Callable[[Workspace, Suite, Wanted], Awaitable[Ran]]


@dataclass(frozen=True, slots=True)
class Shown:
    """An example: where the test of it stands, how often it says what something gives, and the
    test's text."""

    id: str
    place: str
    promised: int
    text: str

    @property
    def test(self) -> str:
        return f"{self.place}::{self.id.partition('::')[2]}"


async def shown(workspace: Workspace, paths: Sequence[str]) -> list[Shown]:
    """Those of some files, written down as tests at the repository's root."""
    results = f"{_FOLDER}/examples.json"
    workspace.write(f"{_FOLDER}/examples.mjs", _SCRIPT.read_bytes())
    asked = {"shown": list(paths), "prefix": _PREFIX, "results": results}
    asked["tools"] = str(workspace.toolchain.folder / "node")
    workspace.write(f"{_FOLDER}/examples.settings.json", json.dumps(asked))
    workspace.write(results, b"[]")
    argv = ["node", f"{_FOLDER}/examples.mjs", f"{_FOLDER}/examples.settings.json"]
    await workspace.run(argv, limits=_LIMITS)
    return read(workspace.read(results, most=_LARGEST) or b"[]", frozenset(paths))


def read(raw: bytes, paths: frozenset[str]) -> list[Shown]:
    """What was written in the sandbox is hostile."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return []
    found = (_one(each, paths) for each in (told if isinstance(told, list) else [])[:_MOST])
    return [each for each in found if each is not None]


def _one(told: Any, paths: frozenset[str]) -> Shown | None:
    match told:
        case {"id": str(name), "place": str(place), "promised": int(count), "text": str(text)}:
            path, _, title = name.partition("::")
            fits = path in paths and _TITLE.fullmatch(title) and _PLACE.fullmatch(place)
            return Shown(name, place, min(count, 100), text[:20_000]) if fits else None
    return None


async def run(running: Running, workspace: Workspace, suite: Suite, wanted: Wanted) -> Ran:
    """As `running` runs tests; they have the names of their documents."""
    only = {each.partition("::")[0] for each in wanted.only}
    known = await shown(workspace, [each for each in suite.shown if not only or each in only])
    chosen = [
        each
        for each in known
        if not only or each.id in wanted.only or each.id.partition("::")[0] in wanted.only
    ]
    if not chosen:
        return Ran((), whole=True)
    tests = tuple(each.test for each in chosen) if only else ()
    asked = replace(wanted, only=tests)
    ran = await running(workspace, replace(suite, targets=tuple(e.place for e in chosen)), asked)
    ran = await _steady(running, workspace, suite, ran, asked)
    named = {each.test: each for each in chosen}
    return replace(ran, tests=tuple(_named(test, named.get(test.id)) for test in ran.tests))


async def _steady(
    running: Running, workspace: Workspace, suite: Suite, ran: Ran, wanted: Wanted
) -> Ran:
    """What fails is run again by itself: chance and counters give something else each time."""
    failed = tuple(test.id for test in ran.of("failed"))
    if not failed:
        return ran
    again = await running(workspace, suite, replace(wanted, only=failed, trace=False, seed=3))
    said = {test.id: test.message for test in again.of("failed")}
    return replace(ran, tests=tuple(_or_skipped(test, said) for test in ran.tests))


def _or_skipped(test: Ended, said: Mapping[str, str]) -> Ended:
    if test.verdict != "failed" or said.get(test.id) == test.message:
        return test
    return replace(test, verdict="skipped")


def _named(test: Ended, example: Shown | None) -> Ended:
    if example is None:
        return test
    frames = tuple(each for each in test.frames if each.path != example.place)
    return replace(test, id=example.id, promised=example.promised, frames=frames)


async def alone(workspace: Workspace, test: Ended) -> str:
    """The text of an example as a test that stands alone; '' where it is not there."""
    found = await shown(workspace, [test.path])
    return next((each.text for each in found if each.id == test.id), "")


def excuse(suite: Suite, test: Ended) -> str:
    """Why an example that does not hold says nothing about the code; '' where it does."""
    if test.path not in suite.shown:
        return ""
    if not test.kind.endswith("AssertionError"):
        return "the example is an illustration"
    return "an object is shown in short" if _ABBREVIATED.search(test.message) else ""
