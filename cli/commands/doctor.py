"""Check everything, and say for each problem what it turns off and how to mend it."""

from __future__ import annotations

import argparse

HELP = "check everything, and say how to mend what is wrong"
_MARKS = {"ok": "✓", "off": "–", "broken": "✗"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    return 0
