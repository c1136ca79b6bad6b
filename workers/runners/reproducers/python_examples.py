"""An example of the documentation that does not give what it says, as a test that stands alone."""

from __future__ import annotations

import ast
import doctest
from pathlib import Path

from workers.runners.base import Ended

_MOST = 150
_TEXT = '''import doctest
import importlib

MODULE = {module!r}
EXAMPLES = r"""
{examples}
"""
FLAGS = (
    doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
)


def test_the_examples_of_{name}() -> None:
    """The documentation says so: {where}."""
    names = dict(vars(importlib.import_module(MODULE)))
    examples = doctest.DocTestParser().get_doctest(EXAMPLES, names, MODULE, None, 0)
    told: list[str] = []
    doctest.DocTestRunner(verbose=False, optionflags=FLAGS).run(examples, out=told.append)
    assert not told, "".join(told)
'''


def example(folder: Path, test: Ended, module: str) -> str | None:
    """None where the documentation is not found, or cannot be quoted."""
    target = folder / test.path
    if target.is_symlink() or not target.is_file():
        return None
    text = target.read_text(errors="replace")
    is_module = test.path.endswith(".py")
    qualified = test.id.rpartition("::")[2].removeprefix(module).strip(".") if is_module else ""
    said = _docstring(text, qualified) if is_module else text
    examples = _examples(said or "")
    if not examples or '"""' in examples:
        return None
    name = "".join(letter if letter.isalnum() else "_" for letter in qualified or test.path)
    return _TEXT.format(
        module=module if is_module else "builtins",
        where=test.path,
        name=name,
        examples=examples,
    )


def _examples(said: str) -> str:
    """The examples alone, as they stand there."""
    try:
        found = doctest.DocTestParser().get_examples(said)
    except ValueError:
        return ""
    return "\n".join(_written(each) for each in found[:_MOST]) if len(found) <= _MOST else ""


def _written(found: doctest.Example) -> str:
    lines = found.source.rstrip("\n").split("\n")
    shown = [f"{'>>>' if at == 0 else '...'} {line}".rstrip() for at, line in enumerate(lines)]
    return "\n".join([*shown, found.want.rstrip("\n")]) + "\n"


def _docstring(text: str, qualified: str) -> str | None:
    try:
        found = _documented(ast.parse(text), qualified)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return ast.get_docstring(found) if found is not None else None


def _documented(
    tree: ast.Module, qualified: str
) -> ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | None:
    at: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef = tree
    for name in qualified.split(".") if qualified else []:
        inner = [
            each
            for each in ast.walk(at)
            if isinstance(each, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and each.name == name
        ]
        if not inner:
            return None
        at = inner[-1]
    return at
