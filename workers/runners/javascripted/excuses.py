"""Failures of tests that tell of the sandbox, of what is not there, or of another test runner than
the one that a test was written for, and not of the code."""

from __future__ import annotations

import re

from workers.runners.base import Ended, Suite
from workers.runners.javascripted import examples

_WHY = (
    (
        re.compile(r"Cannot find (module|package)|Failed to (resolve|load)|ERR_MODULE_NOT_FOUND"),
        "something is not installed",
    ),
    (re.compile(r"ECONNREFUSED|ENETUNREACH|EAI_AGAIN|ENOTFOUND|fetch failed"), "no network"),
    (re.compile(r"EACCES|EPERM|EROFS|EAFNOSUPPORT"), "the sandbox does not allow it"),
    (re.compile(r"ENOENT|ENOTDIR|EISDIR"), "a file is not there"),
    (re.compile(r"[Ss]napshot"), "snapshots are of the test runner that made them"),
    (re.compile(r"(document|window|navigator|localStorage) is not defined"), "there is no browser"),
    (re.compile(r"\b(jest|vi|sinon|cy|browser)\.\w+ is not"), "it is for another test runner"),
    (re.compile(r"\bt\.\w+ is not a function|Invalid Chai property"), "another test runner's test"),
    (re.compile(r"heap out of memory|allocation failed"), "the sandbox has little memory"),
)


def excuse(suite: Suite, test: Ended) -> str:
    """Why a failure says nothing about the code; '' where it does. What neither is an assertion nor
    comes from the code is the test's own."""
    if not test.kinds:
        return "the test runner ended it"
    if why := examples.excuse(suite, test):
        return why
    within = any(frame.path in suite.files for frame in test.frames)
    if test.hung and not within:
        return "it waited for something that did not come"
    if why := next((why for pattern, why in _WHY if pattern.search(test.message)), ""):
        return why
    return "" if within or test.kind.endswith("AssertionError") else "the test itself failed"
