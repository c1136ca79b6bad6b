"""Serve GitHub's webhook."""

from __future__ import annotations

import argparse

from cli import address, opened

HELP = "serve GitHub's webhook"


def arguments(parser: argparse.ArgumentParser) -> None:
    address.arguments(parser, port=8001)


def run(arguments: argparse.Namespace) -> int:
    from cli import serve

    serve.run(opened.settings(), arguments.host, arguments.port, serve.webhook, "bot")
    return 0
