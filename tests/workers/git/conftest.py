"""One small repository, and where its mirror will be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checkout import Checkout
from workers import git


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path / "source")
    made.write("a.py", "a = 1\n")
    made.commit("first")
    return made


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    return git.mirror_path(tmp_path / "mirrors", 7)
