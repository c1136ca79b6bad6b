"""A failing test of JavaScript or TypeScript in a file of its own, at the repository's root."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath

from workers.runners.base import Ended, Suite
from workers.runners.javascripted import examples
from workers.sandbox import Limits, Workspace, files

REPRODUCER = re.compile(r"\breproducer\.test\.[cm]?[jt]sx?\b")
_LARGEST = 1_000_000
_FOLDER = ".ponder"
_CUTTER = Path(__file__).parents[1] / "inside" / "javascript" / "cut.mjs"
_LIMITS = Limits(wall_seconds=30, cpu_seconds=30, memory_mib=1024)
_HEADER = """// {about}
//
// It fails at this commit, and passes once mended. Run it at the repository's root:
//   {how} {name}

"""


async def reproducers(workspace: Workspace, folder: Path, suite: Suite, test: Ended) -> list[str]:
    """The test with what it needs of its file; then its whole file with all other tests left
    out."""
    if test.path in suite.shown:
        return await _example(workspace, test)
    text = (files.read(folder, test.path, _LARGEST) or b"").decode(errors="replace")
    if not text:
        return []
    ending = PurePosixPath(test.path).suffix
    name = f"reproducer.test{ending}"
    about = _first(test.message) or test.id
    return [
        _HEADER.format(about=about, how=_how(each), name=name) + each
        for each in await _cut(workspace, test, text)
    ]


async def _example(workspace: Workspace, test: Ended) -> list[str]:
    text = await examples.alone(workspace, test)
    if not text:
        return []
    name = "reproducer.test.ts" if 'from "vitest"' in text else "reproducer.test.mjs"
    about = f"{test.path} says otherwise, in its {test.id.partition('::')[2]}."
    return [_HEADER.format(about=about, how=_how(text), name=name) + text]


def named(text: str, ending: str) -> str:
    """A test that says what it is called, and how it is run."""
    if REPRODUCER.search(text):
        return text
    if not ending:
        modern = re.search(r"^[^\S\n]*(?:import|export)\b[^(]", text, re.MULTILINE)
        ending = "mjs" if modern or "require(" not in text else "cjs"
    name = f"reproducer.test.{ending}"
    return f"// Run it at the repository's root: {_how(text)} {name}\n{text}"


def _how(text: str) -> str:
    """Whatever the test was written for."""
    commands = {
        "node:test": "node --test",
        "vitest": "npx vitest run",
        "tape": "node",
        "tap": "npx tap",
        "ava": "npx ava",
        "uvu": "node",
    }
    named = set(re.findall(r"(?:from|require\()\s*[\"']([\w:]+)[\"']", text))
    known = next((command for name, command in commands.items() if name in named), "")
    return known or ("npx jest" if re.search(r"\bjest\b|\bexpect\(", text) else "npx mocha")


async def _cut(workspace: Workspace, test: Ended, text: str) -> list[str]:
    """Done in the sandbox, by the parser of TypeScript."""
    asked = {
        "path": test.path,
        "text": text,
        "names": test.id.partition("::")[2].split(" > "),
        "tools": str(workspace.toolchain.folder / "node"),
    }
    workspace.write(f"{_FOLDER}/cut.mjs", _CUTTER.read_bytes())
    workspace.write(f"{_FOLDER}/cut.json", json.dumps(asked))
    told = await workspace.run(["node", f"{_FOLDER}/cut.mjs"], limits=_LIMITS)
    try:
        made = json.loads(told.stdout)
    except (ValueError, RecursionError):
        return []
    found = made if isinstance(made, list) else []
    return list(dict.fromkeys(each[:_LARGEST] for each in found if isinstance(each, str)))


def _first(message: str) -> str:
    lines = message.strip().splitlines() or [""]
    return "".join(letter for letter in lines[0] if letter.isprintable())[:150]
