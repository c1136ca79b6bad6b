"""Failures of tests that tell of the sandbox, of what is not installed or of other versions, and
not of the repository's code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from workers.runners.base import Ended, Example, Place, Suite, says
from workers.runners.pythonic.layout import is_test

_KINDS = {
    "ImportError": "something is not installed",
    "PermissionError": "the sandbox does not allow it",
    "FileNotFoundError": "a file is not there",
    "NotADirectoryError": "a file is not there",
    "IsADirectoryError": "a file is not there",
    "ConnectionError": "there is no network",
    "gaierror": "there is no network",
    "herror": "there is no network",
    "TimeoutError": "something took too long",
    "SSLError": "there is no network",
    "ZoneInfoNotFoundError": "time zones are not installed",
    "FixtureLookupError": "a plugin of the test runner is missing",
    "UsageError": "a plugin of the test runner is missing",
    "MemoryError": "the sandbox has little memory",
    "Warning": "a warning was taken for an error",
    "TimeoutExpired": "something took too long",
    "SubprocessError": "another program failed",
    "BlockingIOError": "the sandbox does not allow it",
    "FailedHealthCheck": "the machine was slow",
    "DeadlineExceeded": "the machine was slow",
    "Flaky": "the test does not end the same way each time",
    "KeyboardInterrupt": "the run was interrupted",
}
_MESSAGES = (
    (re.compile(r"Operation not permitted|Read-only file system|Permission denied"), "the sandbox"),
    (re.compile(r"async def functions are not natively supported"), "a missing plugin"),
    (re.compile(r"No module named|cannot import name"), "something that is not installed"),
    (re.compile(r"Network is unreachable|Name or service not known|name resolution"), "no network"),
    (re.compile(r"command not found|No such file or directory"), "a file that is not there"),
    (re.compile(r"unknown locale|unsupported locale|No time zone found"), "the system's settings"),
    (re.compile(r"fixture '\w+' not found"), "a missing plugin"),
    (re.compile(r"['\"(]/(usr|etc|var|proc|sys|home|root)/"), "the system's files"),
)
_FOREIGN_NAME = re.compile(r"module '([\w.]+)' has no attribute")
_GATES = re.compile(
    r"\bsys\.(?:version_info\b|platform)|\bversion_info\s*(?:[<>\[]|[=!]=)|\bPY_?\d|\bplatform\."
    r"|\bos\.name\b|\bIS_\w+|\bWIN\b"
)
_ROUND = 20
_OUTCOMES = {"_pytest.outcomes.XFailed", "_pytest.outcomes.Exit"}


def excuse(suite: Suite, test: Ended) -> str:
    """Why a failure says nothing about the code; '' where it does."""
    if not test.kinds or test.kind in _OUTCOMES:
        return "the test runner ended it"
    if "ponder_recorder" in test.kind + test.message:
        return "something is not installed"
    if test.examples:
        return _illustrative(test.examples)
    if test.hung and (test.foreign or not test.frames or is_test(test.frames[-1].path)):
        return "it waited for something that did not come"
    names = [kind.rpartition(".")[2] for kind in test.kinds]
    if "RecursionError" in names and not _goes_round(test):
        return "it failed because of the interpreter"
    known = next((_KINDS[name] for name in names if name in _KINDS), "")
    return known or _told(suite, test.message)


def wavers(folder: Path, place: Place) -> bool:
    """Whether code does other things on another version of Python or another system: what fails
    there may hold where its authors tried it."""
    return says(folder, place, _GATES)


def _goes_round(test: Ended) -> bool:
    """Whether code of the repository calls itself again and again: as long as nobody gave it
    anything deep, which `reproducers` looks at, that never ends."""
    last = test.frames[-_ROUND:]
    own = all(not is_test(frame.path) for frame in last)
    return own and not test.foreign and len(last) == _ROUND and len(set(last)) <= _ROUND // 2


def _told(suite: Suite, message: str) -> str:
    for pattern, why in _MESSAGES:
        if pattern.search(message):
            return f"it failed because of {why}"
    named = _FOREIGN_NAME.search(message)
    if named and named[1].partition(".")[0] not in suite.packages:
        return "another version of a library is installed"
    return ""


def _illustrative(examples: Sequence[Example]) -> str:
    """Why an example is not to be taken by its word: names that nobody defined, what changes from
    run to run, or another way of writing the same."""
    for example in examples:
        name = example.kind.rpartition(".")[2]
        if name in ("NameError", "SyntaxError", "IndentationError") or name in _KINDS:
            return "the example needs something that is not there"
        if re.search(r"0x[0-9a-f]+|<[^<\n]* object|\.\.\.", example.promised + example.given):
            return "the example is not to be taken word for word"
        if not example.kind and _letters(example.promised) == _letters(example.given):
            return "the example differs in how it is written"
    return ""


def _letters(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text))
