"""Analysers as a person would run them from a shell: the same command lines, without a sandbox."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from workers.linters.base import Broken, Desk, Linter, Source
from workers.sandbox import Limits, Result, Toolchain, Workspace


@dataclass(frozen=True)
class Shell:
    """Stands where a workspace does, over a folder with a copy of trusted code."""

    folder: Path
    toolchain: Toolchain

    def write(self, path: str, content: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(content)

    async def run(
        self,
        argv: Sequence[str],
        *,
        limits: Limits,
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        mounts: Mapping[str, Path] | None = None,
    ) -> Result:
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=self.folder,
            env={**os.environ, **(environment or {})},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await process.communicate(stdin)
        code = process.returncode or 0
        texts = said.decode(errors="replace"), complained.decode(errors="replace")
        return Result("exited", code, *texts, time.monotonic() - began, 0.0)


async def looked(shell: Shell, linter: Linter, sources: Sequence[Source]) -> str:
    """What went wrong, '' for nothing."""
    desk = Desk(cast(Workspace, shell), Limits())
    try:
        await linter.look(desk, sources)
    except Broken as error:
        return str(error)
    return ""
