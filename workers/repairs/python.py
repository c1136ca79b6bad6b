"""Python: edits of its syntax tree, tried by forks of one pytest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from workers.repairs.base import Draft
from workers.repairs.pythonic.edits import edits
from workers.sandbox import Limits, Workspace

__all__ = ["edits", "tried"]

_FOLDER = ".ponder"
_TRIER = Path(__file__).parent / "inside" / "trier.py"
_RESULTS = f"{_FOLDER}/tried.jsonl"
_EACH_SECONDS = 10.0


async def tried(
    workspace: Workspace, test: str, drafts: Sequence[Draft], *, enough: int, seconds: float
) -> list[Draft]:
    """The first drafts, at most `enough`, with which a test, a file in the workspace, passes."""
    settings = {
        "test": test,
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
    passed = _passed(workspace.read(_RESULTS) or b"")
    return [draft for at, draft in enumerate(drafts) if at in passed]


def _passed(raw: bytes) -> set[int]:
    """What the trier wrote is as hostile as the code that ran beside it."""
    found = set()
    for line in raw.decode(errors="replace").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and row.get("exit") == 0 and isinstance(row.get("at"), int):
            found.add(row["at"])
    return found
