"""What the last change made slower is shown, and where time goes is drawn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.db.connect import Database
from core.settings import Settings
from tests.thinking import thinking
from workers.profilers import python

QUICK = '''def unique(names: list[str]) -> list[str]:
    """Each name once, in order."""
    return list(dict.fromkeys(names))


def joined(names: list[str]) -> str:
    return ", ".join(names)
'''
SLOW = QUICK.replace(
    "    return list(dict.fromkeys(names))\n",
    '    found = []\n    for name in names:\n        if name not in found + [""]:\n'
    "            found = found + [name]\n    return found\n",
)
FILES = {
    "shop/__init__.py": "",
    "shop/names.py": QUICK,
    "tests/test_names.py": (
        "from shop.names import joined, unique\n\n"
        "NAMES = [f'{n}x{n * n}' for n in range(60)]\n\n\n"
        "def test_names():\n    assert unique(NAMES) == NAMES\n"
        "    assert joined(['a', 'b']) == 'a, b'\n"
    ),
}


def passes(folder: Path, reproducer: str) -> bool:
    (folder / "test_it.py").write_text(reproducer)
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    ran = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), ran.stdout
    return ran.returncode == 0


async def test_what_the_last_change_made_slower_is_shown_with_a_test(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python, "_TURNS", 1)
    async with thinking(settings, database, FILES) as made:
        await made.commit({"shop/names.py": SLOW})
        (run,) = await made.think("profile")
        assert run.status == "done", run.problem
        found = {each.symbol: each for each in await made.findings(evidence=["reproduced"])}
        assert set(found) == {"unique"}
        slower = found["unique"]
        assert slower.rule in {"slower", "growth"}
        assert slower.reproducer is not None
        assert not passes(made.checkout.path, slower.reproducer)
        made.checkout.write("shop/names.py", QUICK)
        assert passes(made.checkout.path, slower.reproducer)
