"""A plugin of pytest that writes down how each test ended, as lines of JSON.

It runs in the sandbox beside the repository's tests, with nothing but pytest and coverage.
"""

from __future__ import annotations

import copy
import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import random
import sys
import time
import types
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

_ROOT = os.getcwd()
_FOLDER = os.path.dirname(__file__)
with open(os.path.join(_FOLDER, "settings.json"), encoding="utf-8") as _file:
    _SETTINGS = json.load(_file)
_OUT = open(os.path.join(_FOLDER, "results.jsonl"), "a", encoding="utf-8")  # noqa: SIM115
_BEGAN = time.monotonic()
_SHARE = 20.0
_INSTANCES = 25
_spent: dict[str, float] = {}
_now: dict[str, Any] = {"collecting": True, "coverage": None, "calls": None}


def _write(**line: Any) -> None:
    _OUT.write(json.dumps(line) + "\n")
    _OUT.flush()


class _Absent(types.ModuleType):
    """Stands for a module that is not installed: it may be imported, and whoever uses it while
    tests run is skipped."""

    __path__: list[str] = []  # noqa: RUF012

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing(f"{self.__name__}.{name}")


class _Nothing(Exception):
    """Whatever is taken from such a module."""

    def _used(self) -> Any:
        if not _now["collecting"]:
            pytest.skip(f"{self.args[0]} is not installed")
        return self

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self._used()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name.startswith("pytest"):
            raise AttributeError(name)
        return self._used()

    def __enter__(self) -> Any:
        return self._used()

    def __exit__(self, *error: object) -> None:
        return None

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return (object,)


def _operated(self: _Nothing, *values: Any) -> Any:
    return self._used()


for _sign in (
    *("lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and"),
    *("or", "xor", "matmul", "radd", "rsub", "rmul", "rtruediv", "rfloordiv", "rmod", "rpow"),
    *("rand", "ror", "rxor", "getitem", "contains", "neg", "abs", "invert"),
):
    setattr(_Nothing, f"__{_sign}__", _operated)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if fullname.partition(".")[0] in _SETTINGS.get("absent", ()):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> types.ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        return None


if _SETTINGS.get("absent"):
    sys.meta_path.append(_Finder())


def pytest_configure(config: pytest.Config) -> None:
    if _SETTINGS.get("calls"):
        calls = importlib.import_module("ponder_calls")
        _now["calls"] = calls.Calls(_ROOT, _SETTINGS["calls"])


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before a conftest imports the code, whose lines run then."""
    if not _SETTINGS.get("trace"):
        return
    files = [os.path.join(_ROOT, each) for each in _SETTINGS["trace"]]
    coverage = importlib.import_module("coverage")
    _now["coverage"] = coverage.Coverage(data_file=None, config_file=False, include=files)
    _now["coverage"].start()
    _switch("")


def _switch(context: str) -> None:
    if _now["coverage"] is not None:
        _now["coverage"].switch_context(context)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A few instances of each test first: a run that is cut short has seen something of all."""
    if _SETTINGS.get("backwards"):
        items.reverse()
        # What is merely deep ends where there is more room.
        sys.setrecursionlimit(4 * sys.getrecursionlimit())
    if _SETTINGS.get("seed"):
        chosen = random.Random(_SETTINGS["seed"])  # noqa: S311
        rounds = [chosen.sample(items, len(items)) for _ in range(_SETTINGS["times"])]
        items[:] = [_again(item) for each in rounds for item in each]
        return
    seen: dict[str, int] = {}
    late = []
    for item in items:
        function = item.nodeid.partition("[")[0]
        seen[function] = seen.get(function, 0) + 1
        late.append(seen[function] > _INSTANCES)
    order = sorted(range(len(items)), key=lambda at: late[at])
    items[:] = [items[at] for at in order]


def _again(item: pytest.Item) -> pytest.Item:
    """The same test as another: what one of them left standing is not used by the next."""
    made = copy.copy(item)
    made._request = False  # type: ignore[attr-defined]
    return made


