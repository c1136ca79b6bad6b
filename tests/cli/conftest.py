"""Run `ponder` as its users do: as a process of its own."""

from __future__ import annotations

import json
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
ROOT = Path(__file__).resolve().parents[2]
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


@pytest.fixture(scope="session")
def fork_server() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        (sys.executable, "-P", "-m", "tests.cli.fork_server"),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        yield server
        assert server.stdin
        server.stdin.close()


@pytest.fixture
def ponder(
    settings: Settings,
    database: Database,
    queue: Queue,
    fork_server: subprocess.Popen[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Ponder:
    """Run a command on the tests' stores, from the data directory, and wait for its end."""

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        said = tmp_path_factory.mktemp("said")
        asked = {
            "arguments": [str(argument) for argument in arguments],
            "environment": environment_of(settings) | variables,
            "folder": str(settings.data_dir),
            "out": str(said / "out"),
            "error": str(said / "error"),
        }
        assert fork_server.stdin
        assert fork_server.stdout
        print(json.dumps(asked), file=fork_server.stdin, flush=True)
        status = int(fork_server.stdout.readline())
        out, error = ((said / name).read_text() for name in ("out", "error"))
        return subprocess.CompletedProcess(asked["arguments"], status, out, error)

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
