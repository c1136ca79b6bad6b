"""A sandbox for runs of tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from workers.sandbox import Sandbox, open_sandbox


@pytest.fixture
async def sandbox(tmp_path: Path) -> Sandbox:
    opened = await open_sandbox(tmp_path / "scratch")
    assert opened is not None
    return opened


def laid_out(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def code(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The files that the test's module has under the name FILES."""
    return laid_out(tmp_path / "code", request.module.FILES)
