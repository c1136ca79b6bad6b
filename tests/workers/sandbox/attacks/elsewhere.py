"""Runs outside, as whoever calls it, with the Python of the system: all attacks, and a bomb."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from workers.sandbox import Limits, Sandbox, Toolchain
from workers.sandbox.seccomp import program

PYTHON = "/usr/bin/python3"
ATTACKS = Path(__file__).resolve().parent


async def main(folder: Path) -> None:
    """Print what they said, how a bomb ended, and what is left."""
    sandbox = Sandbox(Toolchain(Path("/usr"), ()), folder / "scratch", program() or b"")
    told = {name: str(folder / name) for name in ("secret", "data", "mirrors", "scratch", "socket")}
    told |= {"port": "9", "port6": "9", "address": "127.0.0.1", "abstract": "x"}
    told |= {"toolchain": "/usr", "marker": "PONDER_SECRET", "pid": str(os.getpid())}
    async with sandbox.workspace(None) as workspace:
        for path in ATTACKS.glob("*.py"):
            workspace.write(f"tests/workers/sandbox/attacks/{path.name}", path.read_text())
        ran = await workspace.run(
            [PYTHON, "-m", "tests.workers.sandbox.attacks.run"],
            limits=Limits(processes=64),
            stdin=json.dumps(told).encode(),
            mounts={"/given": folder / "given"},
        )
        closed = "import os; os.makedirs('a/b'); os.chmod('a/b', 0); os.chmod('a', 0)"
        bomb = f"{closed}\nkept = []\nwhile True: kept.append(b'x' * (8 << 20))"
        ended = await workspace.run([PYTHON, "-c", bomb], limits=Limits(memory_mib=128))
    left = [path.name for path in (folder / "scratch").iterdir()]
    print(json.dumps([ran.stdout, ran.stderr, ended.status, ended.cpu_seconds, left]))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
