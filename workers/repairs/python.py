"""Python: edits of its syntax tree, tried by forks of one pytest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from workers.repairs.base import Draft, Tried
from workers.repairs.pythonic.edits import edits
from workers.runners.base import Suite
from workers.sandbox import Limits, Workspace

__all__ = ["edits", "tried"]

_FOLDER = ".ponder"
_TRIER = Path(__file__).parent / "inside" / "trier.py"
_RESULTS = f"{_FOLDER}/tried.jsonl"
_TESTS = f"{_FOLDER}/tests.txt"
_EACH_SECONDS = 10.0


async def tried(
    workspace: Workspace,
    suite: Suite,
    tests: Sequence[str],
    drafts: Sequence[Draft],
    *,
    enough: int,
    seconds: float,
) -> Tried:
    """Drafts in their order, until tests pass with `enough` of them."""
    settings = {
        "test": tests[0] if len(tests) == 1 else _listed(workspace, suite, tests),
        "seconds": seconds,
        "enough": enough,
        "each_seconds": _EACH_SECONDS,
        "drafts": [
            {path: raw.decode(errors="surrogateescape") for path, raw in draft.files.items()}
            for draft in drafts
        ],
    }
    workspace.write(f"{_FOLDER}/trier.py", _TRIER.read_bytes())
    workspace.write(f"{_FOLDER}/drafts.json", json.dumps(settings))
    workspace.write(_RESULTS, b"")
    await workspace.run(
        [workspace.toolchain.python, f"{_FOLDER}/trier.py"],
        limits=Limits(wall_seconds=seconds + 30, cpu_seconds=2 * seconds + 30, memory_mib=2048),
    )
    ended = _ended(workspace.read(_RESULTS) or b"")
    return Tried(
        tuple(draft for at, draft in enumerate(drafts) if ended.get(at) == 0),
        tuple(draft for at, draft in enumerate(drafts) if ended.get(at, 0) != 0),
    )


def _listed(workspace: Workspace, suite: Suite, tests: Sequence[str]) -> str:
    """Several tests, as pytest reads them from a file."""
    roots = " ".join(suite.roots)
    workspace.write(_TESTS, "\n".join(["-o", f"pythonpath={roots}", *tests]) + "\n")
    return f"@{_TESTS}"


def _ended(raw: bytes) -> dict[int, int]:
    """How pytest ended, by a draft's number. What the trier wrote is as hostile as the code that
    ran beside it."""
    found: dict[int, int] = {}
    for line in raw.decode(errors="replace").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        match row:
            case {"at": int(at), "exit": int(code)}:
                found[at] = code
    return found
