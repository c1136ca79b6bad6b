"""What is kept of a bug, so that it can be reported: the traceback, with secrets masked."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from core.errors import UserError
from core.redact import redact
from core.settings import Settings


def keep(error: Exception) -> str:
    """Write the report beside the logs, or to stderr where that fails; return one line about it."""
    report = _report(error)
    said = f"This is a bug in Ponder ({type(error).__name__})"
    try:
        path = _log()
        with open(path, "a", opener=lambda name, flags: os.open(name, flags, 0o600)) as log:
            log.write(report)
    except (OSError, UserError):
        print(report, file=sys.stderr)
        return f"{said}; please report it with the lines above."
    return f"{said}; please report it with what is at the end of {path}."


def _log() -> Path:
    folder = Settings.from_environment(os.environ).data_dir
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "bugs.log"


def _report(error: Exception) -> str:
    head = (
        f"{datetime.now(UTC).isoformat(timespec='seconds')} ponder {version('ponder')}, "
        f"Python {platform.python_version()}, {platform.platform()}\n"
    )
    return redact(head + "".join(traceback.format_exception(error)) + "\n")
