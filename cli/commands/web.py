"""Serve the browser's pages and the HTTP API."""

from __future__ import annotations

import argparse

from cli import opened

HELP = "serve the browser's pages and the HTTP API"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (%(default)s)"
    )
    parser.add_argument("--port", type=int, default=8000, help="the port (%(default)s)")


def run(arguments: argparse.Namespace) -> int:
    from cli import serve

    serve.run(opened.settings(), arguments.host, arguments.port, serve.pages, "web")
    return 0
