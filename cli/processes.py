"""What the system says about a process number that was written down some time ago."""

from __future__ import annotations

import os
from pathlib import Path


def name_of(pid: int) -> str | None:
    """The program's name, '' where the system does not tell; None where nothing runs.

    A process that ended and was not waited for still has its number, but does not run.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    try:
        name, _, rest = (Path("/proc") / str(pid) / "stat").read_text().rpartition(") ")
    except OSError:
        return ""
    return None if rest.startswith(("Z", "X")) else name.partition("(")[2]
