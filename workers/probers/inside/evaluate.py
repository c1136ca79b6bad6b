"""Runs pieces of code within a time limit, in a namespace that has the package's modules."""

from __future__ import annotations

import ast
import io
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import Any

HERE = "<law>"
_SECONDS = 1.0


class Slow(BaseException):
    """It took too long."""


@dataclass(frozen=True, slots=True)
class Failed:
    """How a piece of code ended: `kind` of the exception; whether it is an assertion of its own;
    whether it was raised on purpose: by a `raise` or `assert`, or in code of others; `path` and
    `line` within the package, and the line `at` which the piece of code itself was."""

    kind: str
    message: str
    own: bool
    meant: bool
    path: str = ""
    line: int = 0
    at: int = 0


@dataclass(slots=True)
class Running:
    """`root` is the folder of the repository; `until` is on the clock of time.monotonic()."""

    root: str
    names: dict[str, Any]
    until: float
    values: dict[str, Any] = field(default_factory=dict)
    compiled: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        signal.signal(signal.SIGVTALRM, _slow)

    @property
    def late(self) -> bool:
        return time.monotonic() > self.until

    def value(self, text: str) -> Any:
        """Of an expression, made once; Failed where it has none."""
        if text not in self.values:
            self.values[text] = self._run(text, "eval")
        return self.values[text]

    def fresh(self, text: str) -> Any:
        return self._run(text, "eval")

    def body(self, text: str) -> Failed | None:
        """Run statements; None where nothing was raised."""
        result = self._run(text, "exec")
        return result if isinstance(result, Failed) else None

    def _run(self, text: str, mode: str) -> Any:
        try:
            code = self.compiled.get(text) or compile(text, HERE, mode)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return Failed("SyntaxError", "", own=False, meant=True)
        self.compiled[text] = code
        out, sys.stdout = sys.stdout, io.StringIO()
        signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
        try:
            if mode == "eval":
                return eval(code, dict(self.names))  # noqa: S307 - inside the sandbox
            exec(code, dict(self.names))  # noqa: S102 - inside the sandbox
        except BaseException as error:  # noqa: BLE001 - whatever the repository's code raises
            return self._failed(error)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            sys.stdout = out
        return None

    def _is_inside(self, path: str) -> bool:
        """Not what tries the laws, which lies beside the code."""
        return path.startswith(self.root) and not path.startswith(f"{self.root}.ponder")

    def _failed(self, error: BaseException) -> Failed:
        frames: list[tuple[str, int]] = []
        traceback = error.__traceback__
        while traceback is not None:
            frames.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
            traceback = traceback.tb_next
        last = frames[-1] if frames else ("", 0)
        own_line = next((line for path, line in frames if path == HERE), 0)
        own = last[0] == HERE and isinstance(error, AssertionError)
        inside = [each for each in frames if self._is_inside(each[0])]
        at = inside[-1] if inside else ("", 0)
        meant = last != at or is_raised(*at)
        try:
            message = str(error)[:300]
        except Exception:  # noqa: BLE001 - exceptions of the repository do as they like
            message = ""
        return Failed(
            type(error).__name__, message, own, meant, at[0][len(self.root) :], at[1], own_line
        )


_RAISING: dict[str, frozenset[int]] = {}


def is_raised(path: str, line: int) -> bool:
    """Whether a line raises on purpose."""
    if path not in _RAISING:
        _RAISING[path] = _raising(path)
    return line in _RAISING[path]


def _raising(path: str) -> frozenset[int]:
    lines: set[int] = set()
    try:
        with open(path, encoding="utf-8") as file:
            tree = ast.parse(file.read())
    except (OSError, ValueError, SyntaxError):
        return frozenset()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise | ast.Assert):
            lines |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return frozenset(lines)


def _slow(number: int, frame: Any) -> None:
    raise Slow("it took too long")
