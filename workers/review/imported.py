"""What the tests of a pull request are run with: the packages that its base asks for, where a
person allowed to fetch them. What it would import itself is for its author to say, who may be
anybody."""

from __future__ import annotations

import asyncio
from pathlib import Path

from core.db import learning
from core.db.repositories import Repository
from core.learning import UNSAID
from workers import dependencies
from workers.dependencies.kinds import KINDS
from workers.review.bench import Bench
from workers.sandbox import Given, Sandbox

SHIFTED = "it asks for other packages than are here"


async def imported(
    bench: Bench, sandbox: Sandbox, repository: Repository, base: Path, head: Path
) -> tuple[Given, str]:
    """With it, why failures at the head are not its code's fault; '' where they may be."""
    async with bench.tenant(repository) as connection:
        said = await learning.get(connection, repository.id)
    allowed = (said.effective if said else UNSAID).dependencies
    registries = bench.settings.registries
    folder = bench.settings.data_dir / "dependencies"
    made = await dependencies.prepare(sandbox, base, folder, registries, allowed=allowed)
    if not made.given.mounts:
        return made.given, ""
    for kind in KINDS.values():
        sides = [
            await asyncio.to_thread(kind.wanted, code, registries, sandbox.toolchain)
            for code in (base, head)
        ]
        if sides[0] != sides[1]:
            return made.given, SHIFTED
    return made.given, ""
