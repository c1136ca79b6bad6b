"""An example of the documentation that does not give what it says, as a test that stands alone."""

from __future__ import annotations

import ast
from pathlib import Path

from workers.runners.base import Ended

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
    """The documentation of {module} says so."""
    names = dict(vars(importlib.import_module(MODULE)))
    examples = doctest.DocTestParser().get_doctest(EXAMPLES, names, MODULE, None, 0)
    told: list[str] = []
    doctest.DocTestRunner(verbose=False, optionflags=FLAGS).run(examples, out=told.append)
    assert not told, "".join(told)
'''


def example(folder: Path, test: Ended, module: str) -> str | None:
    """None where the documentation is not found, or cannot be quoted."""
    qualified = test.id.rpartition("::")[2].removeprefix(module).strip(".")
    target = folder / test.path
    if target.is_symlink() or not target.is_file():
        return None
    try:
        found = _documented(ast.parse(target.read_text(errors="replace")), qualified)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    said = ast.get_docstring(found) if found is not None else None
    if not said or '"""' in said:
        return None
    name = "".join(letter if letter.isalnum() else "_" for letter in qualified or module)
    return _TEXT.format(module=module, name=name, examples=said)


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
