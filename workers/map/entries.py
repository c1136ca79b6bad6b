"""Where a repository begins: what its packaging names as commands, and files that are run."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import basename
from typing import Any

from workers.graph.graph import Graph
from workers.graph.questions import Place
from workers.linters.places import aside

MOST = 30
MANIFESTS = frozenset({"pyproject.toml", "package.json"})
_RUN = frozenset({"__main__.py", "manage.py", "main.go", "Program.cs"})


@dataclass(frozen=True, slots=True)
class Entry:
    """`line` is where it stands, 1-based."""

    path: str
    line: int
    said: str


def entries(graph: Graph, manifests: dict[str, str]) -> list[Entry]:
    """`manifests` are texts by path. Commands first, then files."""
    found = [each for path, text in sorted(manifests.items()) for each in _commands(path, text)]
    return [*found, *_files(graph)][:MOST]


def _commands(path: str, text: str) -> Iterator[Entry]:
    for name, target in _named(path, text).items():
        said = f"`{_plain(name)}` is a command that runs `{_plain(target)}`."
        line = next((n for n, t in enumerate(text.split("\n"), 1) if name in t and target in t), 1)
        yield Entry(path, line, said)


def _named(path: str, text: str) -> dict[str, str]:
    found: Any
    try:
        if basename(path) == "pyproject.toml":
            project = tomllib.loads(text).get("project", {})
            found = {**project.get("scripts", {}), **project.get("gui-scripts", {})}
        else:
            found = json.loads(text).get("bin", {})
    except (ValueError, AttributeError, TypeError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)}


def _files(graph: Graph) -> Iterator[Entry]:
    for number, file in enumerate(graph.files):
        if aside(file.path):
            continue
        mains = graph.outline(number).inner.get((-1, "main"), ())
        if mains:
            line = graph.node(Place(number, mains[0]).file, mains[0]).start_line
            yield Entry(file.path, line, f"{file.path} has a `main`.")
        elif basename(file.path) in _RUN:
            yield Entry(file.path, 1, f"{file.path} is run by its name.")


def _plain(text: str) -> str:
    return re.sub(r"[`\s]+", " ", text)[:120]
