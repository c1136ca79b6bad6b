"""Whether an exception is one that no caller wants, and where it comes from."""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from types import TracebackType

STRONG = "strong"
"""No contract can ask for it."""
WEAK = "weak"
"""A bug or a precondition that nobody wrote down."""

_WEAK = (IndexError, KeyError, ZeroDivisionError, OverflowError, AssertionError, UnicodeError)


class Hang(BaseException):
    """It took too long."""


class Odd:
    """`frames` are the package's, outermost first: path, line, function."""

    def __init__(
        self, error: BaseException, frames: list[tuple[str, int, str]], grade: str
    ) -> None:
        self.kind = type(error).__name__
        self.message = _told(error)
        self.frames = frames
        self.grade = grade

    @property
    def signature(self) -> str:
        """The same for the same bug: the kind and the innermost frames."""
        inner = [f"{path}:{line}" for path, line, _ in self.frames[-2:]]
        if self.kind in ("RecursionError", "Hang"):
            inner = sorted({f"{path}:{name}" for path, _, name in self.frames[-1:]})
        return " ".join([self.kind, *inner])


def _told(error: BaseException) -> str:
    try:
        return str(error)[:300]
    except Exception:  # noqa: BLE001 - exceptions of the repository do as they like
        return ""


def judged(error: BaseException, root: str) -> Odd | None:
    """None for an exception that a function may raise on purpose, or that comes from elsewhere."""
    frames, foreign = _frames(error.__traceback__, root)
    if not frames:
        return None
    if isinstance(error, Hang | RecursionError):
        return Odd(error, frames, STRONG if isinstance(error, Hang) else WEAK)
    path, line, _ = frames[-1]
    if foreign or line in _raising(root + path):
        return None
    if isinstance(error, UnboundLocalError) or type(error) is NameError or _is_about_none(error):
        return Odd(error, frames, STRONG)
    if isinstance(error, _WEAK) and type(error).__module__ == "builtins":
        return Odd(error, frames, WEAK)
    return None


def _is_about_none(error: BaseException) -> bool:
    return isinstance(error, AttributeError | TypeError) and "'NoneType'" in _told(error)


def _frames(traceback: TracebackType | None, root: str) -> tuple[list[tuple[str, int, str]], bool]:
    """The package's frames, and whether the exception was raised further in, in code of others."""
    found, foreign = [], False
    while traceback is not None:
        code = traceback.tb_frame.f_code
        foreign = not code.co_filename.startswith(root) or "/.ponder/" in code.co_filename
        if not foreign:
            found.append((code.co_filename[len(root) :], traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    return found[-60:], foreign


@functools.lru_cache(maxsize=256)
def _raising(path: str) -> frozenset[int]:
    """Lines of a file that raise on purpose."""
    try:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return frozenset()
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            lines |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return frozenset(lines)
