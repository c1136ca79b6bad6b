"""The log is for whoever runs Ponder."""

from __future__ import annotations

import subprocess
import sys

LOOKS = """
from core import log
log.configure()
compile('if x is "a": pass', "theirs", "exec")
log.get("test").info("looked")
"""


def test_what_is_odd_about_the_code_that_is_read_is_not_logged() -> None:
    said = subprocess.run([sys.executable, "-c", LOOKS], capture_output=True, text=True, check=True)
    assert said.stderr.count("\n") == 1
    assert "looked" in said.stderr
