"""A real sandbox, and an empty workspace in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from workers.sandbox import Sandbox, Workspace, open_sandbox


@pytest.fixture
async def sandbox(tmp_path: Path) -> Sandbox:
    opened = await open_sandbox(tmp_path / "scratch")
    assert opened is not None, "bubblewrap and the toolchain are needed"
    return opened


@pytest.fixture
async def workspace(sandbox: Sandbox) -> AsyncIterator[Workspace]:
    async with sandbox.workspace(None) as opened:
        yield opened
