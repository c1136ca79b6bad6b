"""The command that people type to run Ponder again, as they ran it now."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def ponder() -> str:
    """`ponder` where the shell finds this one; else its path, from here if it is below."""
    program = Path(sys.argv[0]).absolute()
    found = shutil.which("ponder")
    if program.name != "ponder" or (found and Path(found).resolve() == program.resolve()):
        return "ponder"
    here = Path.cwd()
    shown = program.relative_to(here) if program.is_relative_to(here) else program
    return shlex.quote(str(shown))
