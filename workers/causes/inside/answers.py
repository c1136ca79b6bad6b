"""A plugin of pytest: of several failing tests it finds which would pass if the calls that another
one complains about came to what that one asks of them.

It runs in the sandbox beside the repository's code.
"""

from __future__ import annotations

import builtins
import copy
import gc
import json
import os
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from .promised import Promise, Unknown, key_of, promises

_RESULTS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "causes.jsonl")
_MOST_PROMISES = 40
_LONGEST = 160
_now: dict[str, Any] = {"failed": set(), "promised": None}


def pytest_runtestloop(session: pytest.Session) -> bool:
    files: dict[str, list[pytest.Item]] = {}
    for item in session.items:
        files.setdefault(os.path.basename(str(item.path)), []).append(item)
    tried = {name: Tried(items) for name, items in files.items()}
    with open(_RESULTS, "w", encoding="utf-8") as out:
        for cause, other, calls in _explained(tried):
            out.write(json.dumps({"cause": cause, "of": other, "calls": calls}) + "\n")
            out.flush()
    return True


class Tried:
    """The tests of one file: which fail, and what those ask for."""

    def __init__(self, items: Sequence[pytest.Item]) -> None:
        self.items = items
        promised: list[Promise] = []
        self.failed = self.run(promised)
        self.promised = promised[:_MOST_PROMISES]

    def run(self, promised: list[Promise] | None = None) -> set[str]:
        """Which fail now."""
        _now.update(failed=set(), promised=promised)
        for item in self.items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        _now["promised"] = None
        return set(_now["failed"])


def _explained(tried: dict[str, Tried]) -> Iterator[tuple[str, str, list[str]]]:
    """Which file's promises make another one's tests pass, and which calls they are about."""
    for name, each in tried.items():
        for other, those in tried.items():
            if name == other or not each.failed or not those.failed or not each.promised:
                continue
            with _kept(each.promised) as used:
                failed = those.run()
            # What passes by itself by now was not made to pass.
            if not failed and used and those.run() == those.failed:
                yield name, other, [call[:_LONGEST] for call in used][:5]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Any:
    outcome = yield
    if not outcome.get_result().failed:
        return
    _now["failed"].add(item.nodeid)
    if _now["promised"] is not None and call.excinfo is not None and call.when == "call":
        with suppress(Exception):  # Whatever the test's own words come to, once more.
            _now["promised"] += promises(str(item.path), call.excinfo)


@contextmanager
def _kept(promised: Sequence[Promise]) -> Iterator[dict[str, None]]:
    """While it lasts, functions keep these promises. Yields the calls that were answered."""
    used: dict[str, None] = {}
    places = {_place(each.function) for each in promised}
    functions = [
        each
        for each in gc.get_objects()
        if isinstance(each, types.FunctionType) and _place(each) in places
    ]
    asked = [Answering(each, promised, used) for each in functions]
    builtins.ponder_answers = [each.answer for each in asked]  # type: ignore[attr-defined]
    try:
        for number, each in enumerate(asked):
            each.begin(number)
        yield used
    finally:
        for each in asked:
            each.end()


def _place(function: types.FunctionType) -> tuple[str, int, str]:
    """The same for copies of a function that was imported more than once."""
    code = function.__code__
    return (code.co_filename, code.co_firstlineno, code.co_name)


class Answering:
    """A function that keeps promises, and does otherwise what it did."""

    def __init__(
        self, function: types.FunctionType, promised: Sequence[Promise], used: dict[str, None]
    ) -> None:
        self.function, self.used, self.busy = function, used, False
        place = _place(function)
        self.promised = {each.key: each for each in promised if _place(each.function) == place}
        self.before = (function.__code__, function.__defaults__, function.__kwdefaults__)
        self.original = types.FunctionType(
            function.__code__, function.__globals__, function.__name__, None, function.__closure__
        )
        self.original.__defaults__ = function.__defaults__
        self.original.__kwdefaults__ = function.__kwdefaults__

    def begin(self, number: int) -> None:
        """Wherever the function is known, by whatever name, it is another one now."""
        free = self.function.__code__.co_freevars
        made: dict[str, Any] = {}
        text = f"def answering(*values, **named):\n return ponder_answers[{number}](values, named)"
        exec(text, made)  # noqa: S102 - our own text
        code = made["answering"].__code__
        self.function.__code__ = code.replace(co_freevars=free) if free else code
        self.function.__defaults__ = self.function.__kwdefaults__ = None

    def end(self) -> None:
        code, self.function.__defaults__, self.function.__kwdefaults__ = self.before
        self.function.__code__ = code

    def answer(self, values: tuple[Any, ...], named: dict[str, Any]) -> Any:
        promise = None if self.busy else self._promise(values, named)
        if promise is None:
            return self.original(*values, **named)
        self.used[f"{self.function.__qualname__}: {promise.key}"] = None
        if promise.error is not None:
            raise promise.error("as it was promised")
        return copy.deepcopy(promise.value)

    def _promise(self, values: tuple[Any, ...], named: dict[str, Any]) -> Promise | None:
        self.busy = True
        try:
            return self.promised.get(key_of(self.original, values, named))
        except (Unknown, TypeError, ValueError, AttributeError, RecursionError):
            return None
        finally:
            self.busy = False
