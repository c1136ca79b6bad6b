"""Node: what package-lock.json names, without any script of any package."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.settings import Registries
from workers.dependencies.base import MADE, Wanted, text
from workers.sandbox import CODE, Toolchain

_KEPT = ("name", "version", "dependencies", "devDependencies", "optionalDependencies")
_PACKAGE = re.compile(r"(?:node_modules/(?:@[\w.~-]+/)?[\w.~-]+/?)+")
_LOCKED = ("version", "integrity", "dev", "optional", "devOptional", "peer", "engines", "os", "cpu")
_NEEDS = ("bin", "dependencies", "optionalDependencies", "peerDependencies", "peerDependenciesMeta")


def wanted(code: Path, registries: Registries, toolchain: Toolchain) -> Wanted | None:
    lock = _read(text(code, "package-lock.json", 64 << 20))
    package = _read(text(code, "package.json", 1 << 20))
    packages = lock.get("packages")
    if not registries.node or not isinstance(packages, dict) or len(packages) < 2:
        return None
    kept = {name: package[name] for name in _KEPT if name in package}
    locked = {"": kept} | {p: _locked(e, registries.node) for p, e in _installed(packages)}
    files = {
        f"{MADE}/package.json": json.dumps(kept),
        f"{MADE}/package-lock.json": json.dumps({"lockfileVersion": 3, "packages": locked}),
    }
    return Wanted(registries.node, files, (_install(registries.node),), f"{CODE}/node_modules")


def _install(registry: str) -> tuple[str, ...]:
    return (
        *("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"),
        *("--prefix", MADE, "--registry", registry, "--cache", f"{CODE}/cache", "--maxsockets=8"),
        *("--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=5000"),
        *("--install-links=false", "--userconfig", "none", "--globalconfig", "neither"),
    )


def _installed(packages: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Those that come from a registry, and not from git, a folder or another address."""
    return [
        (path, entry)
        for path, entry in packages.items()
        if _PACKAGE.fullmatch(path)
        and isinstance(entry, dict)
        and not entry.get("link")
        and urlsplit(str(entry.get("resolved", ""))).scheme in ("http", "https")
        and isinstance(entry.get("integrity"), str)
    ]


def _locked(entry: Mapping[str, Any], registry: str) -> dict[str, Any]:
    """The path of a package's file is kept, its host is that of our registry."""
    parts = urlsplit(str(entry["resolved"]))
    kept = {name: entry[name] for name in (*_LOCKED, *_NEEDS) if name in entry}
    return kept | {"resolved": registry.rstrip("/") + parts.path}


def _read(content: str) -> dict[str, Any]:
    try:
        found = json.loads(content) if content else {}
    except (json.JSONDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
