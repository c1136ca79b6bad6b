"""Failures of tests that tell of the sandbox or of what is not there, and not of the code."""

from __future__ import annotations

import re

from workers.runners.base import Ended

_WHY = (
    (
        re.compile(
            r"connection refused|network is unreachable|no such host|dial (tcp|udp)|"
            r"server misbehaving|cannot assign requested address"
        ),
        "there is no network",
    ),
    (
        re.compile(r"permission denied|operation not permitted|read-only file system", re.I),
        "the sandbox does not allow it",
    ),
    (re.compile(r"no such file or directory|file does not exist"), "a file is not there"),
    (re.compile(r"executable file not found"), "a program is not there"),
    (re.compile(r"unknown time zone"), "time zones are not installed"),
    (re.compile(r"context deadline exceeded|i/o timeout|too slow"), "something took too long"),
    (re.compile(r"cannot allocate memory|out of memory"), "the sandbox has little memory"),
    (re.compile(r"signal: killed|too many open files"), "the sandbox does not allow it"),
)


def excuse(test: Ended) -> str:
    """Why a failure says nothing about the code; '' where it does."""
    if not test.kinds:
        return "the test runner ended it"
    if test.hung and not any(not each.path.endswith("_test.go") for each in test.frames):
        return "it waited for something that did not come"
    return next((why for pattern, why in _WHY if pattern.search(test.message)), "")
