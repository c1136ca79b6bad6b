"""A failing test of pytest, with its imports, fixtures and what else it needs, in one file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from workers.runners.base import Ended, Suite
from workers.runners.pythonic.layout import module
from workers.runners.reproducers.python_examples import example
from workers.runners.reproducers.python_names import Source, needed

_HEADER = '''"""{about}

Run it with pytest at the repository's root. It fails at this commit, and passes once mended.
"""

'''
_ROOTS = """import sys
from pathlib import Path

sys.path[:0] = [str(Path.cwd() / each) for each in {roots}]
"""
_FORGET = """for name in [each for each in sys.modules if each.partition(".")[0] in {packages}]:
    # The test runner has imported its own copy; this is about the repository's.
    del sys.modules[name]
"""
_WITHIN = '''import os
import subprocess


def test_{name}_in_place() -> None:
    """Runs the repository's own test."""
    roots = [str(Path.cwd() / each) for each in {roots}]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", {id!r}],
        env=os.environ | {{"PYTHONPATH": os.pathsep.join(roots)}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
'''

_DEEP = re.compile(
    r"\b\d{3,}\b|\brange\(|[\"'\])]\s*\*|\*\s*[\"'\[(]|recurs|nest|deep", re.IGNORECASE
)
"""What makes something deep, or speaks of it."""


def reproducers(folder: Path, suite: Suite, test: Ended, shared: Sequence[str]) -> list[str]:
    """The test cut out of its file; then, for what cannot be cut out, one that runs it in place.
    `shared` are packages that the test runner may have imported from elsewhere."""
    about = f"{test.kind.rpartition('.')[2]}: {_first(test.message)}" if test.kind else test.id
    start = _HEADER.format(about=about.replace("\\", "/").replace('"', "'"))
    if test.examples:
        return _shown(folder, suite, test, start, shared)
    within = start + _ROOTS.format(roots=suite.roots) + _within(suite, test)
    cut = _cut(folder, suite, test)
    if test.kind.endswith("RecursionError") and (cut is None or _DEEP.search(cut[1])):
        return []  # As deep as its input is: another interpreter may go as far.
    if cut is None:
        return [within]
    future, body = cut
    roots = (*suite.roots, str(Path(test.path).parent))
    forget = _FORGET.format(packages=tuple(shared)) if shared else ""
    return [start + future + _ROOTS.format(roots=roots) + forget + "\n" + body, within]


def standing(suite: Suite, body: str) -> str:
    """A test file that somebody wrote, with the roots that it imports from before all else."""
    lines = body.splitlines(keepends=True)
    future = [line for line in lines if line.startswith("from __future__")]
    rest = [line for line in lines if not line.startswith("from __future__")]
    return "".join([*future, _ROOTS.format(roots=suite.roots), "\n", *rest])


def _shown(folder: Path, suite: Suite, test: Ended, start: str, shared: Sequence[str]) -> list[str]:
    text = example(folder, test, module(test.path, suite.roots))
    forget = _FORGET.format(packages=tuple(shared)) if shared else ""
    return [start + _ROOTS.format(roots=suite.roots) + forget + "\n" + text] if text else []


def _first(message: str) -> str:
    lines = message.strip().splitlines() or [""]
    return "".join(letter for letter in lines[0] if letter.isprintable())[:150]


def _within(suite: Suite, test: Ended) -> str:
    name = "".join(letter if letter.isalnum() else "_" for letter in test.id.rpartition("::")[2])
    return _WITHIN.format(name=name.removeprefix("test_")[:60], roots=suite.roots, id=test.id)


def _cut(folder: Path, suite: Suite, test: Ended) -> tuple[str, str] | None:
    """Its `from __future__` line and the rest; None where the test is not found in its file."""
    sources = [
        source
        for path in _conftests(folder, test.path)
        if (source := Source.read(folder, path)) is not None
    ]
    own = Source.read(folder, test.path)
    names = [part.partition("[")[0] for part in test.id.split("::")[1:]]
    if own is None or not names or names[0] not in own.defined:
        return None
    parts = needed([*sources, own], names)
    future = any(source.future for source in (*sources, own))
    texts = [f"__file__ = str(Path.cwd() / {test.path!r})\n"] if "__file__" in own.text else []
    return (
        "from __future__ import annotations\n\n" if future else "",
        "\n".join([*texts, *parts]) + "\n",
    )


def _conftests(folder: Path, path: str) -> list[str]:
    """From the root down to the test's own folder."""
    parents = [str(each / "conftest.py") for each in reversed(Path(path).parents)]
    return [each for each in parents if (folder / each).is_file()]
