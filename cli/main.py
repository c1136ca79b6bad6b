"""The `ponder` command: reads the command line, runs one command, and ends with its exit status."""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from types import FrameType
from typing import Protocol

from cli.commands import (
    ask,
    bot,
    ci,
    doctor,
    findings,
    index,
    kill_switch,
    migrate,
    risk,
    rotate_key,
    search,
    think,
    up,
    web,
    worker,
)
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
    "think": think,
    "findings": findings,
    "risk": risk,
    "ci": ci,
    "bot": bot,
    "web": web,
    "worker": worker,
    "migrate": migrate,
    "doctor": doctor,
    "rotate-key": rotate_key,
    "kill-switch": kill_switch,
}


def main(argv: Sequence[str] | None = None) -> int:
    _print_anything()
    arguments = _parser().parse_args(argv)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        return COMMANDS[arguments.command].run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough of it; the interpreter must not try to flush the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # noqa: BLE001 - the boundary: what nobody expected is a bug
        return _failed(error, as_json=getattr(arguments, "json", False))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ponder", description="Knows your repository, and proves what it says."
    )
    parser.add_argument("--version", action="version", version=f"ponder {version('ponder')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.arguments(commands.add_parser(name, help=command.HELP, description=command.HELP))
    return parser


def _print_anything() -> None:
    """A name that is not UTF-8, or no letter of the terminal's, must not end a command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _end(number: int, _: FrameType | None) -> None:
    """Leave as after an error, so that the stores are released."""
    raise SystemExit(128 + number)


def _failed(error: Exception, *, as_json: bool) -> int:
    from cli import bug, room

    message = _expected(error)
    # A full disk makes the stores fail in many ways, and none of them names it.
    if lack := room.lack():
        message = f"{message} {lack}" if isinstance(error, UserError) else lack
    status = USER_CAN_MEND if message else BUG
    message = message or bug.keep(error)
    if as_json:
        print(json.dumps({"error": message}, ensure_ascii=False))
    print(f"ponder: {message}", file=sys.stderr)
    return status


def _expected(error: Exception) -> str:
    """What the user is told; '' for a bug."""
    match error:
        case UserError():
            return str(error)
        case TryLater():
            return f"{str(error)[:1].upper()}{str(error)[1:].rstrip('.')}. Try again in a moment."
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            from cli import room

            return room.FULL
    return ""


if __name__ == "__main__":
    sys.exit(main())
