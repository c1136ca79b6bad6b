"""Run `ponder` as its users do: as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.db.connect import Database
from core.queue import Queue
from core.settings import Settings

Ponder = Callable[..., "subprocess.CompletedProcess[str]"]
COMMAND = (sys.executable, "-P", "-m", "cli.main")


def environment_of(settings: Settings) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(settings.data_dir),
        "PONDER_DATA_DIR": str(settings.data_dir),
        "PONDER_SECRET_KEY": str(settings.secret_key),
        "DATABASE_URL": str(settings.database_url),
        "REDIS_URL": str(settings.redis_url),
    }


@pytest.fixture
def ponder(settings: Settings, database: Database, queue: Queue) -> Ponder:
    """Run a command on the tests' stores, from the data directory, and wait for its end."""

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env=environment_of(settings) | variables,
            cwd=settings.data_dir,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small repository."""
    folder = tmp_path / "shop"
    (folder / "shop").mkdir(parents=True)
    (folder / "README.md").write_text("# Shop\n\nSells apples.\n")
    (folder / "shop" / "basket.py").write_text(
        '"""The basket of a customer."""\n\n\n'
        "class Basket:\n"
        '    """What a customer wants to buy."""\n\n'
        "    def __init__(self) -> None:\n"
        "        self.prices: list[int] = []\n\n"
        "    def total_price(self) -> int:\n"
        '        """The sum of all prices, in cents."""\n'
        "        return sum(self.prices)\n"
    )
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Sell apples")
    return folder


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ponder-cli-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One that many tests use, each of which leaves it without servers."""
    with _folder() as folder:
        yield folder


@pytest.fixture
def new_dir() -> Iterator[Path]:
    with _folder() as folder:
        yield folder
