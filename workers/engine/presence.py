"""What a worker tells of itself while it lives: whether it can execute code, and what it lacks."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from core.db import workers
from core.db.connect import Database
from core.db.workers import SANDBOX, Lack
from core.errors import TryLater, UserError
from workers import linters
from workers.sandbox import Sandbox, Trouble

_AGAIN = "then start Ponder again"
_TOOLCHAIN = f"Run 'make toolchain', {_AGAIN}."
_NODE = "Nothing in JavaScript or TypeScript is run"
PROGRAMS = {
    "pytest": ("bin/pytest", "Nothing in Python is run"),
    "vitest": ("node/node_modules/vitest", _NODE),
    "go": ("bin/go", "Nothing in Go is run"),
}
"""What tests are run with: where the toolchain has it, and what is not done without."""


def lacking(sandbox: Sandbox | Trouble) -> list[Lack]:
    """What cannot be done on this machine, as it was found when the worker started."""
    if isinstance(sandbox, Trouble):
        mend = f"{sandbox.mend[:1].upper()}{sandbox.mend[1:]}, {_AGAIN}."
        return [Lack(SANDBOX, "Code is not run here", sandbox.found, mend)]
    missing = [
        Lack(name, turns_off, f"{name} is not installed", _TOOLCHAIN)
        for name, (path, turns_off) in PROGRAMS.items()
        if not (sandbox.toolchain.folder / path).exists()
    ]
    if shutil.which("node") is None:
        mend = f"Install Node, for example with 'apt install nodejs', {_AGAIN}."
        missing.append(Lack("node", _NODE, "node is not installed", mend))
    return [*missing, *_analysers()]


def _analysers() -> list[Lack]:
    absent = [name for name, each in linters.LINTERS.items() if not linters.is_installed(each)]
    if not absent:
        return []
    found = f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed"
    return [Lack("analysers", "Not every analyser looks at the code", found, _TOOLCHAIN)]


@dataclass(frozen=True, slots=True)
class Presence:
    """Of one process."""

    database: Database
    lacks: Sequence[Lack]
    worker: UUID = field(default_factory=uuid4)

    async def tell(self) -> None:
        async with self.database.system() as connection:
            await workers.tell(connection, self.worker, self.lacks)

    async def leave(self) -> None:
        """Where the database is away, the row is not believed any more soon."""
        with suppress(TryLater, UserError):
            async with self.database.system() as connection:
                await workers.leave(connection, self.worker)
