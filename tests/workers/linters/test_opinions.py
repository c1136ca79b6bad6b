"""Complexity, duplication, dead code: suspicions of low severity, and only about outliers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.db.connect import Database
from core.settings import Settings
from tests.thinking import thinking
from workers.linters import LINTERS, complexity, duplication
from workers.linters.base import Desk, Part, Source
from workers.linters.dead_code import candidates
from workers.sandbox import Limits, open_sandbox


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    sandbox = await open_sandbox(tmp_path)
    assert sandbox is not None
    async with sandbox.workspace(None) as workspace:
        yield Desk(workspace, Limits())


def python(path: str, text: str, name: str = "f") -> Source:
    return Source(path, "python", text, parts=(Part(name, "function", 1, text.count("\n")),))


def nested(depth: int) -> str:
    lines = ["def f(x):"]
    lines += [f"{'    ' * (level + 1)}if x > {level}:" for level in range(depth)]
    return "\n".join([*lines, "    " * (depth + 1) + "return x", ""])


async def test_a_function_with_deep_branches_is_named_and_others_are_not(desk: Desk) -> None:
    sources = [python("deep.py", nested(14)), python("flat.py", nested(5))]
    (found,) = await complexity.LINTER.look(desk, sources)
    assert (found.path, found.means.severity) == ("deep.py", "low")


async def test_a_long_stretch_that_stands_twice_is_told_once(desk: Desk) -> None:
    body = "\n".join(f"    value_{number} = compute({number}, limit)" for number in range(60))
    first, second = (python(path, f"def f(limit):\n{body}\n") for path in ("a.py", "b.py"))
    (found,) = await duplication.LINTER.look(desk, [first, second, python("c.py", nested(9))])
    assert (found.path, "line 1 of a.py" in found.message) == ("b.py", True)


async def test_a_table_of_equal_lines_is_no_copy(desk: Desk) -> None:
    text = "TABLE = [\n" + "    (1, 2, 3),\n" * 200 + "]\n"
    assert await duplication.LINTER.look(desk, [python("a.py", text), python("b.py", text)]) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def public():\n    pass\n", "public"),
        ("def _used():\n    pass\n\nx = _used()\n", "_used"),
        ("@route\ndef _page():\n    pass\n", "_page"),
        ("def __getattr__(name):\n    pass\n", "__getattr__"),
    ],
)
def test_what_others_may_use_is_no_candidate(text: str, name: str) -> None:
    assert candidates(python("a.py", text, name)) == []
    assert candidates(replace(python("a.py", "def _gone():\n    pass\n", "_gone")))


async def test_a_private_function_that_no_file_names_is_suspected(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in set(LINTERS) - {"dead_code"}:
        monkeypatch.delitem(LINTERS, name)
    files = {
        "shop/a.py": "def _gone():\n    return 1\n\n\ndef _elsewhere():\n    return 2\n",
        "shop/b.py": "from shop.a import _elsewhere\n\nprint(_elsewhere())\n",
    }
    async with thinking(settings, database, files) as made:
        await made.think("smell_hunt")
        (found,) = await made.findings()
        assert (found.symbol, found.evidence, found.severity) == ("_gone", "suspected", "low")
