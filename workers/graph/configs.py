"""Where modules are, as go.mod, package.json, tsconfig.json and Cargo.toml say.

They are hostile as everything else: what makes no sense is as if it were not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, normpath
from typing import Any

NAMES = frozenset({"go.mod", "package.json", "tsconfig.json", "jsconfig.json", "Cargo.toml"})
MOST = 400
"""Configuration files that are read; a monorepo of so many packages has more than we follow."""
LONGEST = 200_000

_GO_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_CRATE = re.compile(r"^\[(?:package|lib)\][^\[]*?^name\s*=\s*\"([^\"]+)\"", re.MULTILINE)
_COMMENTS = re.compile(r"(\"(?:\\.?|[^\"\\])*(?:\"|\Z))|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_TRAILING = re.compile(r",(\s*[}\]])")


@dataclass(slots=True)
class Configs:
    """Names of modules, each with its folder ('' is the top); the longest name counts."""

    go: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    entries: dict[str, list[str]] = field(default_factory=dict)  # package → paths of its main file
    aliases: list[tuple[str, str, str]] = field(default_factory=list)  # folder, pattern, target
    crates: dict[str, str] = field(default_factory=dict)


def read(texts: Mapping[str, str]) -> Configs:
    """`texts` by path."""
    made = Configs()
    for path in sorted(texts, key=lambda path: (path.count("/"), path))[:MOST]:
        text, folder = texts[path][:LONGEST], dirname(path)
        name = basename(path)
        if name == "go.mod" and (found := _GO_MODULE.search(text)):
            made.go.setdefault(found[1], folder)
        elif name == "Cargo.toml" and (found := _CRATE.search(text)):
            made.crates.setdefault(found[1].replace("-", "_"), folder)
        elif name == "package.json":
            _package(made, folder, _json(text))
        elif name.endswith("config.json"):
            _paths(made, folder, _json(text))
    return made


def _json(text: str) -> dict[str, Any]:
    text = _TRAILING.sub(r"\1", _COMMENTS.sub(lambda match: match[1] or "", text))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _package(made: Configs, folder: str, found: dict[str, Any]) -> None:
    name = found.get("name")
    if not isinstance(name, str) or not name or name in made.packages:
        return
    made.packages[name] = folder
    entries = [found.get(key) for key in ("source", "types", "module", "main")]
    made.entries[name] = [normpath(join(folder, each)) for each in entries if isinstance(each, str)]


def _paths(made: Configs, folder: str, found: dict[str, Any]) -> None:
    options = found.get("compilerOptions")
    if not isinstance(options, dict):
        return
    base = options.get("baseUrl")
    base = base if isinstance(base, str) else "."
    paths = options.get("paths")
    for pattern, targets in (paths if isinstance(paths, dict) else {}).items():
        for target in targets if isinstance(targets, list) else []:
            if isinstance(target, str):
                made.aliases.append((folder, pattern, normpath(join(folder, base, target))))
    if "baseUrl" in options:
        made.aliases.append((folder, "*", normpath(join(folder, base, "*"))))
