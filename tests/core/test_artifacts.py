"""Artifacts are kept by run and name."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from core.artifacts import open_artifacts
from core.errors import UserError


async def test_an_artifact_is_read_as_it_was_put(tmp_path: Path) -> None:
    artifacts, run = open_artifacts((tmp_path / "with space").as_uri()), uuid4()
    await artifacts.put(run, "log.txt", b"said")
    assert await artifacts.get(run, "log.txt") == b"said"
    assert await artifacts.get(uuid4(), "log.txt") is None


@pytest.mark.parametrize("name", ["", "..", "../a", "a/b", ".hidden", "a\0"])
async def test_a_name_that_is_a_path_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        await open_artifacts(tmp_path.as_uri()).put(uuid4(), name, b"")


def test_a_store_that_is_none_is_a_clear_error() -> None:
    with pytest.raises(UserError, match="PONDER_ARTIFACTS_URL"):
        open_artifacts("nonsense")
