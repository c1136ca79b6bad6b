"""Try laws on a package with the values that its tests, documents and sources write down.

Each law runs in a process of its own: what one does to the package does not matter to the others.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from . import closed
from .closed import Names
from .evaluate import Failed, Running
from .harvest import harvested
from .laws import LAWS
from .package import Package
from .pool import Pool
from .trial import Trial, ended, is_ended

_MOST_BROKEN = 3
_MOST_TRIALS = 4_000


def pooled(settings: dict[str, Any]) -> Pool:
    """The package, with the values and calls that are written down; not evaluated yet."""
    package = Package(settings["modules"])
    package.load()
    exports = package.exports()
    of_file = {path: name for name, path in settings["modules"].items()}

    def known(path: str) -> Names:
        """Sources see their own names; documents all that is public."""
        if path in of_file:
            module = of_file[path]
            return {name: closed.dotted(f"{module}.{name}") for name in exports.get(module, ())}
        return {each.symbol: closed.dotted(each.text) for each in named}

    named = [*package.functions, *package.classes]
    found = harvested(settings["paths"], package.roots, exports, known)
    until = time.monotonic() + settings["seconds"]
    names = {root: sys.modules[root] for root in package.roots if root in sys.modules}
    names |= {each: importlib.import_module(each) for each in sorted(closed.SAFE)}
    return Pool(package, found, Running(settings["root"], names, until))


def _tried(name: str, pool: Pool, settings: dict[str, Any]) -> None:
    """The trials of one law, written down by group."""
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    pool.running.until = time.monotonic() + settings["seconds"]
    for count, trial in enumerate(LAWS[name].trials(pool)):
        if pool.running.late or count > _MOST_TRIALS:
            break
        group = groups.setdefault(trial.group, _group(trial))
        _judge(group, *_run(trial, pool.running))
    with open(settings["results"], "a", encoding="utf-8") as file:
        file.writelines(json.dumps(each) + "\n" for each in groups.values())


def _run(trial: Trial, running: Running) -> tuple[Trial, Failed | None]:
    ran, failed = _ended(trial, running)
    if failed is not None and failed.own and trial.short:
        shorter, again = _ended(replace(trial, body=trial.short), running)
        if again is not None and again.own:
            return shorter, again
    return ran, failed


def _ended(trial: Trial, running: Running) -> tuple[Trial, Failed | None]:
    failed = running.body(trial.body)
    if failed is None or not is_ended(trial, failed):
        return trial, failed
    told = replace(trial, body=ended(trial.body))
    return told, running.body(told.body)


def _group(trial: Trial) -> dict[str, Any]:
    return {
        "law": trial.law,
        "module": trial.module,
        "symbol": trial.symbol,
        "line": trial.line,
        "of": trial.of,
        "held": 0,
        "broken": 0,
        "refused": 0,
        "shown": [],
    }


def _judge(group: dict[str, Any], trial: Trial, failed: Failed | None) -> None:
    if failed is None:
        group["held"] += 1
    elif failed.own:
        group["broken"] += 1
        if len(group["shown"]) < _MOST_BROKEN:
            group["shown"].append([trial.says, trial.body, imports(trial.body), failed.message])
    else:
        group["refused"] += 1


def imports(body: str) -> list[str]:
    """Modules that statements name."""
    return sorted(closed.modules(ast.parse(body), sys.modules.keys()))


def _apart(work: Iterable[Any], seconds: float) -> None:
    """Each piece of work in a process of its own, one after the other."""
    for run in work:
        child = os.fork()
        if child == 0:
            try:
                run()
            finally:
                os._exit(0)
        until = time.monotonic() + seconds
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > until:
                os.kill(child, 9)
                os.waitpid(child, 0)
                break
            time.sleep(0.02)


def silence() -> None:
    """What the repository's code says to the terminal is of no interest."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def main(path: str) -> None:
    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    silence()
    pool = pooled(settings)
    pool.fill()
    work = [partial(_tried, name, pool, settings) for name in LAWS]
    _apart(work, settings["seconds"] * 2 + 10)


if __name__ == "__main__":
    main(sys.argv[1])
