"""Whether the disk is so full that this alone explains an error."""

from __future__ import annotations

import os
import shutil

from core.errors import UserError
from core.settings import Settings

FULL = "The disk is full; make room, or set PONDER_DATA_DIR to another."
_LEAST_BYTES = 32 * 1024 * 1024
"""PostgreSQL writes its log in files of 16 MiB, and stops where there is no room for the next."""


def lack() -> str:
    """The sentence about it; '' where there is room, or no telling."""
    try:
        free = shutil.disk_usage(Settings.from_environment(os.environ).data_dir).free
    except (OSError, UserError):
        return ""
    return FULL if free < _LEAST_BYTES else ""
