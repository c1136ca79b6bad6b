"""Modules that tests want and nobody installed, read off what pytest says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.runners.pythonic.layout import is_test

_PLACE = re.compile(r"(\S+\.py):\d+: in ")
_ABSENT = re.compile(r"E +ModuleNotFoundError: No module named '([A-Za-z_]\w*)")


def absent(text: str) -> Iterator[str]:
    """Modules that a file of tests itself wants: what the code under test lacks cannot be stood in
    for."""
    path = ""
    for line in text.splitlines():
        if place := _PLACE.match(line):
            path = place[1]
        elif (missing := _ABSENT.match(line)) and is_test(path):
            yield missing[1]