def pytest_runtestloop(session: pytest.Session) -> None:
    _now["collecting"] = False
    _write(collected=len(session.items))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    began = time.monotonic()
    _switch(item.nodeid)
    yield
    _switch("")
    function = item.nodeid.partition("[")[0]
    _spent[function] = _spent.get(function, 0.0) + time.monotonic() - began
    if time.monotonic() - _BEGAN > _SETTINGS.get("seconds", 1e9):
        item.session.shouldstop = "the time is over"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    if _now["calls"] is not None:
        _now["calls"].start()
    yield
    if _now["calls"] is not None:
        _now["calls"].stop()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if _spent.get(item.nodeid.partition("[")[0], 0.0) > _SHARE:
        pytest.skip("this test had its share of the time")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Any:
    # What is printed of a failure is run because of it, and not the reason for it.
    _switch("")
    outcome = yield
    _switch(item.nodeid)
    report = outcome.get_result()
    if report.when != "call" and report.passed:
        return
    line: dict[str, Any] = {"id": item.nodeid, "verdict": report.outcome, "when": report.when}
    line["seconds"] = round(call.duration, 4)
    line["promised"] = len(getattr(getattr(item, "dtest", None), "examples", ()))
    if report.failed and call.excinfo is not None:
        line.update(_failure(call.excinfo))
    _write(**line)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _write(uncollected=report.nodeid, why=str(report.longrepr)[-4000:])


def _failure(excinfo: Any) -> dict[str, Any]:
    error = excinfo.value
    if type(error).__name__ == "MultipleDoctestFailures":
        return {"kinds": ["doctest.DocTestFailure"], "examples": [*map(_example, error.failures)]}
    kinds = [f"{each.__module__}.{each.__qualname__}" for each in type(error).__mro__]
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - whatever the repository's exceptions do
        message = ""
    frames, foreign = [], False
    for entry in excinfo.traceback:
        path = os.path.relpath(str(entry.path), _ROOT)
        foreign = path.startswith("..") or "/site-packages/" in path
        if not foreign and not path.startswith(".ponder"):
            code = entry.frame.code.raw
            symbol = getattr(code, "co_qualname", code.co_name)
            frames.append([path, entry.lineno + 1, symbol])
    return {
        "kinds": kinds[:12],
        "message": message[:2000],
        "frames": frames[-40:],
        "foreign": foreign,
        "hung": "Timeout" in message and kinds[0].endswith("Failed"),
    }


def _example(failure: Any) -> list[str]:
    """What was tried, what is promised, what came, and the exception where one did."""
    error = getattr(failure, "exc_info", (None, None))[1]
    kind = f"{type(error).__module__}.{type(error).__qualname__}" if error is not None else ""
    got = str(getattr(failure, "got", error))
    return [each[:1000] for each in (failure.example.source, failure.example.want, got, kind)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    plugins = session.config.pluginmanager
    if "hypothesis" not in sys.modules and plugins.has_plugin("hypothesispytest"):
        # At the end it imports all of Hypothesis to say nothing, which takes longer than pytest.
        plugins.unregister(name="hypothesispytest")
    if _now["coverage"] is not None:
        with warnings.catch_warnings():
            # That there are no tests is no error, whatever the repository makes of warnings.
            warnings.simplefilter("ignore")
            _now["coverage"].stop()
            data = _now["coverage"].get_data()
        for path in sorted(data.measured_files()):
            lines = data.contexts_by_lineno(path)
            could, missed = _statements(path)
            # Of a statement of several lines, the first stands for all that ran.
            lines |= {line: [] for line in set(could) - set(missed) - lines.keys()}
            _write(traced=os.path.relpath(path, _ROOT), lines=_told(lines))
        for path in _SETTINGS["trace"]:
            _write(statements=path, lines=_statements(os.path.join(_ROOT, path))[0])
    for path, symbol, values in _now["calls"].told() if _now["calls"] is not None else ():
        _write(called=path, symbol=symbol, values=values)
    _write(finished=not session.shouldstop)


@functools.cache
def _statements(path: str) -> tuple[list[int], list[int]]:
    """Those that could run, and those that did not, as coverage counts them: what is excluded on
    purpose does not count."""
    try:
        _, could, _, missed, _ = _now["coverage"].analysis2(path)
    except Exception:  # noqa: BLE001 - a file that is no longer there, or cannot be parsed
        return [], []
    return could, missed


def _told(lines: dict[int, list[str]]) -> list[list[Any]]:
    """Lines with the same tests together: few sets of tests run most lines."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for line, tests in lines.items():
        groups.setdefault(tuple(sorted(test for test in tests if test)), []).append(line)
    return [[list(tests), found] for tests, found in groups.items()]
