"""Runs `ponder` in processes of their own that begin with its modules loaded, which is most of what
a command costs.

A line on standard input is a command as JSON: `arguments`, `environment`, `folder`, and the files
`out` and `error`. A line on standard output is the exit status of one.
"""

from __future__ import annotations

import json
import os
import pkgutil
import sys
from importlib import import_module
from typing import Any

import cli
from cli.main import main


def serve() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            sys.exit(_run(json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(asked: dict[str, Any]) -> int:
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    for number, path in enumerate((os.devnull, asked["out"], asked["error"])):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    return main(asked["arguments"])


if __name__ == "__main__":
    for module in pkgutil.iter_modules(cli.__path__, "cli."):
        import_module(module.name)
    import_module("workers.main")
    serve()
