"""A worker that is not root has one layer less, and the same walls."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

USER = 60577
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the other account owns, and may come to."""
    made = Path(mkdtemp(prefix="ponder-test-sandbox-"))
    (made / "given").mkdir()
    for path in (made, made / "given"):
        os.chown(path, USER, USER)
    yield made
    shutil.rmtree(made)


@pytest.mark.skipif(os.geteuid() != 0, reason="all other tests run as an ordinary user then")
def test_no_attack_works_on_the_sandbox_of_an_ordinary_user(folder: Path) -> None:
    done = subprocess.run(
        [
            *("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs"),
            *("/usr/bin/python3", "-m", "tests.workers.sandbox.attacks.elsewhere", str(folder)),
        ],
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PONDER_SECRET": "PONDER_SECRET"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said, complained, status, cpu_seconds, left = json.loads(done.stdout)
    outcomes = json.loads(said or "{}")
    escaped = {name: what for name, (how, what) in outcomes.items() if how in ("got", "bug")}
    assert (escaped, complained) == ({}, "")
    assert (len(outcomes) > 80, status, left) == (True, "out_of_memory", [])
    assert cpu_seconds > 0
