"""What is said of a smell: nothing of a secret, however it is broken over lines."""

from __future__ import annotations

import base64
import random
from pathlib import Path

from workers.linters import secret, telling
from workers.linters.base import Desk, Edit, Report, Rule, Source
from workers.linters.merge import merged
from workers.sandbox import Limits, open_sandbox

KEY = "\n".join(
    base64.b64encode(random.Random(number).randbytes(48)).decode() for number in range(8)
)
TEXT = f'''A = 1
KEY = """-----BEGIN RSA PRIVATE KEY-----
{KEY}
-----END RSA PRIVATE KEY-----"""
assert (A, "always")
password = "gK8!xq2zPw9Lr4mT"
'''
SOURCE = Source("a.py", "python", TEXT)
LAST = TEXT.count("\n") - 1


def report(first: int, last: int, *edits: Edit) -> Report:
    return Report("ruff", "F631", "a.py", first, last, "Always true.", Rule("dead-check"), edits)


def test_a_part_of_a_key_is_masked_like_the_whole() -> None:
    (smell,) = merged([report(5, LAST + 1)], {"a.py": SOURCE}, standing={}, added={})
    said = telling.explanation(smell, SOURCE)
    assert "assert (A" in said
    assert not any(line in said for line in [*KEY.split("\n"), "gK8!xq2zPw9Lr4mT"])


def test_a_fix_beside_a_secret_is_not_shown_as_a_patch() -> None:
    edit = Edit((LAST, 8), (LAST, 21), 'A, "always"')
    (smell,) = merged([report(LAST, LAST, edit)], {"a.py": SOURCE}, standing={}, added={})
    assert telling.patch(smell, SOURCE) is None
    plain = Source("a.py", "python", "x = 1\n" * (LAST - 1) + TEXT.split("\n")[LAST - 1] + "\n")
    assert telling.patch(smell, plain)


async def test_a_key_is_a_secret_wherever_it_is_told(tmp_path: Path) -> None:
    sandbox = await open_sandbox(tmp_path)
    assert sandbox is not None
    async with sandbox.workspace(None) as workspace:
        found = await secret.LINTER.look(Desk(workspace, Limits()), [SOURCE])
    assert [(each.rule, each.start_line) for each in found] == [("token", 2), ("value", LAST + 1)]


async def test_a_secret_in_many_places_is_taken_back_once(tmp_path: Path) -> None:
    sandbox = await open_sandbox(tmp_path)
    assert sandbox is not None
    copies = [
        Source(path, "python", TEXT, "tests" if path == "a.py" else "") for path in ("a.py", "b.py")
    ]
    other = Source("c.py", "python", TEXT.replace(KEY, KEY[::-1]))
    async with sandbox.workspace(None) as workspace:
        found = await secret.LINTER.look(Desk(workspace, Limits()), [*copies, other])
    assert [(each.path, each.rule) for each in found] == [
        ("b.py", "token"),
        ("b.py", "value"),
        ("c.py", "token"),
    ]
    assert found[0].message.endswith("It is in 1 other place too.")
