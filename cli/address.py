"""The flags that say where a command listens."""

from __future__ import annotations

import argparse

_LAST_PORT = 65_535


def arguments(parser: argparse.ArgumentParser, port: int) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (%(default)s)"
    )
    parser.add_argument("--port", type=_port, default=port, help="the port (%(default)s)")


def _port(text: str) -> int:
    # The system would not refuse a greater number, but take another port for it.
    if not (text.isdecimal() and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"'{text}' is no port; give one from 0 to {_LAST_PORT}")
    return int(text)
