"""Serve the browser's pages and the HTTP API."""

from __future__ import annotations

import argparse

from cli import address, opened

HELP = "serve the browser's pages and the HTTP API"


def arguments(parser: argparse.ArgumentParser) -> None:
    address.arguments(parser, port=8000)


def run(arguments: argparse.Namespace) -> int:
    from cli import serve

    serve.run(opened.settings(), arguments.host, arguments.port, serve.pages, "web")
    return 0
