"""Calls a module's functions with plain values and writes down what came back, and by which lines.

It runs in the sandbox.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from .laws import Laws, spelled
from .values import Function, functions, is_literal, literal, vectors

_FOLDER = Path(__file__).resolve().parents[1]
_SPARE = 4
_SHARE = 0.4
"""Of the time, for laws: what is found first may be all that there is time for."""


class Late(BaseException):
    """A call took too long."""


@dataclass
class Outcome:
    """Of one call: a value as text, or the name of an exception that the code itself raises, with
    what it says, where that is always the same."""

    value: str = ""
    raises: str = ""
    says: str = ""
    lines: frozenset[int] = frozenset()


class Explorer:
    """Of one module."""

    def __init__(self, settings: dict[str, Any], module: ModuleType) -> None:
        self.module = module
        self.file = os.path.realpath(settings["path"])
        self.statements = set(settings["statements"])
        tree = ast.parse(Path(self.file).read_text())
        self.raised = {n.lineno: n for n in ast.walk(tree) if isinstance(n, ast.Raise)}
        self.until = time.monotonic() + settings["seconds"]

    def outcome(self, function: Function, made: tuple[Any, ...], given: str) -> Outcome | None:
        """None for what cannot be told: no plain value, or an exception of nobody's making."""
        first = self.once(function, made, given)
        if first is None:
            return None
        second = self.once(function, made, given)
        same = second is not None and (first.value, first.raises) == (second.value, second.raises)
        return first if same else None

    def once(self, function: Function, made: tuple[Any, ...], given: str) -> Outcome | None:
        arguments = ast.literal_eval(given)
        target = self.target(function, made)
        lines: set[int] = set()
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        sys.settrace(self.tracer(lines))
        try:
            value = target(*arguments)
            value = list(itertools.islice(value, 200)) if function.yields else value
        except Late:
            return None
        except Exception as error:  # noqa: BLE001 - whatever the repository raises
            sys.settrace(None)
            return self.refused(error, lines)
        except BaseException:  # noqa: BLE001 - it may even end the process
            return None
        finally:
            sys.settrace(None)
            signal.setitimer(signal.ITIMER_REAL, 0)
        told = literal(value)
        return Outcome(told, lines=frozenset(lines & self.statements)) if told else None

    def target(self, function: Function, made: tuple[Any, ...]) -> Callable[..., Any]:
        if function.owner is None:
            return getattr(self.module, function.symbol)  # type: ignore[no-any-return]
        owner = getattr(self.module, function.owner.name)(*made)
        return getattr(owner, function.body.name)  # type: ignore[no-any-return]

    def tracer(self, lines: set[int]) -> Any:
        def local(frame: FrameType, event: str, _: Any) -> Any:
            if event == "line":
                lines.add(frame.f_lineno)
            return local

        def started(frame: FrameType, _event: str, _: Any) -> Any:
            return local if os.path.realpath(frame.f_code.co_filename) == self.file else None

        return started

    def refused(self, error: Exception, lines: set[int]) -> Outcome | None:
        """Only what a statement of this file raises on purpose."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        code = trace.tb_frame.f_code.co_filename if trace is not None else ""
        if (
            trace is None
            or os.path.realpath(code) != self.file
            or trace.tb_lineno not in self.raised
        ):
            return None
        kind = type(error).__name__
        known = getattr(self.module, kind, None) or getattr(__builtins__, kind, None)
        if known is not type(error) or isinstance(error, NotImplementedError | AssertionError):
            return None
        says = _constant(self.raised[trace.tb_lineno], error)
        return Outcome("", kind, says, frozenset(lines & self.statements))


def _constant(node: ast.Raise, error: Exception) -> str:
    given = node.exc.args if isinstance(node.exc, ast.Call) else []
    text = given[0].value if given and isinstance(given[0], ast.Constant) else ""
    return text if isinstance(text, str) and text in str(error) and len(text) <= 60 else ""


def owners(
    explorer: Explorer, function: Function, seeds: dict[str, list[str]]
) -> list[tuple[Any, ...]]:
    """Arguments with which the class of a method can be made."""
    if function.owner is None:
        return [()]
    name = function.owner.name
    start = next(
        (n for n in function.owner.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"),
        None,
    )
    if start is None:
        tried: list[tuple[Any, ...]] = [()]
    else:
        tried = list(
            itertools.islice(
                vectors(Function(name, start, function.owner, False), seeds.get(name, [])), 40
            )
        )
    found = []
    for made in tried:
        try:
            getattr(explorer.module, name)(*made)
        except BaseException:  # noqa: BLE001, S112 - it cannot be made so
            continue
        if all(is_literal(each) for each in made):
            found.append(made)
    return sorted(found, key=lambda each: len(repr(each)))[:3]


def explored(
    explorer: Explorer, function: Function, settings: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Calls by which lines are run that no test runs; then some more that give something else."""
    seeds = settings["seeds"]
    known = set(settings["known"])
    tried: list[tuple[tuple[Any, ...], str, Outcome]] = []
    seen = set()
    until = min(explorer.until, time.monotonic() + settings["seconds"] / 6)
    for made in owners(explorer, function, seeds):
        for vector in vectors(function, seeds.get(function.symbol, [])):
            given = literal(tuple(vector)) if vector else "()"
            if time.monotonic() > until or not given or (repr(made), given) in seen:
                continue
            seen.add((repr(made), given))
            outcome = explorer.outcome(function, made, given)
            if outcome is not None:
                tried.append((made, given, outcome))
    results: set[str] = set()
    late = []
    for made, given, outcome in sorted(tried, key=lambda each: len(each[1]) > 50):
        told = {
            "symbol": function.symbol,
            "yields": function.yields,
            "made": repr(made),
            "given": given,
        }
        told |= {"value": outcome.value, "raises": outcome.raises, "says": outcome.says}
        told |= {"lines": sorted(outcome.lines), "names": [p.arg for p in function.parameters]}
        if outcome.lines - known:
            known |= outcome.lines
            results.add(outcome.value + outcome.raises)
            yield told | {"spare": False}
        elif outcome.value and outcome.value not in ("None", *results):
            results.add(outcome.value)
            late.append(told | {"spare": True})
    yield from late[:_SPARE]


def main() -> None:
    settings = json.loads((_FOLDER / "explore.json").read_text())
    sys.path[:0] = settings["roots"]
    out = (_FOLDER / "explored.jsonl").open("a", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)

    def late(*_: object) -> None:
        raise Late

    signal.signal(signal.SIGALRM, late)
    random.seed(0)
    explorer = Explorer(settings, importlib.import_module(settings["module"]))
    tree = ast.parse(Path(explorer.file).read_text())
    found = list(functions(tree))
    known = spelled(tree, settings["seeds"])
    laws = Laws(explorer, settings["strategies"], known, _SHARE * settings["seconds"])
    for function in found:
        if time.monotonic() > explorer.until:
            break
        if inspect.isabstract(getattr(explorer.module, function.symbol.partition(".")[0], None)):
            continue
        for told in itertools.chain(
            laws.of(function, found), explored(explorer, function, settings)
        ):
            out.write(json.dumps(told) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
