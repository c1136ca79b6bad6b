"""Analysers: one file each, and one line in this table."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from workers.linters import (
    actionlint,
    complexity,
    dead_code,
    duplication,
    eslint,
    go_vet,
    hadolint,
    mypy,
    ruff,
    secret,
    semgrep,
    shellcheck,
    tsc,
)
from workers.linters.base import Linter
from workers.sandbox.toolchain import FOLDER

LINTERS: dict[str, Linter] = {
    "ruff": ruff.LINTER,
    "mypy": mypy.LINTER,
    "eslint": eslint.LINTER,
    "tsc": tsc.LINTER,
    "go_vet": go_vet.LINTER,
    "shellcheck": shellcheck.LINTER,
    "hadolint": hadolint.LINTER,
    "actionlint": actionlint.LINTER,
    "secret": secret.LINTER,
    "complexity": complexity.LINTER,
    "dead_code": dead_code.LINTER,
    "duplication": duplication.LINTER,
    "semgrep": semgrep.LINTER,
}
"""In the order of their turns: what takes longest comes last, and goes on with what is left."""


def is_installed(linter: Linter) -> bool:
    """Whether the toolchain has what it runs."""
    return not linter.program or (FOLDER / linter.program).exists()


@cache
def version() -> str:
    """A digest of all analysers and rules: another one looks at everything again."""
    made = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".yml", ".mjs"):
            made.update(path.name.encode() + path.read_bytes())
    return made.hexdigest()[:16]
