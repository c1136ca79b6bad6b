"""Boxes in an issue of ours, which people tick: each has a hidden name, and a tick is a command."""

from __future__ import annotations

import re
from typing import NamedTuple

_TICKED = re.compile(r"^- \[[xX]\] <!-- tick:(fix|tests):([0-9A-Za-z_.-]{1,80}) -->", re.MULTILINE)


class Tick(NamedTuple):
    """`kind` is of a draft, fix or tests; `fingerprint` of a finding."""

    kind: str
    fingerprint: str


def box(tick: Tick) -> str:
    """The beginning of a line with an empty box."""
    return f"- [ ] <!-- tick:{tick.kind}:{tick.fingerprint} -->"


def ticked(body: str) -> set[Tick]:
    """The boxes that are ticked in a text."""
    return {Tick(*found) for found in _TICKED.findall(body.replace("\r\n", "\n"))}
