"""The `ponder` command: reads the command line, runs one command, and ends with its exit status."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from types import FrameType
from typing import Protocol

from cli.commands import ask, bot, doctor, index, migrate, search, up, web, worker
from core.errors import TryLater, UserError

DONE = 0
USER_CAN_MEND = 1
BUG = 70
INTERRUPTED = 130


class Command(Protocol):
    """A module of `cli.commands`. It imports what is heavy only when it runs."""

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


COMMANDS: Mapping[str, Command] = {
    "up": up,
    "index": index,
    "ask": ask,
    "search": search,
    "bot": bot,
    "web": web,
    "worker": worker,
    "migrate": migrate,
    "doctor": doctor,
}


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        return COMMANDS[arguments.command].run(arguments)
    except UserError as error:
        return _told(arguments, str(error))
    except TryLater as error:
        return _told(arguments, f"{_sentence(str(error))} Try again in a moment.")
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough of it; the interpreter must not try to flush the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # noqa: BLE001 - the boundary: whatever is left is a bug
        return _bug(arguments, error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ponder", description="Knows your repository, and proves what it says."
    )
    parser.add_argument("--version", action="version", version=f"ponder {version('ponder')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.arguments(commands.add_parser(name, help=command.HELP, description=command.HELP))
    return parser


def _end(number: int, _: FrameType | None) -> None:
    """Leave as after an error, so that the stores are released."""
    raise SystemExit(128 + number)


def _told(arguments: argparse.Namespace, message: str) -> int:
    if getattr(arguments, "json", False):
        print(json.dumps({"error": message}, ensure_ascii=False))
    print(f"ponder: {message}", file=sys.stderr)
    return USER_CAN_MEND


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _bug(arguments: argparse.Namespace, error: Exception) -> int:
    from cli import bug

    message = bug.keep(error)
    if getattr(arguments, "json", False):
        print(json.dumps({"error": message}, ensure_ascii=False))
    print(f"ponder: {message}", file=sys.stderr)
    return BUG


if __name__ == "__main__":
    sys.exit(main())
